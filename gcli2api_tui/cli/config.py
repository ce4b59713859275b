"""`config`: every setting with its source, and one changed; `keymap`: every key of the panel, as keys.toml has it.

A running server is asked to change a setting, so that it acts there at once if it can; else config.toml is written.
"""

import json
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from gcli2api_tui.cli import completions
from gcli2api_tui.cli.options import AS_JSON, HOME

if TYPE_CHECKING:
    from gcli2api_tui.config.settings import Settings
    from gcli2api_tui.config.settings_loading import Loaded
    from gcli2api_tui.control.run_file import Running
    from gcli2api_tui.paths import Paths

HELD_TWICE = "The running server has it from {source}: it acts there neither now nor after a restart."


@click.group()
def config() -> None:
    """Settings and where they come from."""


@config.command("show")
@HOME
@AS_JSON
def show(home: str | None, as_json: bool) -> None:
    """Every setting with its value and source; secrets are masked."""
    from gcli2api_tui import paths
    from gcli2api_tui.config import settings_loading
    from gcli2api_tui.config.settings import FIELDS

    where = paths.find(home, os.environ)
    loaded = _agreed(settings_loading.load(where.config_file, os.environ, {}), where)
    rows = {
        name: {
            "value": str(getattr(loaded.settings, name)),
            "source": loaded.sources.get(name, "default"),
            "acts": item.metadata["acts"],
        }
        for name, item in FIELDS.items()
    }
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for name, row in rows.items():
        said = FIELDS[name].metadata["help"]
        click.echo(f"{name:<22} {row['value']:<44} {row['source']:<14} {row['acts']:<8} {said}")


def _agreed(loaded: "Loaded", where: "Paths") -> "Loaded":
    """With what instances on one database agree on, where nothing here holds it."""
    if not loaded.settings.state_url:
        return loaded
    from gcli2api_tui.config.settings_loading import with_agreed
    from gcli2api_tui.events.problems import Problem
    from gcli2api_tui.storage_backend import agreed_settings

    try:
        return with_agreed(loaded, agreed_settings(loaded.settings, where))
    except Problem as away:
        click.echo(f"! {away.sentence}", err=True)
        return loaded


@config.command("path")
@HOME
def path(home: str | None) -> None:
    """Where the settings file is."""
    from gcli2api_tui import paths

    click.echo(paths.find(home, os.environ).config_file)


@config.command("set")
@click.argument("name", metavar="KEY", shell_complete=completions.settings)
@click.argument("value")
@HOME
def change(name: str, value: str, home: str | None) -> None:
    """Write one setting into config.toml; an empty VALUE takes it out, so that the default holds.

    What instances on one database must agree on goes there, for all. Where a server runs it acts at once if it can,
    else after a restart; which of the two is said.
    """
    from gcli2api_tui import paths
    from gcli2api_tui.config import settings_loading
    from gcli2api_tui.config.settings import FIELDS
    from gcli2api_tui.control import run_file

    where = paths.find(home, os.environ)
    where.create()
    if value or name not in FIELDS:
        settings_loading.parse(name, value)
    running = run_file.read(where.run_file)
    if running is None or not _set_there(running, name, value):
        _write(where, name, value)
        if running is None:
            click.echo(f"{name} is written; it acts from the next start on.", err=True)


def _set_there(running: "Running", name: str, value: str) -> bool:
    """Whether the server wrote it: one that holds the setting elsewhere does not, and an older one knows no way."""
    from gcli2api_tui.control import admin_client
    from gcli2api_tui.events.problems import ClientFault

    try:
        rows = admin_client.get(running, "/admin/api/settings")["settings"]
    except ClientFault:
        click.echo("The running server is of an older version: it acts there after a restart.", err=True)
        return False
    if (source := _held(rows, name)) is not None:
        click.echo(HELD_TWICE.format(source=source), err=True)
        return False
    answer = admin_client.post(running, "/admin/api/settings", {"name": name, "value": value or None})
    click.echo(answer["message"], err=True)
    return True


def _held(rows: Sequence[Mapping[str, object]], name: str) -> str | None:
    """By what the server holds it, so that its file would not act."""
    from gcli2api_tui.config import settings_loading

    for row in rows:
        if row["name"] == name and row["source"] not in (
            "default",
            "config.toml",
            "this run",
            settings_loading.ALL_INSTANCES,
        ):
            return "a flag" if row["source"] == "flag" else str(row["source"])
    return None


def _write(where: "Paths", name: str, value: str) -> None:
    from gcli2api_tui.config import config_toml, settings_loading

    parsed = settings_loading.parse(name, value) if value else None
    chosen = settings_loading.load(where.config_file, os.environ, {}).settings
    if chosen.state_url and settings_loading.shared(name):
        _tell_all(chosen, where, name, None if parsed is None else str(parsed))
    else:
        config_toml.write_value(where.config_file, name, parsed)


def _tell_all(chosen: "Settings", where: "Paths", name: str, text: str | None) -> None:
    """What instances agree on is in their database."""
    from gcli2api_tui.storage_backend import changed_state, told_to_all

    with changed_state(chosen, where) as store:
        if tell := told_to_all(store):
            tell(name, text)


@click.command("keymap")
@HOME
@click.option("--defaults", is_flag=True, help="Without keys.toml.")
def keymap(home: str | None, defaults: bool) -> None:
    """Every key of the panel, as a page of Markdown; keys.toml beside config.toml gives them others."""
    from gcli2api_tui import paths
    from gcli2api_tui.bootstrap import keys_toml
    from gcli2api_tui.panel_session.key_file import remapped
    from gcli2api_tui.tui.key_bindings import keys_page
    from gcli2api_tui.tui.words import Words

    text, unread = ("", ()) if defaults else keys_toml(paths.find(home, os.environ))
    known = remapped(text)
    click.echo(keys_page(known.keys, Words()), nl=False)
    for fault in (*unread, *known.faults):
        click.echo(fault, err=True)
