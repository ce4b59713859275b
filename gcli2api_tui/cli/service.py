"""`stop`, `restart`, `status`: what is done with a server that runs, from outside, without loading what serves."""

import json

import click

from gcli2api_tui import __version__
from gcli2api_tui.cli.creds import HOME
from gcli2api_tui.cli.options import home_of
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
    from gcli2api_tui.lifecycle.home_lock import home_flag

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
        click.echo(say("service.version_apart", version=running.version, own=__version__, home=home_flag(where)))
