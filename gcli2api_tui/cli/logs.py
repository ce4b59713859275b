"""`logs`: the log of the server, with a running one or without. The last lines, and with -f those that follow."""

import contextlib
import os
from functools import partial

import click

from gcli2api_tui.cli.creds import HOME
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say

LEVELS = ("debug", "info", "warning", "error")
COLOURS = {"warning": "yellow", "error": "red", "debug": "bright_black"}


@click.command()
@HOME
@click.option("-f", "--follow", is_flag=True, help="Go on with new lines, until Ctrl+C.")
@click.option("-n", "--lines", type=click.IntRange(0), default=50, show_default=True, help="How many of the last ones.")
@click.option("--level", type=click.Choice(LEVELS), default="debug", help="Only lines of this level or above.")
@click.option("--json", "as_json", is_flag=True, help="The lines as they stand in the file.")
def logs(home: str | None, follow: bool, lines: int, level: str, as_json: bool) -> None:
    """The log of the server: what it did, and what went wrong. Works without a running one too."""
    from gcli2api_tui import log_lines, paths
    from gcli2api_tui.lifecycle.home_lock import home_flag

    where = paths.find(home, os.environ)
    where.require_ours()
    if not follow and not where.logs.is_dir():
        raise Problem(say("service.no_log", folder=str(where.logs)), say("service.log_on", home=home_flag(where)))
    wanted = partial(_wanted, level)
    with log_lines.Follower(where.logs) if follow else contextlib.nullcontext() as follower:
        for line in log_lines.last(where.logs, lines, wanted):
            _show(line, as_json)
        for line in filter(wanted, follower.follow() if follower else ()):
            _show(line, as_json)


def _wanted(least: str, text: str) -> bool:
    from gcli2api_tui.log_lines import at_least, read

    line = read(text)
    return line is not None and at_least(line.level, least)


def _show(text: str, as_json: bool) -> None:
    from gcli2api_tui.log_lines import as_text, read

    if as_json:
        click.echo(text)
    elif line := read(text):
        click.secho(as_text(line), fg=COLOURS.get(line.level))
