"""`connect`: point a client here by its own file, after the difference and a y; and take it back.

The address is that of the server that runs, else the one of the settings; the files are this machine's.
"""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from gcli2api_tui import paths
from gcli2api_tui.cli import completions
from gcli2api_tui.cli.options import HOME
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say

if TYPE_CHECKING:
    from pathlib import Path

    from gcli2api_tui.bootstrap import Bootstrap
    from gcli2api_tui.events.secret import Secret
    from gcli2api_tui.recipes.file_changes import Change, Connections
    from gcli2api_tui.recipes.recipe import Recipe, Target


@click.command("connect")
@click.argument("client", required=False, shell_complete=completions.clients)
@click.option("--undo", is_flag=True, help="Take back what was written into the client's file.")
@click.option("--print", "only_print", is_flag=True, help="Print what to set, with the key; write nothing.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--model", default="", help="The model that the client is to use; otherwise the best that is served.")
@HOME
def connect(client: str | None, undo: bool, only_print: bool, yes: bool, model: str, home: str | None) -> None:
    """Point CLIENT at this server by its own file, after showing the difference. Without CLIENT: list them."""
    from gcli2api_tui.bootstrap import prepare

    setup = prepare({"home": home}, os.environ)
    connections = _connections(setup)
    if not client:
        _list(connections)
        return
    recipe = _recipe(client)
    if undo:
        _undo(connections, recipe, setup.settings.password, yes=yes)
    elif only_print or not recipe.files:
        target = _target(setup, model)
        click.echo(target.filled(recipe.typed))
        if not only_print:
            click.echo(f"{recipe.name} keeps this where no other program should write: type it there.", err=True)
    else:
        _connect(connections, recipe, _target(setup, model), setup, yes=yes)


def _connect(connections: "Connections", recipe: "Recipe", target: "Target", setup: "Bootstrap", *, yes: bool) -> None:
    try:
        changes = connections.wanted(recipe, target)
    except Problem:
        click.echo(target.filled(recipe.typed), err=True)
        raise
    if not any(change.is_one for change in changes):
        click.echo(f"{recipe.name} is connected already; nothing changes.")
        return
    from gcli2api_tui.paths import home_flag

    _show(changes, setup.settings.password)
    _ask(yes=yes)
    connections.write(recipe, target, changes)
    click.echo(f"{recipe.name} is connected. Start: {recipe.start}")
    click.echo(f"`gcli2api-tui connect {recipe.id} --undo{home_flag(setup.paths)}` takes it back.")


def _undo(connections: "Connections", recipe: "Recipe", key: "Secret", *, yes: bool) -> None:
    changes = connections.unwanted(recipe)
    _show(changes, key)
    _ask(yes=yes)
    connections.take_back(recipe, changes)
    click.echo(f"{recipe.name} is as it was.")


def _show(changes: Sequence["Change"], key: "Secret") -> None:
    """The key is masked: what stands in a terminal is read by whoever looks over a shoulder."""
    for change in changes:
        for line in change.lines(key):
            click.secho(line, fg={"+": "green", "-": "red"}.get(line[:1]) if sys.stdout.isatty() else None)
        if change.is_one and change.after is None:
            click.echo(f"{change.path} goes: it was made by connect.")


def _ask(*, yes: bool) -> None:
    if not yes and not click.confirm("Write it?", default=False):
        click.echo("Nothing was written.", err=True)
        sys.exit(1)


def _list(connections: "Connections") -> None:
    from gcli2api_tui.control.text_report import padded
    from gcli2api_tui.recipes.all_recipes import RECIPES

    for recipe in RECIPES.values():
        how = ", ".join(_in_home(connections.path_of(file)) for file in recipe.files) or "shown, typed by you"
        mark = "*" if connections.connected(recipe) else " "
        click.echo(f"{mark} {padded(recipe.id, 15)}{padded(recipe.name, 16)}{how}")
    click.echo(
        "* is connected. `connect CLIENT` writes its file, `--undo` takes it back, `--print` shows it.", err=True
    )


def _in_home(path: "Path") -> str:
    home = str(paths.expanded("~"))  # as the shell shows it
    return f"~{text.removeprefix(home)}" if (text := str(path)).startswith(home + os.sep) else text


def _recipe(client: str) -> "Recipe":
    from gcli2api_tui.recipes.all_recipes import RECIPES, recipe_of

    if recipe := recipe_of(client):
        return recipe
    raise Problem(say("connect.no_client", client=client[:40]), say("connect.clients", names=", ".join(RECIPES)))


def _connections(setup: "Bootstrap") -> "Connections":
    from gcli2api_tui.recipes.file_changes import Connections

    return Connections(setup.paths.connections, os.environ, sys.platform)


def _target(setup: "Bootstrap", model: str) -> "Target":
    """Of the server that runs, or of the settings and the files."""
    from gcli2api_tui.control import admin_client, run_file
    from gcli2api_tui.recipes.recipe import Target

    key = setup.settings.password.reveal()
    running = run_file.read(setup.paths.run_file)
    if running and admin_client.listens(running):
        if admin_client.takes(running, key, panel=False) is False:
            raise Problem(say("connect.other_key"), say("connect.give_key"))
        url, names = running.url, admin_client.get(running, "/admin/api/snapshot")["server"]["models"]
    else:
        scheme = "https" if setup.settings.tls_cert else "http"
        url, names = f"{scheme}://{_shown(setup.settings.host)}:{setup.settings.port}", {}
    likely = _likely(setup)
    best, fast, cheap = (names.get(role) or likely[role] for role in ("best", "fast", "cheap"))
    return Target(url, key, model or best, fast, cheap)


def _shown(host: str) -> str:
    """What a client on this machine is told for an address that means all of them."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)


def _likely(setup: "Bootstrap") -> dict[str, str]:
    from gcli2api_tui.clock import day_of
    from gcli2api_tui.config.models_and_prices import read_models
    from gcli2api_tui.gemini.model_choices import likely

    return likely(read_models(setup.paths, setup.settings), day_of(setup.clock.now()))
