"""`cluster`: what several instances on one database need once; `import-state`: a home into that database, and back.

In: the settings that name the database and the seal. Out: keys on standard output, sentences on stderr. Raises Problem
where the database cannot be reached; then nothing has changed.
"""

import os
from typing import TYPE_CHECKING

import click

from gcli2api_tui.cli.options import HOME
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.messages.message import say

if TYPE_CHECKING:
    from gcli2api_tui.cluster_home import SharedHome


@click.group("cluster")
def cluster() -> None:
    """Several instances that share a PostgreSQL database."""


@cluster.command("new-key")
def new_key() -> None:
    """Print a new key for seal_key, which seals credentials in the database."""
    from gcli2api_tui.cluster_database import require_extra

    require_extra()
    from gcli2api_tui.state.postgresql.encryption import new_key

    click.echo(new_key())


@cluster.command("reseal")
@HOME
def reseal(home: str | None) -> None:
    """Seal all that is sealed anew, with the first of the keys in seal_key; this home's copy for bad times, too."""
    shared = _shared(home)
    done, failed = shared.table().reseal()
    shared.known_file().reseal()
    if failed:
        raise Problem(say("cluster.resealed_not", n=failed), say("cluster.right_seal"))
    click.echo(say("cluster.resealed", n=done))


@cluster.command("keys")
@HOME
def keys(home: str | None) -> None:
    """Keep this home's client key and panel key in the database, for all instances."""
    _shared(home).keep_keys()
    click.echo(say("cluster.keys_kept"))


@click.command("import-state")
@click.option("--back", is_flag=True, help="From the database into this home, which must have no state.db.")
@HOME
def import_state(back: bool, home: str | None) -> None:
    """Move this home's credentials, counts and history into the database that state_url names."""
    from gcli2api_tui.control import admin_client, run_file

    shared = _shared(home)
    running = run_file.read(shared.where.run_file)
    if running and admin_client.listens(running):
        raise Problem(say("cluster.server_runs", url=running.url), say("cluster.stop_first"))
    rows, credentials = shared.copy_out() if back else shared.move_in()
    click.echo(say("cluster.moved_out" if back else "cluster.moved_in", n=rows, credentials=credentials))


def _shared(home: str | None) -> "SharedHome":
    """Raises Problem where no database is named."""
    from gcli2api_tui import paths
    from gcli2api_tui.bootstrap import default_client
    from gcli2api_tui.clock import Clock
    from gcli2api_tui.cluster_database import require_extra
    from gcli2api_tui.config import settings_loading

    where = paths.find(home, os.environ)
    where.create()
    chosen = settings_loading.load(where.config_file, os.environ, {}).settings
    if not chosen.state_url:
        raise Problem(say("cluster.none"), say("cluster.url_form"))
    require_extra()
    from gcli2api_tui.cluster_home import SharedHome

    return SharedHome(chosen, where, Clock(), default_client(home, os.environ))
