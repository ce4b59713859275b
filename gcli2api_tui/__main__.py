"""The program: `gcli2api-tui`, and `python -m gcli2api_tui`, which is the same.

The version is said from here, before there are commands: whoever asks for nothing else need not wait for them.
"""

import sys


def main() -> None:
    if sys.argv[1:] == ["--version"]:
        from gcli2api_tui import version

        sys.stdout.write(f"{version.line()}\n")
        return
    from gcli2api_tui.process.collector import seldom
    from gcli2api_tui.process.lean_imports import CLICK, import_lean

    seldom()
    import_lean(CLICK)
    from gcli2api_tui.cli.commands import main as commands

    commands(prog_name="gcli2api-tui")


if __name__ == "__main__":
    main()
