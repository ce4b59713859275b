"""`key`: the two keys for people: on standard output, into the clipboard, or as a QR code.

The key goes to standard output alone, so that `$(gcli2api-tui key)` is one; every word about it goes to stderr. A home
without keys gets them here, as at its first start.
"""

import os
import sys

import click

from gcli2api_tui.cli.creds import HOME
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say


@click.command("key")
@click.option("--panel", is_flag=True, help="The key of the admin API and the web page instead.")
@click.option("--copy", is_flag=True, help="Into the clipboard, and not onto the screen.")
@click.option("--qr", is_flag=True, help="As a QR code, for a phone.")
@HOME
def key(panel: bool, copy: bool, qr: bool, home: str | None) -> None:
    """Print the key that your tools send; with --panel the one that opens the admin API."""
    from gcli2api_tui.bootstrap import prepare

    setup = prepare({"home": home}, os.environ)
    name = "panel_password" if panel else "password"
    source = setup.sources.get(name, "")
    if source == "this run":
        raise Problem(say("cli.no_panel_key"), say("cli.set_panel_key"))
    text = getattr(setup.settings, name).reveal()
    if copy:
        _copied(text)
    if qr:
        _drawn(text)
    if not copy and not qr:
        click.echo(text)
    if sys.stderr is not None and sys.stderr.isatty():
        where = setup.paths.config_file if source == "config.toml" else source
        click.echo(f"{'panel' if panel else 'client'} key, from {where}", err=True)
    _warn_of_another(setup.paths.run_file, text, panel=panel)


def _copied(text: str) -> None:
    from gcli2api_tui.tui.terminal_io.clipboard import copy

    if copy(text, os.environ, lambda sequence: click.echo(sequence, nl=False, err=True)) is None:
        raise Problem(say("cli.no_clipboard"), say("cli.without_copy"))
    click.echo("copied", err=True)


def _drawn(text: str) -> None:
    from gcli2api_tui.tui.paint.qr import coloured, half_blocks

    for line in coloured(text) if sys.stdout.isatty() else half_blocks(text):
        click.echo(line)


def _warn_of_another(run_file_path: "os.PathLike[str]", text: str, *, panel: bool) -> None:
    """A server that was started with PASSWORD or --password takes another key than the one that is kept."""
    from pathlib import Path

    from gcli2api_tui.control import run_file

    running = run_file.read(Path(run_file_path))
    if running is None:
        return
    from gcli2api_tui.control import admin_client  # HTTP

    if admin_client.takes(running, text, panel=panel) is False:
        click.echo("The server that runs was started with another key (PASSWORD, --password …).", err=True)
