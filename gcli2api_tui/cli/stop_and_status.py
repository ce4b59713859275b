"""`stop`, `restart`, `status`, from outside and without loading what serves; `logs` of one that runs, or has run."""

import contextlib
import json
import os
from functools import partial

import click

from gcli2api_tui import __version__
from gcli2api_tui.cli.options import HOME, home_of
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say


@click.command()
@HOME
@click.option("--now", is_flag=True, help="End running answers too; a server that hangs is killed.")
def stop(home: str | None, now: bool) -> None:
    """Stop the running server; returns when it is gone. Running answers may end first (setting drain_s)."""
    from gcli2api_tui.lifecycle import running_server

    if not running_server.stop(home_of({"home": home}), click.echo, now=now):
        click.echo(say("cli.no_server"))


@click.command()
@HOME
@click.option("--when-idle", is_flag=True, help="Serve on until no answer runs, then restart.")
def restart(home: str | None, when_idle: bool) -> None:
    """Restart the running server, with its own flags and its port; returns when the new one answers."""
    from gcli2api_tui.lifecycle import running_server

    running_server.restart(home_of({"home": home}), click.echo, when_idle=when_idle)


@click.command()
@HOME
@click.option("--json", "as_json", is_flag=True, help="Print the whole snapshot.")
def status(home: str | None, as_json: bool) -> None:
    """What the running server is doing, once, as text."""
    from gcli2api_tui.control import admin_client, run_file
    from gcli2api_tui.control.text_report import dashboard

    where = home_of({"home": home})
    running = run_file.read(where.run_file)
    if running is None:
        raise Problem(say("cli.no_server"), say("cli.start_one"))
    snapshot = admin_client.get(running, "/admin/api/snapshot")
    process = {"pid": running.pid, "panel": running.panel, "version": running.version}
    if as_json:
        click.echo(json.dumps({**snapshot, "process": process}, ensure_ascii=False, indent=2))
        return
    click.echo(dashboard(snapshot))
    click.echo(say("service.with_panel" if running.panel else "service.without_panel", pid=running.pid))
    if running.version not in ("", __version__):
        from gcli2api_tui.paths import home_flag

        click.echo(say("service.version_apart", version=running.version, own=__version__, home=home_flag(where)))


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
    from gcli2api_tui.paths import home_flag

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
