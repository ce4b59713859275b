"""A reader and a control that remember, and one recorded moment with every kind of row in it."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from textual._wait import wait_for_idle
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

from gcli2api_tui.clock import Clock
from gcli2api_tui.config.settings import FIELDS, GROUPS
from gcli2api_tui.control.question import AskedRow, AskRequest
from gcli2api_tui.control.setting_changes import kind_of, shown
from gcli2api_tui.control.verb_results import (
    Answer,
    Difference,
    Done,
    Keys,
    Login,
    LoginStatus,
    Notice,
    Refused,
    Trashed,
)
from gcli2api_tui.events.ids import ANY, AskId
from gcli2api_tui.events.records import ClientKeyId, CredentialId, ExchangeId, Usage
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.admin_rows import (
    ClientKeyRow,
    LearntRow,
    ModelRow,
    NewClientKey,
    Profile,
    RecordingMode,
    RecordingRow,
    SettingRow,
    UsageColumn,
    UsageLine,
    UsageTable,
    UsedHour,
)
from gcli2api_tui.ledger.credential_rows import CredentialRow, CredentialState, ModelCooldown
from gcli2api_tui.ledger.exchange_rows import Elsewhere, ExchangeRow, ExchangeState, Hop, Page, Passage
from gcli2api_tui.ledger.snapshot import LogRow, ServerFacts, Snapshot, Totals
from gcli2api_tui.ledger.wire_rows import Arrival, Sent, Wire
from gcli2api_tui.messages.message import quoted, say
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.key_table import TABS
from gcli2api_tui.tui.verbs.tab_verbs import maker_of
from gcli2api_tui.tui.widgets.panel_rows import MessageRow

AT = 1_790_000_000.0
HOSTILE = "[/red] [@click=app.quit]x[/] \x1b[2J\x1b]0;owned\x07\n\r\u202e 老李 👩‍👩‍👧"


def exchange(number: int, state: ExchangeState = ExchangeState.DONE, **changes: object) -> ExchangeRow:
    live = state in (ExchangeState.QUEUED, ExchangeState.SENT, ExchangeState.STREAMING)
    opened = AT - 60 + number
    row = ExchangeRow(
        ExchangeId(number), opened, "openai-chat", "/v1/chat/completions", "gemini-2.5-pro", True, "cursor",
        "127.0.0.1", state, (Hop(CredentialId("a"), "alice@gmail.com", opened, reason="most quota left"),),
        first_byte_at=opened + 1.1, ended_at=None if live else opened + 12, status=0 if live else 200,
        usage=Usage(2100, 0, 1812, 310),
    )  # fmt: skip
    return replace(row, **changes)  # type: ignore[arg-type]


def credential(name: str, state: CredentialState = CredentialState.READY, **changes: object) -> CredentialRow:
    row = CredentialRow(
        CredentialId(name), f"{name}@gmail.com", "oauth", f"proj-{name}", "login", f"{name}-a1.json", AT - 9e4, state,
        "", 0, 504, 1500, "assumed", AT + 22_320,
    )  # fmt: skip
    return replace(row, **changes)  # type: ignore[arg-type]


def moment() -> Snapshot:
    """Every state there is, and texts that would crash a screen that trusts them."""
    retried = (
        Hop(CredentialId("c"), "carol@gmail.com", AT - 9, AT - 8, 429, "rate"),
        Hop(CredentialId("b"), "bob@corp.io", AT - 8),
    )
    return Snapshot(
        1, AT, ServerFacts("http://127.0.0.1:7861", "1.0", AT - 3600, True, "quota-aware"),
        Totals(287, 281, 4, 2, 4, 4, 91_000, tuple(range(60)), (0,) * 50 + (2,) * 10, 1.2, 4.8, 46.0),
        (
            exchange(1), exchange(2, hops=retried), exchange(3, ExchangeState.FAILED, status=503, error=HOSTILE),
            exchange(4, ExchangeState.CANCELLED, status=499), exchange(5, ExchangeState.SENT, first_byte_at=None),
            exchange(6, ExchangeState.STREAMING, model=f"m{HOSTILE}"),
        ),
        (
            credential("alice", CredentialState.BUSY, in_flight=2, next_in_rotation=2),
            credential("bob", used_today=60, next_in_rotation=1),
            credential("carol", CredentialState.COOLING, cooldowns=(ModelCooldown("gemini-2.5-pro", AT + 41, "429"),)),
            credential("dave", CredentialState.NEARLY_OUT, used_today=1498),
            credential("erin", CredentialState.NEEDS_LOGIN, why=f"Token revoked: sign in again with a. {HOSTILE}"),
            credential("frank", CredentialState.DISABLED, limit=None, limit_source="", kind="api-key"),
        ),
        (
            LogRow(1, AT - 30, "info", "server", "listening"), LogRow(2, AT - 20, "warning", "pool", "carol cools"),
            LogRow(3, AT - 10, "error", "relay", HOSTILE, ExchangeId(3)), LogRow(4, AT - 5, "debug", "pool", "quiet"),
        ),
    )  # fmt: skip


def usage_table(by: UsageColumn = "program", number: int = 60) -> UsageTable:
    """More than fits: names that would crash a screen, models without a price, and a month of hours."""
    lines = tuple(
        UsageLine(f"{by}{n}", f"{by} {n}", 1000 - n, n % 3, 210_000 - n, 90_000, 4_000, 12_000 + n, n / 7, ())
        for n in range(number)
    )
    odd = UsageLine("odd", HOSTILE, 3, 0, 10, 0, 0, 5, None, ("gemini-x", HOSTILE))
    total = UsageLine("", "", 58_000, 60, 12_000_000, 5_400_000, 240_000, 720_000, 252.86, ("gemini-x", HOSTILE))
    hours = tuple(UsedHour(AT - 3600 * n, n % 24, 0, 100 * n) for n in range(29 * 24, -1, -1))
    nobody = UsageLine("", say("usage.nobody"), 1)
    return UsageTable(by, "2026-08-23", "2026-09-21", (*lines, odd, nobody), total, hours, "2026-11-29")


def setting_rows(**values: str) -> tuple[SettingRow, ...]:
    """Of every setting there is; some of them changed, held, or waiting for a restart."""
    sources = {"port": "flag", "host": "HOST", "hold_s": "config.toml"} | dict.fromkeys(values, "config.toml")
    later = {"vertex_base_url": HOSTILE}
    names = sorted(FIELDS, key=lambda name: GROUPS.index(FIELDS[name].metadata["group"]))
    return tuple(
        SettingRow(
            name, FIELDS[name].metadata["group"], kind_of(name), values.get(name, shown(FIELDS[name].default)),
            shown(FIELDS[name].default), sources.get(name, "default"), FIELDS[name].metadata["acts"] == "live",
            FIELDS[name].metadata["help"], FIELDS[name].metadata["choices"], later.get(name),
        )
        for name in names
    )  # fmt: skip


def models() -> tuple[ModelRow, ...]:
    """More than fits on a phone: some that end, some with lessons, and texts that would crash a screen."""
    day = {"gemini-api": "2026-10-01"}
    lessons = (
        LearntRow(quoted("gemini-9-flash takes no thinking level MINIMAL"), f"Thinking level {HOSTILE}", AT - 90),
        LearntRow(quoted("gemini-9-flash takes no penalties"), "Penalty is not enabled", AT - 60),
    )
    others = tuple(ModelRow(f"gemini-{number}-pro", backends=("vertex",)) for number in range(10, 40))
    return (
        ModelRow("gemini-9-flash", "fast", ("gemini-api", "vertex"), learnt=lessons),
        ModelRow("gemini-8-flash", "", ("gemini-api",), True, tuple(day.items()), "2026-10-01", "gemini-9-flash"),
        *others,
        ModelRow("gemini-7-pro", "", ("gemini-api",), False, (("gemini-api", "2026-01-01"),), "2026-01-01", "gone"),
        ModelRow(f"m{HOSTILE}", listed=False, learnt=lessons[:1]),
    )


def client_keys() -> tuple[ClientKeyRow, ...]:
    """One that serves within limits, one that is off, one whose time is over, and a name that would crash a screen."""
    ada = ClientKeyRow(
        ClientKeyId("ada"), "ada", "9f3K", "on", AT - 9e5, AT + 9e5, ("gemini-3*",), (CredentialId("a"),),
        ("alice@gmail.com",), 30, 500, 2_000_000, 4, "low", "flex", 12, 431, 1_250_000, 2, AT - 40, AT + 22_320,
    )  # fmt: skip
    return (
        ada,
        replace(
            ada,
            name=ClientKeyId("build-bot"),
            label="build-bot",
            state="off",
            rpm=None,
            rpd=None,
            tpd=None,
            concurrent=None,
        ),
        replace(ada, name=ClientKeyId("老李"), label="老李", state="expired", expires_at=AT - 5, requests_today=500),
        ClientKeyRow(ClientKeyId(HOSTILE), HOSTILE, "0000", "on", AT - 60),
    )


def wire(exchange: ExchangeId) -> Wire:
    """A chat of many chunks, and a header that would crash a screen."""
    body = '{"model": "gemini-2.5-pro", "messages": [{"role": "user", "content": "把下面的段落翻译成英文"}]}'
    headers = (("Authorization", "Bearer ••••"), ("User-Agent", f"cursor/1 {HOSTILE}"))
    sent = Sent("POST", "/v1/chat/completions", headers, body, len(body.encode()))
    arrivals = tuple(Arrival(AT - 50 + number / 10, "answer", 9, 18 + 9 * number) for number in range(100))
    answered = (("content-type", "text/event-stream"), ("x-request-id", "req_1"))
    firsts = (("thought", AT - 51), ("answer", AT - 50))
    return Wire(exchange, True, sent, 200, answered, firsts, arrivals, 100)  # type: ignore[arg-type]


@dataclass
class FakeReader:
    now: Snapshot = field(default_factory=moment)
    passages: list[Passage] = field(default_factory=lambda: [Passage("prompt", "translate", "user")])
    offsets: list[int] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    known: tuple[ModelRow, ...] = field(default_factory=models)
    sent: dict[ExchangeId, AskRequest] = field(default_factory=dict)
    holders: dict[str, frozenset[ExchangeId]] = field(default_factory=dict)
    searched: list[tuple[str, ...]] = field(default_factory=list)
    kept: tuple[str, ...] = ("m:flash is:retried",)
    asks: dict[AskId, AskedRow] = field(default_factory=dict)
    answers: dict[AskId, list[Passage]] = field(default_factory=dict)
    used: list[tuple[str, int]] = field(default_factory=list)
    issued: tuple[ClientKeyRow, ...] = field(default_factory=client_keys)
    asked_settings: int = 0
    changed_settings: dict[str, str] = field(default_factory=dict)
    others: tuple[ExchangeRow, ...] = ()
    asked_elsewhere: list[int] = field(default_factory=list)

    @property
    def revision(self) -> int:
        return self.now.revision

    async def moved(self, revision: int) -> None:
        while self.now.revision == revision:
            self.changed.clear()
            await self.changed.wait()

    def ahead(self) -> Iterator[None]:
        return iter(())

    def snapshot(self) -> Snapshot:
        return self.now

    async def whole_snapshot(self) -> Snapshot:
        return self.now

    def change(self, **changes: object) -> None:
        self.now = replace(self.now, revision=self.now.revision + 1, **changes)  # type: ignore[arg-type]
        self.changed.set()

    def transcript(self, exchange: ExchangeId, from_offset: int = 0) -> Page:
        self.offsets.append(from_offset)
        return Page(exchange, len(self.passages), tuple(self.passages[from_offset:]), len(self.passages))

    async def request_of(self, exchange: ExchangeId) -> AskRequest | Refused:
        return self.sent.get(exchange) or Refused(quoted("It is no longer kept."))

    def asked(self, ask: AskId) -> AskedRow | None:
        return self.asks.get(ask)

    def asked_text(self, ask: AskId, from_offset: int = 0) -> Page:
        passages = self.answers.get(ask, [])
        return Page(ExchangeId(ask), len(passages), tuple(passages[from_offset:]), len(passages))

    def wire(self, exchange: ExchangeId) -> Wire:
        return wire(exchange)

    def opening(self, exchange: ExchangeId) -> str:
        return "把下面的段落翻译成英文，保持语气"

    async def holding(self, words: Sequence[str]) -> dict[str, frozenset[ExchangeId]]:
        self.searched.append(tuple(words))
        return {word: self.holders.get(word, frozenset()) for word in words}

    async def chosen(self, text: str) -> list[ExchangeRow] | Refused:
        return list(self.now.exchanges)

    async def exported(self, rows: Sequence[ExchangeRow], form: str, *, private: bool = False) -> str:
        return f"{form} of {len(rows)}"

    async def elsewhere(self, since: int = 0) -> Elsewhere:
        self.asked_elsewhere.append(since)
        return Elsewhere(len(self.others), self.others[since:])

    def saved_filters(self) -> tuple[str, ...]:
        return self.kept

    def models(self) -> tuple[ModelRow, ...]:
        return self.known

    async def recording(self) -> RecordingRow:
        return RecordingRow()

    def client_keys(self) -> tuple[ClientKeyRow, ...]:
        return self.issued

    async def settings(self) -> tuple[SettingRow, ...]:
        self.asked_settings += 1
        return setting_rows(**self.changed_settings)

    async def usage(self, by: UsageColumn, days: int) -> UsageTable:
        self.used.append((by, days))
        return usage_table(by)

    def keys(self) -> Keys:
        return Keys(Secret("sk-for-tools"), Secret("sk-for-the-panel"))


@dataclass
class FakeControl:
    """Remembers (verb, argument); `refusal` answers everything while it is set."""

    calls: list[tuple[str, object]] = field(default_factory=list)
    refusal: Refused | None = None
    phase: str = "waiting"
    notice: Notice = Notice("public client", due=False)
    trashed: tuple[Trashed, ...] = ()

    def _did(self, verb: str, argument: object) -> Answer:
        self.calls.append((verb, argument))
        return self.refusal or Done(f"{verb} {argument!r}" if verb != "add_credentials" else "added")

    def login_status(self, login: str) -> LoginStatus:
        return LoginStatus(self.phase, (("Waiting for Google", None),), f"is {self.phase}")  # type: ignore[arg-type]

    async def sign_in_notice(self, project: str = "") -> Notice:
        return self.notice

    async def acknowledge_terms(self) -> Answer:
        if not self.refusal:
            self.notice = replace(self.notice, due=False)
        return self._did("acknowledge_terms", None)

    async def begin_login(self, project: str = "", location: str = "", local: bool = False) -> Login | Refused:
        self.calls.append(("begin_login", None))
        url = "https://accounts.google.com/o/oauth2/v2/auth?" + "x" * 500
        return self.refusal or Login("L1", url, "http://127.0.0.1:7861/auth/callback", AT + 300, "ssh -L 7861:x host")

    async def cancel_login(self, login: str) -> None:
        self.calls.append(("cancel_login", login))

    async def finish_login(self, login: str, text: str) -> Answer:
        return self._did("finish_login", text)

    async def add_credentials(self, data: bytes, name: str) -> Answer:
        return self._did("add_credentials", data)

    async def add_path(self, path: str) -> Answer:
        return self._did("add_path", path)

    async def enable(self, credential: CredentialId) -> Answer:
        return self._did("enable", credential)

    async def disable(self, credential: CredentialId) -> Answer:
        return self._did("disable", credential)

    async def remove(self, credential: CredentialId) -> Answer:
        return self._did("remove", credential)

    async def restore(self, credential: CredentialId) -> Answer:
        return self._did("restore", credential)

    async def trash(self) -> tuple[Trashed, ...]:
        return self.trashed

    async def clear_cooldown(self, credential: CredentialId) -> Answer:
        return self._did("clear_cooldown", credential)

    async def check(self, credential: CredentialId) -> Answer:
        return self._did("check", credential)

    async def ask_google_quota(self, credential: CredentialId) -> Answer:
        return self._did("ask_google_quota", credential)

    async def connect(self, client: str, *, undo: bool = False) -> Difference | Refused:
        self.calls.append(("connect", (client, undo)))
        lines = ("--- ~/.codex/config.toml", "+++ ~/.codex/config.toml", "@@ -0,0 +1 @@", '+model = "m"')
        return self.refusal or Difference(client, client.title(), lines, "seen", undo)

    async def write_connection(self, shown: Difference) -> Answer:
        return self._did("write_connection", shown.client)

    async def map_model(self, name: str, model: str) -> Answer:
        return self._did("map_model", (name, model))

    async def forget_learnt(self, model: str | None) -> Answer:
        return self._did("forget_learnt", model)

    async def add_client_key(self, name: str, wishes: Mapping[str, str]) -> NewClientKey | Refused:
        self.calls.append(("add_client_key", (name, dict(wishes))))
        return self.refusal or NewClientKey(ClientKeyId(name), Secret("sk-shown-this-once"), quoted("It is there."))

    async def begin_recording(self, mode: RecordingMode = "masked") -> Answer:
        return self._did("begin_recording", mode)

    async def end_recording(self) -> Answer:
        return self._did("end_recording", None)

    async def profile(self, seconds: float = 10.0) -> Profile | Refused:
        self.calls.append(("profile", seconds))
        return self.refusal or Profile(seconds, 0, 0, (0.0, 0.0, 0.0), (), (), ())

    async def set_client_key(self, name: str, wishes: Mapping[str, str]) -> Answer:
        return self._did("set_client_key", (name, dict(wishes)))

    async def revoke_client_key(self, name: str) -> Answer:
        return self._did("revoke_client_key", name)

    async def ask(self, request: AskRequest) -> AskId | Refused:
        self.calls.append(("ask", request))
        return self.refusal or AskId(sum(verb == "ask" for verb, _ in self.calls))

    async def resend(self, exchange: ExchangeId, credential: CredentialId = ANY, model: str = "") -> AskId | Refused:
        self.calls.append(("resend", (exchange, credential, model)))
        return self.refusal or AskId(len(self.calls))

    async def stop_asking(self, ask: AskId) -> Answer:
        return self._did("stop_asking", ask)

    async def set_setting(self, name: str, value: str | None) -> Answer:
        return self._did("set_setting", (name, value))

    async def undo_setting(self) -> Answer:
        return self._did("undo_setting", None)

    async def cancel_exchange(self, exchange: ExchangeId) -> Answer:
        return self._did("cancel_exchange", exchange)

    async def export_exchanges(self, exchanges: Sequence[ExchangeId], form: str, *, private: bool = False) -> Answer:
        return self._did("export_exchanges", (tuple(exchanges), form, private))

    async def save_screen(self, svg: str, text: str) -> Answer:
        return self._did("save_screen", (svg, text))

    async def keep_filter(self, text: str) -> Answer:
        return self._did("keep_filter", text)

    async def drop_filter(self, text: str) -> Answer:
        return self._did("drop_filter", text)

    async def stop(self, mode: str) -> Answer:
        return self._did("stop", mode)


@pytest.fixture
def reader() -> FakeReader:
    return FakeReader()


@pytest.fixture
def control() -> FakeControl:
    return FakeControl()


@pytest.fixture
def panel(reader: FakeReader, control: FakeControl) -> Panel:
    return Panel(reader, control, Clock(), refresh_hz=50)


@pytest.fixture
def snapshot() -> Snapshot:
    return moment()


@pytest.fixture(scope="session", autouse=True)
def styles_parsed_once() -> Iterator[None]:
    """Each panel reads the same styles: a seventh of what it costs to mount one (measured)."""
    real = Stylesheet._parse_rules
    known: dict[tuple[object, ...], list[RuleSet]] = {}

    def parsed(stylesheet: Stylesheet, *source: Any, **options: Any) -> list[RuleSet]:
        key = (*source, *options.items(), *stylesheet._variables.items())
        if key not in known:
            known[key] = real(stylesheet, *source, **options)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parsed)
        yield


@pytest.fixture(scope="session", autouse=True)
def pauses_end_when_all_is_done() -> Iterator[None]:
    from settled import Settled  # not above: test_panel_in_terminal reads this file where no tests are on the path

    with pytest.MonkeyPatch.context() as patch:
        Settled().install(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def tabs_are_imported() -> None:
    """In a thread, when one is opened, that may take longer on a loaded machine than a key waits for a thread."""
    for name in TABS:
        maker_of(name)


@pytest.fixture(autouse=True)
def what_was_said_stays(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a loaded machine eight seconds were over before the key that undoes; what is to go is told to (`expire`)."""
    if not request.node.get_closest_marker("slow"):  # the walks look at a panel that came to rest
        monkeypatch.setattr(MessageRow, "SHOWN_S", 600.0)


@pytest.fixture(autouse=True)
def walks_wait_as_textual_does(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """They press keys at whatever opens or closes, one behind the other: a key that came too early would quit."""
    if request.node.get_closest_marker("slow"):
        for place in ("textual.app.wait_for_idle", "textual.pilot.wait_for_idle"):
            monkeypatch.setattr(place, wait_for_idle)


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """No tmux and no phone: what is copied goes to the terminal, whatever this machine's is."""
    for name in ("TMUX", "TERMUX_VERSION", "TERM_PROGRAM", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.fixture(autouse=True)
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wizard looks for credential files in the home; this machine's are none of the tests' business."""
    monkeypatch.setenv("HOME", str(tmp_path))
