"""Which engine keeps the state: this home's own file, or the database that several instances share.

In: settings. Out: a store. Raises SettingsFault with the way out; nothing of psycopg is imported where nobody asked for
such a database.
"""

import socket
from importlib.util import find_spec
from typing import TYPE_CHECKING
from uuid import uuid4

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.messages.message import say
from gcli2api_tui.paths import Paths
from gcli2api_tui.settings import Settings

if TYPE_CHECKING:
    from gcli2api_tui.bootstrap import Bootstrap
    from gcli2api_tui.control.local import LocalControl
    from gcli2api_tui.control.model_ends import ModelEnds
    from gcli2api_tui.relay.lessons import Lessons
    from gcli2api_tui.relay.resource_owners import Owners
    from gcli2api_tui.relay.signatures import Signatures
    from gcli2api_tui.state.ports import Store
    from gcli2api_tui.state.postgres import PostgresStore
    from gcli2api_tui.state.postgres_engine import Address
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


def shared_address(chosen: Settings, url: str = "") -> "Address":
    if find_spec("psycopg") is None:
        raise SettingsFault(say("cluster.no_psycopg"), key="state_url", way_out=say("cluster.install"))
    from gcli2api_tui.state.postgres_engine import Address, require_url

    for one in filter(None, (chosen.state_url, chosen.state_listen_url)):
        require_url(one)
    return Address(chosen.state_url, uuid4().hex, instance_name(url), chosen.state_listen_url)


def replicate(
    setup: "Bootstrap",
    store: "Store",
    control: "LocalControl",
    lessons: "Lessons",
    ends: "ModelEnds",
    owners: "Owners",
    signatures: "Signatures",
) -> None:
    """Where several instances share the store: from now on the parts follow what the others do."""
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


def instance_name(url: str) -> str:
    """What people call it: the machine's name and the port."""
    port = url.rpartition(":")[2].strip("/")
    return f"{socket.gethostname()}:{port}" if port.isdigit() else socket.gethostname()
