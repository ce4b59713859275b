"""Write deploy/gcli2api-tui.1, the man page, from the commands themselves.

    python deploy/release/man_page.py

In: the commands as click knows them. Out: roff that `man` reads; a test compares the file with what this makes.
"""

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from gcli2api_tui import __version__
from gcli2api_tui.cli.commands import main as program

PAGE = Path(__file__).parent.parent / "gcli2api-tui.1"
NAME = "gcli2api-tui"

BEHIND = r"""
.SH FILES
.TP
.I ~/.config/gcli2api-tui/
Settings (config.toml), credentials, keys of the panel (keys.toml).
.TP
.I ~/.local/state/gcli2api-tui/
Counts and client keys (state.db), the log.
.PP
With
.B \-\-home
or GCLI2API_HOME all of it lies in one folder.
.SH ENVIRONMENT
GCLI2API_<NAME> sets a setting, as GCLI2API_PORT=7861; PASSWORD sets both keys. `gcli2api\-tui config show` lists all
settings, their values and where each came from.
.SH EXIT STATUS
0: done. 1: it was not, for a reason that is said in one line. 2: the words were not understood, or the server cannot
start.
"""


def page() -> str:
    root = click.Context(program, info_name=NAME)
    parts = [
        f'.\\" Made by deploy/release/man_page.py\n.TH GCLI2API\\-TUI 1 "" "{NAME} {__version__}" "User Commands"\n',
        f".SH NAME\n{_text(NAME)} \\- a terminal panel with an LLM proxy for Google's Gemini models\n",
        f".SH SYNOPSIS\n.B {_text(NAME)}\n[options] [command]\n",
        f".SH DESCRIPTION\n{_help(program)}",
        f".SH OPTIONS\n.TP\n.B \\-h, \\-\\-help\nOf the program, and of each command.\n{''.join(_options(root))}",
        f".SH COMMANDS\n{''.join(_commands(root))}",
        BEHIND.lstrip("\n"),
    ]
    return "".join(parts)


def _commands(ctx: click.Context) -> Iterator[str]:
    """Each with what it takes; those of a group behind it, by their whole names."""
    assert isinstance(ctx.command, click.Group)
    for name in ctx.command.list_commands(ctx):
        command = ctx.command.get_command(ctx, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=ctx)
        path = inner.command_path.removeprefix(f"{NAME} ")
        takes = " ".join(_text(word) for word in command.collect_usage_pieces(inner) if word != "[OPTIONS]")
        yield f".SS {_text(path)} {takes}".rstrip() + f"\n{_help(command)}{''.join(_options(inner))}"
        if isinstance(command, click.Group):
            yield from _commands(inner)


def _options(ctx: click.Context) -> Iterator[str]:
    for parameter in ctx.command.get_params(ctx):
        record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
        if record and "--help" not in parameter.opts:  # click makes it once for all, by whoever asks first
            yield f".TP\n.B {_text(record[0])}\n{_text(record[1])}\n"


def _help(command: click.Command) -> str:
    """Paragraphs; one that begins with \\b keeps its lines."""
    text = inspect.cleandoc(command.help or "").partition("\f")[0]
    made = []
    for paragraph in re.split(r"\n\s*\n", text):
        lines = paragraph.splitlines()
        if lines and lines[0].strip() == "\b":
            made.append(".nf\n" + "\n".join(map(_text, lines[1:])) + "\n.fi\n")
        else:
            made.append(_text(" ".join(line.strip() for line in lines)) + "\n")
    return ".PP\n".join(made)


def _text(text: str) -> str:
    """As roff takes it for itself: no line of ours is a request."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("\u2026", "...").replace("\u00b7", "*")
    return re.sub(r"^([.'])", r"\\&\1", escaped, flags=re.M)


def main() -> int:
    PAGE.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
