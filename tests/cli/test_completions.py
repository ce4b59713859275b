"""`completions SHELL`, in the shells themselves: a script is read, Tab is pressed, and a word stands there whole."""

import contextlib
import os
import pty
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import programs
import pytest
from click.testing import CliRunner

from gcli2api_tui.cli.commands import main
from gcli2api_tui.cli.completions import SHELLS


@pytest.fixture
def on_path(tmp_path: Path) -> dict[str, str]:
    """The environment of a shell that finds the program, and none of its user's own files."""
    program = tmp_path / "bin" / "gcli2api-tui"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gcli2api_tui "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    return programs.environment(PATH=path, HOME=str(tmp_path), TERM="dumb", XDG_CONFIG_HOME=str(tmp_path / "config"))


def script(shell: str, folder: Path) -> Path:
    made = CliRunner().invoke(main, ["completions", shell])
    assert made.exit_code == 0, made.output
    path = folder / f"completion.{shell}"
    path.write_text(made.stdout)
    return path


class Shell:
    """An interactive shell behind a pty."""

    def __init__(self, words: tuple[str, ...], environment: dict[str, str]) -> None:
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            words, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
        )
        os.close(slave)
        self.seen = ""

    def type(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def until(self, text: str) -> None:
        def shown() -> bool:
            while select.select([self.master], [], [], 0)[0]:
                self.seen += os.read(self.master, 65536).decode(errors="replace")
            return text in self.seen

        with contextlib.suppress(OSError):
            programs.until(shown, f"{text!r} in {self.seen!r}")

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)


@contextlib.contextmanager
def opened(words: tuple[str, ...], environment: dict[str, str], first: str) -> Iterator[Shell]:
    shell = Shell(words, environment)
    try:
        shell.type(f"{first}; echo REA''DY\n")
        shell.until("READY")
        yield shell
    finally:
        shell.end()


INTERACTIVE = {
    "bash": (("bash", "--norc", "--noprofile", "-i"), "source {}"),
    "zsh": (("zsh", "-f", "-i"), "autoload -U compinit; compinit -u -D; source {}"),
}


@pytest.mark.parametrize("shell", [pytest.param(name, marks=pytest.mark.tool(name)) for name in INTERACTIVE])
def test_tab_completes_a_command_and_what_goes_with_it(shell: str, tmp_path: Path, on_path: dict[str, str]) -> None:
    words, first = INTERACTIVE[shell]
    with opened(words, on_path, first.format(script(shell, tmp_path))) as opened_shell:
        opened_shell.type("gcli2api-tui complet\t")
        opened_shell.until("completions ")
        opened_shell.type("pow\t")
        opened_shell.until("powershell ")


@pytest.mark.tool("fish")
def test_fish_offers_commands_settings_and_clients(tmp_path: Path, on_path: dict[str, str]) -> None:
    def offered(typed: str) -> list[str]:
        asked = f"source {script('fish', tmp_path)}; complete -C '{typed}'"
        done = subprocess.run(["fish", "-N", "-c", asked], env=on_path, capture_output=True, text=True, check=True)
        return [line.split("\t")[0] for line in done.stdout.splitlines()]

    assert offered("gcli2api-tui complet") == ["completions"]
    assert "panel_password" in offered("gcli2api-tui config set pane")
    assert offered("gcli2api-tui connect cod") == ["codex"]


def test_what_powershell_sends_is_answered() -> None:
    """PowerShell itself is not here: what its script sets and reads is played, as click's own script says."""
    source = CliRunner().invoke(main, ["completions", "PowerShell"]).stdout
    assert source.startswith("Register-ArgumentCompleter -Native -CommandName gcli2api-tui")
    assert "$env:_GCLI2API_TUI_COMPLETE = 'powershell_complete'" in source
    asked = {"_GCLI2API_TUI_COMPLETE": "powershell_complete", "COMP_WORDS": "gcli2api-tui stat", "COMP_CWORD": "1"}
    assert programs.command(**asked).stdout.splitlines()[:2] == ["plain", "status"]


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_is_all_that_is_printed(shell: str) -> None:
    made = CliRunner().invoke(main, ["completions", shell])
    assert (made.exit_code, made.stderr) == (0, "")
    assert "_GCLI2API_TUI_COMPLETE" in made.stdout and "\r" not in made.stdout


def test_another_shell_is_refused_with_those_that_are_known() -> None:
    refused = CliRunner().invoke(main, ["completions", "tcsh"])
    assert refused.exit_code == 2
    assert all(shell in refused.stderr for shell in SHELLS)
