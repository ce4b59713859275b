"""docs/commands.md is made from the commands themselves; run as a script it writes the page anew.

Every command line in README and docs is also understood here by the program's own parser, without running it.
"""

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from gcli2api_tui.cli.commands import main
from gcli2api_tui.config.settings import FIELDS

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "commands.md"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
SHORT = r"`((?:creds|keys|config|usage|serve|stop|restart|logs|connect|record|replay|ask) [^`]+)`"
"""Commands as pages also write them, without the program's name."""
UNWRITTEN = {"CHANGELOG.md"}
"""It tells of commands as they were at the time."""

NOWHERE = click.Context(main)

HEAD = """# Commands

What `gcli2api-tui COMMAND --help` says, for all of them. `-h` is short for `--help`. Where a server runs, a command
works through it and acts at once; without one it works on the files. `--home FOLDER` says which server and files are
meant; without it, yours ([where they lie](files.md#where-files-live)). A command that fails says why and what to do, on
standard error, and ends with status 1 (2 where the program cannot start, or the line itself is wrong).

"""


def commands() -> Iterator[tuple[str, click.Command]]:
    """Its whole name, and what click knows of it; groups before what is in them."""
    yield "gcli2api-tui", main
    yield from _below("gcli2api-tui", main)


def _below(name: str, group: click.Group) -> Iterator[tuple[str, click.Command]]:
    for word in group.list_commands(NOWHERE):
        command = group.get_command(NOWHERE, word)
        if command and not command.hidden:
            yield f"{name} {word}", command
            if isinstance(command, click.Group):
                yield from _below(f"{name} {word}", command)


def page() -> str:
    rows = "".join(
        f"| [`{_short(name)}`](#{_short(name).replace(' ', '-')}) | {_first(c)} |\n" for name, c in commands()
    )
    return HEAD + f"| command | what it does |\n|---|---|\n{rows}" + "".join(_chapter(n, c) for n, c in commands())


def _chapter(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=name)
    usage = f"{name} {' '.join(command.collect_usage_pieces(context))}".replace(" [OPTIONS]", "", 1)
    options = "".join(_option(item, context) for item in command.params if isinstance(item, click.Option))
    table = f"\n| option | |\n|---|---|\n{options}" if options else ""
    return f"\n## {_short(name)}\n\n`{usage}`\n\n{_words(command)}\n{table}"


def _option(option: click.Option, context: click.Context) -> str:
    record = option.get_help_record(context)
    assert record and record[1], f"{context.info_name} {option.opts} has no help"
    return f"| `{_cell(record[0])}` | {_cell(record[1]).replace('  [', ' [')} |\n"


def _short(name: str) -> str:
    return name.removeprefix("gcli2api-tui ")


def _first(command: click.Command) -> str:
    return _cell(_words(command).split("\n")[0])


def _words(command: click.Command) -> str:
    text = "\n\n".join(_paragraph(one) for one in (command.help or "").split("\n\n")).strip()
    assert text, f"{command.name} does not say what it does"
    return text


def _paragraph(text: str) -> str:
    """Click keeps the lines of one that begins with a backspace. Python 3.13 takes their indentation away itself."""
    if chr(8) not in text:
        return " ".join(text.split())
    return f"```text\n{textwrap.dedent(text.replace(chr(8), '')).strip()}\n```"


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")


def test_the_page_has_every_command_and_option() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), f"run: python tests/{Path(__file__).name}"


def written(path: Path) -> Iterator[str]:
    """Command lines of ours in a page: `gcli2api-tui …` in code of a line, and lines of blocks that begin so."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.M | re.S)
    inline = re.findall(r"`(gcli2api-tui [^`]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))
    lines = [line.partition(" #")[0] for block in blocks for line in block.splitlines()]
    inline += [
        f"gcli2api-tui {line}" for line in re.findall(SHORT, re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))
    ]
    yield from (" ".join(line.split()) for line in inline)
    for line in lines:
        yield from re.findall(r"(?:^|[|&;(] ?|/)(gcli2api-tui(?: [^|&;<>)\n]+)?)", line)


def test_many_lines_are_looked_at() -> None:
    assert sum(len(list(written(path))) for path in PAGES if path != PAGE) > 200


@pytest.mark.parametrize("path", [p for p in PAGES if p.name not in UNWRITTEN], ids=lambda path: path.name)
def test_every_command_line_in_a_page_is_one(path: Path) -> None:
    assert [said for line in written(path) if (said := wrong(line))] == []


def wrong(line: str) -> str:
    """What is wrong with it: an unknown command or option. Values and what stands for them are not looked at."""
    words = re.findall(r"'[^']*'|\"[^\"]*\"|\S+", line.replace("…", " "))[1:]
    command: click.Command = main
    for word in words:
        if isinstance(command, click.Group) and (chosen := command.get_command(NOWHERE, re.split(r"[|/,]", word)[0])):
            command = chosen
        elif isinstance(command, click.Group) and command is not main and re.match(r"[a-z]", word):
            return f"{line}: {command.name} has no {word}"
        elif word.startswith("--") or word.startswith("[--"):
            names = re.findall(r"--[\w-]+", word)
            known = {name for c in (command, main) for item in c.params for name in (*item.opts, *item.secondary_opts)}
            if unknown := set(names) - known - {"--help", "--version"}:
                return f"{line}: {', '.join(sorted(unknown))}"
        elif command is main and re.fullmatch(r"[a-z][a-z-]+", word):
            return f"{line}: there is no command {word}"
    setting = re.search(r" config set ([a-z_]+)", line)
    return f"{line}: {setting[1]} is no setting" if setting and setting[1] not in FIELDS else ""


@pytest.mark.parametrize(
    "line",
    [
        "gcli2api-tui config set hots x",
        "gcli2api-tui sing",
        "gcli2api-tui creds fly x",
        "gcli2api-tui key --loud",
        "gcli2api-tui keys add a --rpw 3",
    ],
)
def test_a_wrong_line_is_found(line: str) -> None:
    assert wrong(line)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
