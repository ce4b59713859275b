"""Which engine keeps the state: this home's own file, or the database that several instances share.

In: settings. Out: a store. Raises SettingsFault with the way out; nothing of psycopg is imported where nobody asked for
such a database.
"""

from typing import TYPE_CHECKING

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.kinds import OAuthClient
from gcli2api_tui.credentials.refreshing import Alone, OneOfMany, not_shared
from gcli2api_tui.credentials.vault import Vault
from gcli2api_tui.paths import Paths
from gcli2api_tui.settings import Settings
from gcli2api_tui.shared_database import require_extra, shared_address

if TYPE_CHECKING:
    from gcli2api_tui.credentials.registry import CredentialRegistry
    from gcli2api_tui.state.ports import Store
    from gcli2api_tui.state.postgres import PostgresStore
    from gcli2api_tui.state.sqlite import SqliteStore

UNSENT = "unsent.jsonl"
"""Beside state.db: what waits while the database is away."""


def open_store(chosen: Settings, where: Paths, clock: Clock, url: str = "") -> "SqliteStore | PostgresStore":
    """`url`: where this instance is asked."""
    if chosen.state_url:
        return shared_store(chosen, where, clock, url)
    from gcli2api_tui.state.sqlite import SqliteStore

    return SqliteStore(where.database, clock)


def shared_store(chosen: Settings, where: Paths, clock: Clock, url: str) -> "PostgresStore":
    address = shared_address(chosen, url)
    from gcli2api_tui.state.postgres import PostgresStore

    return PostgresStore(address, where.database.with_name(UNSENT), clock)


def vault_of(chosen: Settings, where: Paths, clock: Clock, client: OAuthClient, *, local: bool = False) -> Vault:
    """Of this home alone, or with the credentials that all instances share."""
    if not chosen.state_url:
        return Vault(where.credentials, where.trash, clock, client)
    require_extra()
    from gcli2api_tui.shared_secrets import SharedHome

    return SharedHome(chosen, where, clock, client).vault(local=local)


def alone_of(store: "Store", registry: "CredentialRegistry") -> Alone:
    """How a token is refreshed: of all instances that share a store, by one."""
    from gcli2api_tui.state.ports import SharedStore

    return OneOfMany(store.lock, registry.rescan).alone if isinstance(store, SharedStore) else not_shared
