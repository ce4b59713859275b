"""Which engine keeps the state: this home's own file, or the database that several instances share.

In: settings. Out: a store. Raises SettingsFault with the way out; nothing of psycopg is imported where nobody asked for
such a database.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.kinds import OAuthClient
from gcli2api_tui.credentials.refreshing import Alone, OneOfMany, not_shared
from gcli2api_tui.credentials.vault import Vault
from gcli2api_tui.events.problems import StartFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say
from gcli2api_tui.paths import Paths
from gcli2api_tui.settings import Settings
from gcli2api_tui.shared_database import instance_name, require_extra, shared_address

if TYPE_CHECKING:
    from gcli2api_tui.bootstrap import Bootstrap
    from gcli2api_tui.control.local import LocalControl
    from gcli2api_tui.control.model_ends import ModelEnds
    from gcli2api_tui.credentials.registry import CredentialRegistry
    from gcli2api_tui.relay.lessons import Lessons
    from gcli2api_tui.relay.resource_owners import Owners
    from gcli2api_tui.relay.signatures import Signatures
    from gcli2api_tui.state.ports import Saved, Store
    from gcli2api_tui.state.postgres import PostgresStore
    from gcli2api_tui.state.sqlite import SqliteStore

NO_CLIENT = OAuthClient("", Secret(""))
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


def vault_of(chosen: Settings, where: Paths, clock: Clock, client: OAuthClient) -> Vault:
    """Of this home alone, or with the credentials that all instances share."""
    if not chosen.state_url:
        return Vault(where.credentials, where.trash, clock, client)
    require_extra()
    from gcli2api_tui.shared_secrets import SharedHome

    return SharedHome(chosen, where, client, clock).vault()


def alone_of(store: "Store", registry: "CredentialRegistry") -> Alone:
    """How a token is refreshed: of all instances that share a store, by one."""
    from gcli2api_tui.state.ports import SharedStore

    return OneOfMany(store.lock, registry.rescan).alone if isinstance(store, SharedStore) else not_shared


def with_shared_keys(setup: "Bootstrap") -> "Bootstrap":
    """Both keys from the environment, or else from the database: all instances must agree. Raises StartFault."""
    require_extra()
    from gcli2api_tui.shared_secrets import KEYS, SharedHome

    missing = [name for name in KEYS if setup.sources.get(name, "config.toml") == "config.toml"]
    if not missing:
        return setup
    found = SharedHome(setup.settings, setup.paths, NO_CLIENT, setup.clock).keys()
    for name in missing:
        if name not in found:
            raise StartFault(say("cluster.no_keys", name=name), way_out=say("cluster.set_keys"))
    values: dict[str, Any] = {name: found[name] for name in missing}
    chosen = replace(setup.settings, **values)
    return replace(setup, settings=chosen, sources={**setup.sources, **dict.fromkeys(missing, "the database")})


def remember(
    setup: "Bootstrap",
    store: "Store",
    saved: "Saved",
    control: "LocalControl",
    lessons: "Lessons",
    ends: "ModelEnds",
    owners: "Owners",
    signatures: "Signatures",
) -> None:
    """What the store kept; where several instances share it, what the others do from now on, too."""
    control.pool.restore(saved)
    if not setup.settings.state_url:
        return
    from gcli2api_tui.replication import Replication
    from gcli2api_tui.state.instances import Life
    from gcli2api_tui.state.postgres import PostgresStore

    if isinstance(store, PostgresStore):
        facts, ledger = control.facts, control.ledger
        life = Life(instance_name(facts.url), facts.url, facts.version, facts.started_at)
        rescan, gate = control.registry.rescan, control.desk.gate
        parts = control.pool, gate, lessons, ends, owners, signatures
        Replication(setup.clock, *parts, rescan, lambda: ledger.begun, life).begin(store)
