"""Which engine keeps the state: this home's own file, or the database that several instances share.

In: settings. Out: a store, or an answer for a command where no server runs. Raises SettingsFault with the way out;
nothing of psycopg is imported where nobody asked for such a database.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from gcli2api_tui.clock import Clock
from gcli2api_tui.cluster_database import require_extra, shared_address
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.credentials.credential import OAuthClient
from gcli2api_tui.credentials.ports import Alone, OneOfMany, not_shared
from gcli2api_tui.credentials.vault import Vault
from gcli2api_tui.events.problems import Problem, StoreFault
from gcli2api_tui.messages.message import say
from gcli2api_tui.paths import Paths

if TYPE_CHECKING:
    from gcli2api_tui.credentials.registry import CredentialRegistry
    from gcli2api_tui.state.ports import Shelf, Store
    from gcli2api_tui.state.postgresql.offline_copy import KnownFile
    from gcli2api_tui.state.postgresql.store import PostgresStore
    from gcli2api_tui.state.schema import Connection
    from gcli2api_tui.state.sqlite_store import SqliteStore

T = TypeVar("T")
UNSENT = "unsent.jsonl"
"""Beside state.db: what waits while the database is away."""


def open_store(chosen: Settings, where: Paths, clock: Clock, url: str = "") -> "SqliteStore | PostgresStore":
    """`url`: where this instance is asked."""
    if chosen.state_url:
        return shared_store(chosen, where, clock, url)
    from gcli2api_tui.state.sqlite_store import SqliteStore

    return SqliteStore(where.database, clock)


def shared_store(chosen: Settings, where: Paths, clock: Clock, url: str) -> "PostgresStore":
    address = shared_address(chosen, url)
    from gcli2api_tui.state.postgresql.store import PostgresStore

    return PostgresStore(address, where.database.with_name(UNSENT), clock, known=_known_file(chosen, where, clock))


def _known_file(chosen: Settings, where: Paths, clock: Clock) -> "KnownFile | None":
    """None without the key that seals it."""
    from gcli2api_tui.cluster_home import SharedHome

    if not (chosen.seal_key or chosen.seal_key_file):
        return None
    return SharedHome(chosen, where, clock).known_file()


def read_state(chosen: Settings, where: Paths, since: int, ask: "Callable[[Connection], T]", nothing: T) -> T:
    """For who only looks. `nothing` where there is none yet, or it is older than version `since`. Raises Problem."""
    if not chosen.state_url:
        from gcli2api_tui.state.sqlite_reader import read

        return read(where.database, since, ask, nothing)
    address = shared_address(chosen)
    from gcli2api_tui.state.postgresql.reader import ask as ask_engine

    return ask_engine(address, since, ask, nothing)


def agreed_settings(chosen: Settings, where: Paths) -> tuple[tuple[str, str | None], ...]:
    """What instances on one database go by. Raises Problem."""
    require_extra()
    from gcli2api_tui.state.postgresql.initial_state import read_settings

    return read_state(chosen, where, 0, read_settings, ())


@contextmanager
def changed_state(chosen: Settings, where: Paths) -> "Iterator[Store]":
    """For a command, where no server runs: what is done within is kept afterwards. Raises Problem."""
    read_state(chosen, where, 0, lambda connection: None, None)
    store = open_store(chosen, where, Clock())
    try:
        yield store
        store.flush().result()
    except StoreFault as error:
        raise _not_kept(chosen, where, error) from error
    finally:
        store.close()


def _not_kept(chosen: Settings, where: Paths, error: StoreFault) -> Problem:
    if not chosen.state_url:
        return Problem(say("file.not_written", path=str(where.database), why=error.message))
    path = str(where.database.with_name(UNSENT))
    return Problem(say("cluster.later", why=error.message), say("cluster.when_it_starts", path=path))


def vault_of(
    chosen: Settings,
    where: Paths,
    clock: Clock,
    client: OAuthClient,
    *,
    local: bool = False,
    store: "Store | None" = None,
) -> Vault:
    """Of this home alone, or with the credentials that all instances share; a `store` that found the database away has
    those of the last time.
    """
    if not chosen.state_url:
        return Vault(where.credentials, where.trash, clock, client)
    require_extra()
    from gcli2api_tui.cluster_home import SharedHome

    return SharedHome(chosen, where, clock, client).vault(local=local, known=getattr(store, "last_known", ()))


def shelf_of(chosen: Settings, clock: Clock) -> "Shelf | None":
    """What instances on one database share of the page; None where there is one instance."""
    if not chosen.state_url:
        return None
    address = shared_address(chosen)
    from gcli2api_tui.state.postgresql.encryption import seal_of
    from gcli2api_tui.state.postgresql.expiring_records import PostgresShelf

    return PostgresShelf(address, seal_of(chosen.seal_key, chosen.seal_key_file), clock)


def told_to_all(store: "Store") -> Callable[[str, str | None], None] | None:
    """How a setting is changed for all instances; None where there is one."""
    from gcli2api_tui.state.ports import SharedStore

    return store.put_setting if isinstance(store, SharedStore) else None


def lockouts_to_all(store: "Store") -> Callable[[str, float], None]:
    """How other instances, where there are some, hear of an address that guesses keys."""
    from gcli2api_tui.state.ports import SharedStore

    return store.put_lockout if isinstance(store, SharedStore) else lambda address, until: None


def alone_of(store: "Store", registry: "CredentialRegistry") -> Alone:
    """How a token is refreshed: of all instances that share a store, by one."""
    from gcli2api_tui.state.ports import SharedStore

    return OneOfMany(store.lock, registry.rescan).alone if isinstance(store, SharedStore) else not_shared
