"""A runtime without server and Google: a real vault in a temporary folder, a real pool and ledger, fake backends."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from client_key_store import KeptKeys

from gcli2api_tui.clients.gate import Gate
from gcli2api_tui.clients.key_registry import ClientKeys
from gcli2api_tui.clock import Clock
from gcli2api_tui.config.live_settings import LiveSettings
from gcli2api_tui.config.settings import Settings
from gcli2api_tui.control.client_connections import ClientConnections
from gcli2api_tui.control.client_key_verbs import ClientKeyDesk, named_in
from gcli2api_tui.control.ended_models import ModelEnds
from gcli2api_tui.control.kept_filters import KeptFilters
from gcli2api_tui.control.local_control import LocalControl
from gcli2api_tui.control.login_sessions import LoginSessions
from gcli2api_tui.control.model_rows import Learnt
from gcli2api_tui.control.pool_membership import Membership
from gcli2api_tui.control.profiler import Profiler
from gcli2api_tui.control.questions_asked import AskKeys, Asks
from gcli2api_tui.control.recordings import Recordings
from gcli2api_tui.control.request_verbs import Exports, TextTools
from gcli2api_tui.control.requests_elsewhere import OtherInstances
from gcli2api_tui.control.setting_changes import SettingChanges
from gcli2api_tui.control.terms_notice import TermsNotice
from gcli2api_tui.control.usage_reader import UsageReader
from gcli2api_tui.control.verb_results import Keys
from gcli2api_tui.credentials.credential import Credential, OAuthClient, OAuthTokens
from gcli2api_tui.credentials.registry import CredentialRegistry
from gcli2api_tui.credentials.vault import Vault
from gcli2api_tui.events.problems import Problem, StoreFault
from gcli2api_tui.events.records import Event
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.gemini.catalogue import Catalogue, Model
from gcli2api_tui.ledger.admin_rows import UsageCell
from gcli2api_tui.ledger.ledger import Ledger
from gcli2api_tui.ledger.snapshot import ModelsToName, ServerFacts
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.pool.row_cache import Rows
from gcli2api_tui.recipes.file_changes import Connections
from gcli2api_tui.recipes.recipe import Target
from gcli2api_tui.relay.model_lessons import Lessons
from gcli2api_tui.state.ports import HourUsage
from gcli2api_tui.upstream.oauth_sign_in import SignedIn, SignIn
from gcli2api_tui.upstream.ports import ModelQuota

CLIENT = OAuthClient("default-client", Secret("default-pair"))


@dataclass
class FakeBackend:
    """Says that all is well, or raises what is planted."""

    fault: Problem | None = None
    figures: tuple[ModelQuota, ...] = ()

    async def check(self, credential: Credential) -> str:
        self._raise()
        return f"{credential.label} works."

    async def quota(self, credential: Credential) -> tuple[ModelQuota, ...]:
        self._raise()
        return self.figures

    def _raise(self) -> None:
        if self.fault:
            raise self.fault


@dataclass
class FakeSignIns:
    """Takes every answer but `no`."""

    waiting: set[str] = field(default_factory=set)
    refresh_token: str = "rt-new"

    async def begin(self) -> SignIn:
        self.waiting.add("s1")
        return SignIn("s1", "http://g/", "http://127.0.0.1:1/auth/callback", Secret("x"), Secret("y"), 300.0, CLIENT)

    def waits(self, sign_in: str) -> bool:
        return sign_in in self.waiting

    def cancel(self, sign_in: str) -> None:
        self.waiting.discard(sign_in)

    def meant(self, text: str, sign_in: str = "") -> str:
        return sign_in or next(iter(self.waiting), "")

    async def finish(self, text: str, sign_in: str = "") -> SignedIn:
        if text == "no":
            raise Problem("There is no code in this text.", "Copy the whole address.")
        self.waiting.discard("s1")
        tokens = OAuthTokens(Secret(self.refresh_token), CLIENT.client_id, CLIENT.client_secret, Secret("at-new"))
        return SignedIn("s1", tokens, "ann@example.org")


@dataclass
class FakeStore(KeptKeys):
    """Tells what it is given, and counts how often it was asked."""

    cells: list[UsageCell] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    fault: StoreFault | None = None
    __post_init__ = KeptKeys.__init__

    def usage(self, by: str, first_day: str) -> Future[tuple[UsageCell, ...]]:
        self.asked.append((by, first_day))
        return self._told(tuple(self.cells))

    def hours(self, first_hour: int) -> Future[tuple[HourUsage, ...]]:
        return self._told((HourUsage(first_hour, 1, 0, 9),))

    def _told(self, value: Any) -> Future[Any]:
        told: Future[Any] = Future()
        if self.fault:
            told.set_exception(self.fault)
        else:
            told.set_result(value)
        return told


class World:
    """Everything a test of roster or control looks at."""

    def __init__(self, home: Path) -> None:
        self.now = 1_795_000_000.0
        self.home = home
        self.folder = home / "credentials"
        self.trash = home / "trash"
        self.events: list[Event] = []
        self.stops: list[str] = []
        self.kept_terms: list[str] = []
        self.own_client = False
        clock = Clock(now=lambda: self.now, monotonic=lambda: self.now)
        self.clock = clock
        self.ledger = Ledger(clock, keep_bodies=5, keep_bodies_bytes=1000)
        self.pool = Pool(clock, self.record, seed=1)
        self.vault = self.open_vault()
        self.membership = Membership(self.pool, self, clock)
        self.registry = CredentialRegistry(self.vault, self.membership)
        self.backends: dict[str, Any] = {"gemini-api": FakeBackend(), "code-assist": FakeBackend()}
        self.signins = FakeSignIns()
        self.store = FakeStore()
        model = Model("some-model", frozenset({"gemini-api"}), ends={"gemini-api": "2020-01-01"}, successor="next")
        self.catalogue = Catalogue({"some-model": model})
        self.lessons = Lessons(clock, self)
        self.ends = ModelEnds(self, self.pool.backends, clock, self)  # type: ignore[arg-type]
        keys = AskKeys(Secret("for-tools"), Secret("of-this-run"))
        self.recordings = Recordings(self.ledger, home / "recordings", clock)
        self.control = LocalControl(
            ledger=self.ledger,
            tools=TextTools(
                Exports(self.ledger, home / "exports", "http://127.0.0.1:7861", clock, OtherInstances(None, clock)),
                KeptFilters(home / "filters.txt"),
            ),
            pool=self.pool,
            registry=self.registry,
            relay=SimpleNamespace(cancel=lambda exchange: exchange == 7, in_flight=0),  # type: ignore[arg-type]
            backends=self.backends,
            login_sessions=LoginSessions(self.signins, clock, 7861),  # type: ignore[arg-type]
            terms=TermsNotice("", clock, self.kept_terms.append, lambda: self.own_client),
            client=CLIENT,
            facts=ServerFacts("http://127.0.0.1:7861", "0", self.now, False, "quota-aware", str(home), "in config"),
            own_keys=Keys(Secret("for-tools"), Secret("for-the-panel")),
            clock=clock,
            stop_server=self.stops.append,
            models_to_name=lambda: ModelsToName(fast="some-model"),
            rows=Rows(self.pool, clock, self.registry.file_of, lambda model: self.pool.backends()),
            learnt=Learnt(lambda: self.catalogue, self.pool, self.lessons, self.ends, clock),
            connections=lambda: ClientConnections(
                Connections(home / "connections", {"HOME": str(home / "user")}, "linux"),
                lambda: Target("http://127.0.0.1:7861", "sk-client-key-of-ours", "some-model", "f", "c"),
            ),
            watching=SimpleNamespace(recordings=self.recordings, profiler=Profiler(clock)),  # type: ignore[arg-type]
            desk=ClientKeyDesk(
                Gate(ClientKeys(clock, self.store), clock, self.store),
                self.store,
                clock,
                lambda: named_in(self.pool, self.registry.file_of),
                lambda: self.catalogue,
            ),
            changes=SettingChanges(LiveSettings(Settings()), {}, home / "config.toml", lambda name, chosen: None),
            asks=Asks("http://127.0.0.1:1", keys, clock, self.ledger.note_change),
            used=UsageReader(self.store, clock, self.pool, self.ledger, home / "prices.toml", lambda: self.catalogue),
        )
        self.registry.start()

    def record(self, event: Event) -> None:
        self.events.append(event)
        self.ledger.record(event)

    def open_vault(self) -> Vault:
        """As another process sees the folder."""
        return Vault(self.folder, self.trash, self.clock, CLIENT)

    def kept(self) -> list[Credential]:
        """What the next start would find."""
        return list(self.open_vault().load()[0])

    def labels(self) -> list[str]:
        """Who is in the pool."""
        return sorted(view.credential.label for view in self.pool.view())

    def said(self, kind: type[Event]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def world_of_home(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def refusing_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file can be moved or replaced any more."""

    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("os.replace", refuse)
