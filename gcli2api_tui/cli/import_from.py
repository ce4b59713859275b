"""`import-from PROGRAM [FOLDER]`: what comes over from another program: shown first, then taken.

In: a folder of gcli2api, CLIProxyAPI or Gemini CLI, or their usual places. Out: a table of what would come over and
what would not, and why; after a yes the same is done. Nothing in that folder is changed, and no secret is shown.
"""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcli2api_tui.cli.options import AS_JSON, HOME, LOCAL
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say

if TYPE_CHECKING:
    from gcli2api_tui.credentials.vault import Vault
    from gcli2api_tui.installations.installation import Installation, Program
    from gcli2api_tui.migration.offer import Offer, Taken
    from gcli2api_tui.paths import Paths

PARTS = ("credentials", "settings", "keys")


@click.command("import-from")
@click.argument("program", type=click.Choice(("gcli2api", "cliproxy", "gemini-cli")))
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Take what is shown without asking.")
@click.option("--dry-run", is_flag=True, help="Only show it.")
@click.option("--without", multiple=True, type=click.Choice(PARTS), help="Leave these out; may be given several times.")
@LOCAL
@HOME
@AS_JSON
def import_from(
    program: "Program",
    folder: Path | None,
    yes: bool,
    dry_run: bool,
    without: tuple[str, ...],
    local: bool,
    home: str | None,
    as_json: bool,
) -> None:
    """Bring over credentials, settings and passwords from gcli2api, CLIProxyAPI or Gemini CLI.

    It shows what it would take, asks, and changes nothing in FOLDER. Without FOLDER it looks in the usual places.
    """
    from gcli2api_tui import paths
    from gcli2api_tui.bootstrap import default_client, open_vault
    from gcli2api_tui.installations.discovery import read
    from gcli2api_tui.migration.offer import take
    from gcli2api_tui.migration.report import as_data

    where, others = _folder(program, folder)
    found = read(program, where, default_client(home, os.environ))
    vault = open_vault(home, os.environ, local=local)
    here = paths.find(home, os.environ)
    whole = _offer(found, vault, here, without)
    if not as_json:
        _show(program, where, others, whole)
    wanted = not dry_run and not whole.is_empty and (yes or (not as_json and _agreed()))
    taken = take(whole, vault, here) if wanted else None
    if as_json:
        click.echo(json.dumps(as_data(program, where, whole, taken), ensure_ascii=False, indent=2))
    elif taken:
        _told(taken, here)


def _folder(program: "Program", named: Path | None) -> tuple[Path, list[Path]]:
    """The folder to read, and others that could be meant."""
    from gcli2api_tui.installations.discovery import usual
    from gcli2api_tui.paths import expanded

    if named is not None:
        return expanded(str(named)).absolute(), []
    found = usual(program, os.environ, Path())
    if not found:
        raise Problem(say("over.no_usual_place", program=program), say("over.name_the_folder", program=program))
    return found[0].absolute(), [one.absolute() for one in found[1:]]


def _offer(found: "Installation", vault: "Vault", here: "Paths", left: tuple[str, ...]) -> "Offer":
    from gcli2api_tui.clock import Clock
    from gcli2api_tui.config import settings_loading
    from gcli2api_tui.config.models_and_prices import read_models
    from gcli2api_tui.config.settings import Settings
    from gcli2api_tui.migration.offer import offer, without

    loaded = settings_loading.load(here.config_file, os.environ, {})
    catalogue = read_models(here, Settings())
    return without(offer(found, vault.load()[0], loaded, catalogue, Clock().now()), left)


def _show(program: str, where: Path, others: list[Path], whole: "Offer") -> None:
    from gcli2api_tui.migration.report import lines

    for line in lines(program, where, others, whole, _width()):
        click.echo(line)


def _width() -> int:
    """Of the terminal; what goes into a file or a pipe is not wrapped."""
    known = sys.stdout.isatty() or "COLUMNS" in os.environ
    return shutil.get_terminal_size().columns if known else 1_000


def _agreed() -> bool:
    """Raises Problem where nobody can answer."""
    try:
        return click.confirm("Take this?", default=False)
    except click.Abort:
        raise Problem(say("over.say_yes"), say("over.with_yes")) from None


def _told(taken: "Taken", here: "Paths") -> None:
    from gcli2api_tui.control import admin_client, run_file
    from gcli2api_tui.control.text_report import shown

    for credential in taken.result.added:
        off = "" if credential.settings.enabled else ", switched off"
        click.echo(shown(f"added {credential.label} ({credential.kind}{off})"))
    for credential in taken.result.renewed:
        click.echo(shown(f"signed in again: {credential.label}"))
    if taken.configured:
        click.echo(f"{here.config_file} is written.")
    if taken.kept:
        click.echo(f"As it was before, it is kept as {taken.kept.name} beside it: put it back to undo that.")
    runs = (running := run_file.read(here.run_file)) and admin_client.listens(running)
    if runs and taken.configured:
        click.echo("Settings and keys act after `gcli2api-tui restart --when-idle`.")
    elif not runs:
        click.echo("Next: stop the other program, then start `gcli2api-tui`.")
        click.echo("`gcli2api-tui creds check --all` asks Google which of them it still takes.")
