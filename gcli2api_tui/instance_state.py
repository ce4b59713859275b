"""What an instance remembers: its store on the disk, the ledger that shows it and adds to it, and the client keys.

In: what was asked for. Out: all of it, with what the last run left. Each exchange that has settled is kept, and counted
by day, by hour and for its client key.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from gcli2api_tui.bootstrap import Bootstrap
from gcli2api_tui.events.records import ExchangeId, StateDegraded

if TYPE_CHECKING:
    from gcli2api_tui.clients.gate import Gate
    from gcli2api_tui.control.client_key_verbs import ClientKeyDesk
    from gcli2api_tui.control.ended_models import ModelEnds
    from gcli2api_tui.control.local_control import LocalControl
    from gcli2api_tui.control.model_lists import ModelLists
    from gcli2api_tui.credentials.registry import CredentialRegistry
    from gcli2api_tui.ledger.ledger import Ledger
    from gcli2api_tui.ledger.snapshot import InstanceRow
    from gcli2api_tui.pool.affinity import Owners
    from gcli2api_tui.pool.pool import Pool
    from gcli2api_tui.relay.lessons import Lessons
    from gcli2api_tui.relay.signatures import Signatures
    from gcli2api_tui.server.services import Services
    from gcli2api_tui.state.ports import Saved, Store


def memory(setup: Bootstrap, url: str = "") -> "tuple[Store, Ledger, Saved, Gate]":
    """What lasts, what is shown, and what client keys may still do."""
    from gcli2api_tui.clients.client_keys import ClientKeys
    from gcli2api_tui.clients.gate import Gate
    from gcli2api_tui.cluster_database import instance_name
    from gcli2api_tui.ledger.ledger import Ledger
    from gcli2api_tui.storage_backend import open_store

    chosen, clock = setup.settings, setup.clock
    store = open_store(chosen, setup.paths, clock, url)
    saved = store.load()
    keys = ClientKeys(clock, store, saved.client_keys)
    gate = Gate(keys, clock, store, saved.client_uses, saved.client_seconds, waits=not chosen.state_url)
    ledger = Ledger(
        clock,
        keep_bodies=chosen.keep_bodies,
        keep_bodies_bytes=chosen.keep_bodies_mb * 1_000_000,
        first_exchange=ExchangeId(saved.last_exchange + 1),
        restored=saved.recent,
        on_settled=store.put_exchange,
        instance=instance_name(url) if chosen.state_url else "",
    )
    ledger.follow_settled(gate.settled)
    store.on_degraded = lambda message: ledger.record(StateDegraded(clock.now(), message))
    if saved.degraded:
        ledger.record(StateDegraded(clock.now(), saved.degraded))
    return store, ledger, saved, gate


def client_key_desk(
    gate: "Gate", store: "Store", pool: "Pool", registry: "CredentialRegistry", models: "ModelLists"
) -> "ClientKeyDesk":
    """What a person does with client keys."""
    from gcli2api_tui.control.client_key_verbs import ClientKeyDesk, named_in

    return ClientKeyDesk(gate, store, models.clock, lambda: named_in(pool, registry.file_of), lambda: models.catalogue)


def remember(
    setup: Bootstrap,
    store: "Store",
    saved: "Saved",
    control: "LocalControl",
    lessons: "Lessons",
    ends: "ModelEnds",
    owners: "Owners",
    signatures: "Signatures",
    services: "Services",
) -> Callable[[], None]:
    """Gives the pool what the last run left. Out: what begins to follow other instances, where there may be some."""
    control.pool.restore(saved)
    if not setup.settings.state_url:
        return lambda: None
    from gcli2api_tui.cluster_database import instance_name
    from gcli2api_tui.cluster_replication import Replication
    from gcli2api_tui.state.postgresql.instances import Life
    from gcli2api_tui.state.postgresql.store import PostgresStore

    assert isinstance(store, PostgresStore)
    facts, ledger = control.facts, control.ledger
    life = Life(instance_name(facts.url), facts.url, facts.version, facts.started_at)
    rescan, gate = control.registry.rescan, control.desk.gate
    parts = control.pool, gate, lessons, ends, owners, signatures, control.changes.heard
    shelf = services.shelf
    door = services.lockout.heard, shelf.forget if shelf else (lambda kind, name: None)

    def tell(rows: "tuple[InstanceRow, ...]") -> None:
        control.facts = replace(control.facts, instances=rows)
        ledger.note_change()

    return partial(
        Replication(setup.clock, *parts, *door, rescan, lambda: ledger.begun, life, tell).begin, store, saved
    )
