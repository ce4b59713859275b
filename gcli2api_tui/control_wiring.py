"""All parts of one instance, built from Settings: who gets whom. Starts nothing and waits for nothing.

`build` takes what serves requests from `relay_wiring.py` and gives it the control, its files for people, and the HTTP
side. Nothing here is shared between two instances in one process.
"""

import asyncio
import secrets
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import TYPE_CHECKING

from gcli2api_tui import __version__
from gcli2api_tui.bootstrap import Bootstrap, is_loopback
from gcli2api_tui.clock import Clock, day_of
from gcli2api_tui.config.live_settings import LiveSettings
from gcli2api_tui.events import secret
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say
from gcli2api_tui.observability import watching
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.relay_wiring import Core, core, google_resources
from gcli2api_tui.setting_effects import follow, setting_changes, with_settings
from gcli2api_tui.storage_backend import lockouts_to_all, shelf_of, told_to_all
from gcli2api_tui.upstream.oauth_client import endpoints, is_own

if TYPE_CHECKING:
    from gcli2api_tui.clients.gate import Gate
    from gcli2api_tui.control.client_connections import ClientConnections
    from gcli2api_tui.control.client_key_verbs import ClientKeyDesk
    from gcli2api_tui.control.local_control import LocalControl
    from gcli2api_tui.control.login_sessions import LoginSessions
    from gcli2api_tui.control.model_list_poller import ModelLists
    from gcli2api_tui.control.ports import Control
    from gcli2api_tui.control.questions_asked import Asks
    from gcli2api_tui.control.request_verbs import TextTools
    from gcli2api_tui.control.verb_results import Refused, StopMode
    from gcli2api_tui.credentials.registry import CredentialRegistry
    from gcli2api_tui.gemini.catalogue import Catalogue
    from gcli2api_tui.ledger.ledger import Ledger
    from gcli2api_tui.ledger.snapshot import ModelsToName, ServerFacts
    from gcli2api_tui.pool.pool import Pool
    from gcli2api_tui.relay.google_resources import GoogleResources
    from gcli2api_tui.relay.relay import Relay
    from gcli2api_tui.server.services import Fetch, Services
    from gcli2api_tui.state.ports import Store
    from gcli2api_tui.upstream.http_client import GoogleClient
    from gcli2api_tui.upstream.image_fetcher import ImageFetcher


@dataclass(frozen=True, slots=True)
class Parts:
    """One running instance."""

    url: str
    token: Secret
    """For other processes of this user, by run.json."""
    clock: Clock
    client: "GoogleClient"
    store: "Store"
    ledger: "Ledger"
    relay: "Relay"
    control: "LocalControl"
    services: "Services"
    models: "ModelLists"
    follow_others: Callable[[], None]
    """On the loop: from now on, what other instances do."""


def build(setup: Bootstrap, url: str, stop: "Callable[[StopMode], Refused | None]") -> Parts:
    """All parts of one instance, connected, with the vault read into the pool."""
    from gcli2api_tui.upstream.certificate_authorities import trusted_authorities

    token = setup.token or Secret(secrets.token_urlsafe(24))
    with ThreadPoolExecutor(1) as beside:  # OpenSSL reads them without the interpreter, which imports meanwhile
        authorities = beside.submit(trusted_authorities, loopback_only=setup.demo)
        from gcli2api_tui.control.local_control import LocalControl

        parts = core(setup, url, authorities)
    store, models = parts.store, parts.models
    control = _control(LocalControl, setup, parts, url, token, stop)
    parts.registry.start()
    services = _services(setup, control, models, token, store, google_resources(setup, parts))
    parts.pool.restore(parts.saved)
    follow_others = _following(setup, parts, control, services)
    follow(parts.live, models, control, parts.relay, services.responses)
    serving = parts.client, store, parts.ledger, parts.relay
    return Parts(url, token, setup.clock, *serving, control, services, models, follow_others)


def _control(
    kind: "type[LocalControl]",
    setup: Bootstrap,
    core: Core,
    url: str,
    token: Secret,
    stop: "Callable[[StopMode], Refused | None]",
) -> "LocalControl":
    from gcli2api_tui.control.model_rows import Learnt
    from gcli2api_tui.control.terms_notice import TermsNotice
    from gcli2api_tui.control.usage_reader import UsageReader
    from gcli2api_tui.control.verb_results import Keys
    from gcli2api_tui.pool.row_cache import Rows

    chosen, clock = setup.settings, setup.clock
    store, ledger, pool, registry, models = core.store, core.ledger, core.pool, core.registry, core.models
    return kind(
        ledger=ledger,
        tools=text_tools(setup, ledger, store, url),
        pool=pool,
        registry=registry,
        relay=core.relay,
        backends=core.backends,
        desk=_client_key_desk(core.gate, store, pool, registry, models),
        login_sessions=_login_sessions(setup, core.client, url),
        terms=TermsNotice(chosen.terms_shown_at, clock, setup.keep_terms, lambda: is_own(setup.sign_in_client())),
        client=core.oauth_client,
        facts=_facts(setup, url),
        own_keys=Keys(chosen.password, chosen.panel_password),
        clock=clock,
        stop_server=stop,
        models_to_name=models.to_name,
        rows=Rows(pool, clock, registry.file_of, models.backends_of),
        learnt=Learnt(lambda: models.catalogue, pool, core.lessons, core.ends, clock),
        connections=partial(client_connections, setup, url, models.named),
        asks=_asks(setup, url, token, ledger),
        used=UsageReader(store, clock, pool, ledger, setup.paths.prices_file, lambda: models.catalogue),
        watching=watching(setup, ledger, models),
        changes=setting_changes(setup, core.live, models, told_to_all(store)),
    )


def _asks(setup: Bootstrap, url: str, token: Secret, ledger: "Ledger") -> "Asks":
    from gcli2api_tui.control.questions_asked import AskKeys, Asks

    https, keys = setup.https, AskKeys(setup.settings.password, token)
    certificate = (lambda: https.certificate.text) if https else (lambda: "")
    return Asks(url, keys, setup.clock, ledger.note_change, certificate)


def _client_key_desk(
    gate: "Gate", store: "Store", pool: "Pool", registry: "CredentialRegistry", models: "ModelLists"
) -> "ClientKeyDesk":
    """What a person does with client keys."""
    from gcli2api_tui.control.client_key_verbs import ClientKeyDesk, named_in

    return ClientKeyDesk(gate, store, models.clock, lambda: named_in(pool, registry.file_of), lambda: models.catalogue)


def _login_sessions(setup: Bootstrap, client: "GoogleClient", url: str) -> "LoginSessions":
    from gcli2api_tui.control.login_sessions import LoginSessions
    from gcli2api_tui.server.listening_socket import url_elsewhere
    from gcli2api_tui.upstream.oauth_sign_in import SignIns

    port = setup.https.callback_port if setup.https else int(url.rpartition(":")[2])
    signins = SignIns(
        client,
        setup.sign_in_client,
        endpoints(setup.settings.oauth_base_url),
        setup.clock,
        lambda: f"http://127.0.0.1:{port}/auth/callback",
        loopback_only=setup.demo,
    )
    shelf = shelf_of(setup.settings, setup.clock)
    return LoginSessions(signins, setup.clock, port, lambda: url_elsewhere(url, setup.settings.host), shelf)


def _services(
    setup: Bootstrap,
    control: "LocalControl",
    models: "ModelLists",
    token: Secret,
    store: "Store",
    things: "GoogleResources",
) -> "Services":
    from gcli2api_tui.server.lockout import Lockout
    from gcli2api_tui.server.response_store import KeptResponses
    from gcli2api_tui.server.services import Services

    live = control.changes.live
    return Services(
        relay=control.relay,
        reader=control,
        control=logged(control, "admin"),
        models=models,
        model_ids=lambda backends: _served(models.catalogue, control.clock, live, backends),
        live=live,
        clock=control.clock,
        recorder=control.ledger,
        client_keys=control.desk.gate.keys,
        admin_token=token,
        lockout=Lockout(control.clock, lockouts_to_all(store)),
        finish_login=control.browser_came_back,
        short_links=control.login_sessions,
        fetcher=None if setup.demo else _image_fetch(),
        things=things,
        responses=KeptResponses(store, keeping=setup.settings.keep_bodies > 0),
        backends=control.pool.backends,
        page_control=logged(control, "web"),
        export=control.credential_files,
        metrics=control.ledger.metrics,
        shelf=control.login_sessions.shelf,
        demo=setup.demo,
    )


def _image_fetch() -> "Fetch":
    """What fetches images is imported with the first of them, in a thread: it brings httpx."""

    @cache
    def fetcher() -> "ImageFetcher":
        from gcli2api_tui.upstream.image_fetcher import ImageFetcher

        return ImageFetcher()

    async def fetch(url: str, param: str) -> tuple[str, bytes]:
        return await (await asyncio.to_thread(fetcher)).fetch(url, param)

    return fetch


def _following(setup: Bootstrap, core: Core, control: "LocalControl", services: "Services") -> Callable[[], None]:
    """Of other instances, where there may be some."""
    if not setup.settings.state_url:
        return lambda: None
    from gcli2api_tui.cluster_replication import following

    return following(setup, core, control, services)


def logged(control: "LocalControl", place: str) -> "Control":
    """The control for a person at this place: what is done there stands in the log."""
    from gcli2api_tui.control.verb_log import LoggedControl

    return LoggedControl(control, control.ledger, control.clock, place, control.label_of)


def _served(catalogue: "Catalogue", clock: Clock, live: LiveSettings, backends: Collection[str]) -> list[str]:
    """What these serve."""
    from gcli2api_tui.gemini.model_choices import listed

    return listed(catalogue, backends, variants=live.now.list_variants == "on", day=day_of(clock.now()))


def _facts(setup: Bootstrap, url: str) -> "ServerFacts":
    from gcli2api_tui.ledger.snapshot import ServerFacts

    chosen = setup.settings
    weak = secret.guessable(chosen.password)
    warnings = () if is_loopback(chosen.host) or not weak else (say("warn.guessable"),)
    facts = ServerFacts(
        url=url,
        version=__version__,
        started_at=setup.clock.now(),
        demo=setup.demo,
        home=str(setup.paths.config),
        client_key_hint=chosen.password.reveal() if weak else setup.key_place(),
        warnings=warnings,
    )
    return with_settings(facts, chosen)


def client_connections(setup: Bootstrap, url: str, named: "Callable[[], ModelsToName]") -> "ClientConnections":
    from gcli2api_tui.control.client_connections import connecting

    return connecting(setup.paths.connections, url, setup.settings.password, named, demo=setup.demo)


def text_tools(setup: Bootstrap, ledger: "Ledger", store: "Store", url: str) -> "TextTools":
    from gcli2api_tui.control.kept_filters import KeptFilters
    from gcli2api_tui.control.request_verbs import Exports, TextTools
    from gcli2api_tui.control.requests_elsewhere import OtherInstances
    from gcli2api_tui.state.ports import SharedStore

    others = OtherInstances(store if isinstance(store, SharedStore) else None, setup.clock)
    exports = Exports(ledger, setup.paths.exports, url, setup.clock, others, demo=setup.demo)
    return TextTools(exports, KeptFilters(setup.paths.filters_file))
