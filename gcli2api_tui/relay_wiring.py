"""What serves requests, built from Settings and connected: the pool, the ways to Google, the relay, and what is kept.

In: what was asked for. Out: a Core with what the last run left, to which `control_wiring.py` adds. Each exchange
that has settled is kept, and counted by day, by hour and for its client key. Starts nothing; nothing here is shared
between two instances in one process.
"""

from typing import TYPE_CHECKING

from gcli2api_tui.bootstrap import Bootstrap
from gcli2api_tui.clock import Clock
from gcli2api_tui.config.live_settings import LiveSettings
from gcli2api_tui.config.models_and_prices import read_models
from gcli2api_tui.credentials.credential import OAuthClient
from gcli2api_tui.credentials.ports import Alone
from gcli2api_tui.events.records import ExchangeId, StateDegraded
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.setting_effects import limits_of
from gcli2api_tui.storage_backend import alone_of, vault_of
from gcli2api_tui.upstream.oauth_client import chosen_client

if TYPE_CHECKING:
    import ssl
    from concurrent.futures import Future

    from gcli2api_tui.clients.gate import Gate
    from gcli2api_tui.control.ended_models import ModelEnds
    from gcli2api_tui.control.model_list_poller import ModelLists
    from gcli2api_tui.control.pool_membership import Membership
    from gcli2api_tui.credentials.registry import CredentialRegistry
    from gcli2api_tui.ledger.ledger import Ledger
    from gcli2api_tui.pool.affinity import Owners
    from gcli2api_tui.pool.pool import Pool
    from gcli2api_tui.relay.google_resources import GoogleResources
    from gcli2api_tui.relay.model_lessons import Lessons
    from gcli2api_tui.relay.relay import Relay
    from gcli2api_tui.relay.signature_memory import Signatures
    from gcli2api_tui.state.ports import Saved, Store
    from gcli2api_tui.upstream.http_client import GoogleClient
    from gcli2api_tui.upstream.ports import Backend


@dataclass(frozen=True, slots=True)
class Core:
    """One instance's, from a key that a client sends to Google's answer."""

    live: LiveSettings
    oauth_client: OAuthClient
    client: "GoogleClient"
    store: "Store"
    saved: "Saved"
    ledger: "Ledger"
    gate: "Gate"
    pool: "Pool"
    registry: "CredentialRegistry"
    models: "ModelLists"
    backends: "dict[str, Backend]"
    ends: "ModelEnds"
    lessons: "Lessons"
    owners: "Owners"
    signatures: "Signatures"
    relay: "Relay"


def core(setup: Bootstrap, url: str, authorities: "Future[ssl.SSLContext]") -> Core:
    """Connected; the vault is not read yet. Waits for the certificates as late as it can."""
    from gcli2api_tui.control.model_list_poller import ModelLists
    from gcli2api_tui.pool.affinity import Owners
    from gcli2api_tui.pool.pool import Pool
    from gcli2api_tui.relay.relay import Relay
    from gcli2api_tui.relay.retry_loop import RelayServices
    from gcli2api_tui.relay.signature_memory import Signatures
    from gcli2api_tui.upstream.http_client import open_client

    chosen, clock, live = setup.settings, setup.clock, LiveSettings(setup.settings)
    oauth_client = chosen_client(chosen.oauth_client_id, chosen.oauth_client_secret)
    store, ledger, saved, gate = memory(setup, url)
    pool = Pool(clock, ledger.record, store, live.now.strategy)
    membership, registry = _membership(setup, store, pool, ledger, oauth_client)
    models = ModelLists(read_models(setup.paths, chosen), pool, ledger, clock)
    membership.on_moved = models.forget
    client = open_client(authorities.result(), loopback_only=setup.demo)
    backends = _backends(setup, client, models, registry, alone_of(store, registry))
    ends = _ends(setup, live, models, ledger, store, saved)
    lessons = _lessons(clock, models, ledger, store, saved)
    owners = Owners(clock, store.put_owned, saved.owned)
    signed = Signatures(clock, store.put_signatures, saved.signatures)
    given = pool, backends, signed, clock, lessons, gate, ends
    means = RelayServices(*given, owners=owners, passed_on=ledger.passed_on)
    relay = Relay(means, ledger, limits_of(live.now), lambda model: model in models.catalogue.models)
    kept = client, store, saved, ledger, gate, pool, registry, models
    return Core(live, oauth_client, *kept, backends, ends, lessons, owners, signed, relay)


def _membership(
    setup: Bootstrap, store: "Store", pool: "Pool", ledger: "Ledger", oauth_client: OAuthClient
) -> "tuple[Membership, CredentialRegistry]":
    from gcli2api_tui.control.pool_membership import Membership
    from gcli2api_tui.credentials.registry import CredentialRegistry

    vault = vault_of(setup.settings, setup.paths, setup.clock, oauth_client, store=store)
    membership = Membership(pool, ledger, setup.clock)
    registry = CredentialRegistry(vault, membership)
    pool.on_project = registry.project_found
    return membership, registry


def _backends(
    setup: Bootstrap, client: "GoogleClient", models: "ModelLists", registry: "CredentialRegistry", alone: Alone
) -> "dict[str, Backend]":
    from gcli2api_tui.upstream.backends import all_backends, that_list_models

    def wire_id(backend: str, model: str) -> str:
        known = models.catalogue.models.get(model)
        return known.on_wire(backend) if known else model

    told = registry.project_found, registry.tier_found
    made = all_backends(client, setup.settings, setup.clock, wire_id, models.probes, registry, *told, alone)
    models.backends = that_list_models(made)
    return made


def _ends(
    setup: Bootstrap, live: LiveSettings, models: "ModelLists", ledger: "Ledger", store: "Store", saved: "Saved"
) -> "ModelEnds":
    from gcli2api_tui.control.ended_models import ModelEnds

    ends = ModelEnds(
        models=models,
        present=models.pool.backends,
        clock=setup.clock,
        recorder=ledger,
        successors=lambda: live.now.successors == "on",
        on_moved=models.renew,
        store=store,
        saved=saved.ends,
    )
    models.dates = ends.dates
    models.followers.append(ends.begin_anew)
    return ends


def _lessons(clock: Clock, models: "ModelLists", ledger: "Ledger", store: "Store", saved: "Saved") -> "Lessons":
    from gcli2api_tui.relay.model_lessons import Lessons, Told

    told = Told(ledger.record, store.put_lesson, store.drop_lessons)
    return Lessons(clock, models, told, saved.lessons)


def memory(setup: Bootstrap, url: str = "") -> "tuple[Store, Ledger, Saved, Gate]":
    """What lasts, what is shown, and what client keys may still do."""
    from gcli2api_tui.clients.gate import Gate
    from gcli2api_tui.clients.key_registry import ClientKeys
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
    gate.on_first = lambda: ledger.follow_settled(gate.settled)
    store.on_degraded = lambda message: ledger.record(StateDegraded(clock.now(), message))
    if saved.degraded:
        ledger.record(StateDegraded(clock.now(), saved.degraded))
    return store, ledger, saved, gate


def google_resources(setup: Bootstrap, core: Core) -> "GoogleResources":
    from gcli2api_tui.relay.google_resources import GoogleResources
    from gcli2api_tui.upstream.gemini_api import GoogleThings

    google = GoogleThings(core.client, setup.settings.gemini_base_url, setup.clock)
    return GoogleResources(core.relay.ask, core.gate, google, core.owners, setup.clock, core.pool.usable)
