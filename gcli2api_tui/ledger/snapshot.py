"""Everything the panel paints and the admin API tells, at one moment: frozen rows, fixed tuples, no live objects.

Made by the ledger (exchanges, totals, callers, log) and by the control (credentials, the server itself). Texts may come
from outside and are never markup. Times are seconds since the epoch, spans seconds.
"""

from typing import Literal

from gcli2api_tui.events.ids import ExchangeId
from gcli2api_tui.ledger.credential_rows import CredentialRow, NextUp
from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.messages.message import NOTHING, Message
from gcli2api_tui.quick_dataclass import dataclass, replace

FORGIVEN = "caller.forgiven"
"""The key of a note on a path that was understood all the same: it is no trouble."""
OURSELVES = "gcli2api-tui"
"""How the program itself calls: the first test, Play, `key`."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts since start, and the traffic of the last hour."""

    requests: int = 0
    ok: int = 0
    failed: int = 0
    cancelled: int = 0
    hidden_retries: int = 0
    """Failed attempts that the client never saw."""
    rate_limited: int = 0
    output_tokens: int = 0
    per_minute: tuple[int, ...] = ()
    """60 values, oldest first."""
    errors_per_minute: tuple[int, ...] = ()
    ttft_p50_s: float | None = None
    ttft_p95_s: float | None = None
    tokens_per_s: float | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """How prompt the server itself was in the last minute or two, in milliseconds; None where nothing was seen."""

    loop_lag_p50_ms: float | None = None
    loop_lag_p99_ms: float | None = None
    """How late the loop took its marks."""
    chunk_transit_p50_ms: float | None = None
    chunk_transit_p99_ms: float | None = None
    """From a read of Google's to its way out, of clients that keep up."""


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line of the Logs tab."""

    number: int
    at: float
    level: Literal["debug", "info", "warning", "error"]
    source: str
    text: Message
    exchange: ExchangeId | None = None
    credential: str = ""
    """Its label, of a line that is about one."""


@dataclass(frozen=True, slots=True)
class CallerRow:
    """One client's program, and how its calls fare."""

    program: str
    """"" where nothing tells."""
    peer: str
    first_at: float
    last_at: float
    calls: int = 0
    answered: int = 0
    """Those that were let in and understood."""
    snag: Message = NOTHING
    """What is off, and how to mend it; empty while all is well. Its key says which kind it is."""

    @property
    def foreign(self) -> bool:
        """Another's program, and not our own panel or command line."""
        return not self.program.startswith(OURSELVES)

    @property
    def unknown_model(self) -> str:
        """The name that it asked for and that leads nowhere."""
        return str(self.snag.values["model"]) if self.snag.key == "caller.no_model" else ""


@dataclass(frozen=True, slots=True)
class ModelsToName:
    """Models for examples and settings of clients, of those that the pool serves now; "" where there is none."""

    best: str = ""
    fast: str = ""
    cheap: str = ""


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """One of those that share a database."""

    name: str
    address: str
    version: str
    started_at: float
    per_minute: float
    """Requests."""
    lag_s: float
    """How long the database takes to answer it."""
    own: bool
    in_flight: int = 0
    """Answers that run there."""


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What does not change while the server runs, or rarely."""

    url: str = ""
    """`http://127.0.0.1:7861`"""
    version: str = ""
    started_at: float = 0.0
    demo: bool = False
    strategy: str = ""
    home: str = ""
    client_key_hint: str = ""
    """The key itself where it is the public `pwd`, otherwise where it is kept."""
    warnings: tuple[Message, ...] = ()
    aliases: tuple[str, ...] = ()
    """The person's own names for models, `name=model` each."""
    models: ModelsToName = ModelsToName()
    screen: tuple[tuple[str, str], ...] = ()
    """What the settings want of the screen: (name, value) of those that show and alert."""
    settings_version: int = 0
    """Moves when a setting was changed."""
    url_elsewhere: str = ""
    """By which another device reaches it now; empty where only this machine does."""
    instances: tuple[InstanceRow, ...] = ()
    """Of a shared database, this one among them; none where there is no such database."""

    def now(self, models: ModelsToName, url_elsewhere: str) -> "ServerFacts":
        """The same, but for what moves by itself."""
        return replace(self, models=models, url_elsewhere=url_elsewhere)

    @property
    def url_for_others(self) -> str:
        """What a phone is shown."""
        return self.url_elsewhere or self.url


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the panel paints, at one moment. `exchanges` newest last, `log` newest last."""

    revision: int
    at: float
    server: ServerFacts = ServerFacts()
    totals: Totals = Totals()
    exchanges: tuple[ExchangeRow, ...] = ()
    credentials: tuple[CredentialRow, ...] = ()
    log: tuple[LogRow, ...] = ()
    degraded: Message = NOTHING
    next_up: tuple[NextUp, ...] = ()
    """Of the models that are asked for most today."""
    callers: tuple[CallerRow, ...] = ()
    """Programs that called since the start, the newest first."""
    lost_at: float | None = None
    """Where the server is elsewhere and the line to it is cut: of which moment all this is."""
    lost_why: Message = NOTHING
    """What a person can do something about; NOTHING of a line that may come back by itself."""
    starting: Literal["", "starting", "connecting"] = ""
    """The panel is there before its server: nothing is known yet but the address."""
    pace: Pace = Pace()
    all_instances: bool = False
    """Among its exchanges are those that ended at the other instances: a panel looks at all."""

    @property
    def foreign_client_called(self) -> bool:
        """A program of somebody else's was let in and understood."""
        return any(caller.foreign and caller.answered for caller in self.callers)
