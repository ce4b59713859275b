"""What people ask for one thing at a time: client keys, usage, models, settings, recordings, a profile. Frozen rows.

In: nothing; records only. The panel, the web page, the admin API and the command line show the same ones. No row holds
a key or a secret setting, but for `NewClientKey`, which is seen once. Apart from the snapshot's own rows, because no
first frame shows any of them.
"""

from typing import Literal

from gcli2api_tui.events.ids import ClientKeyId, CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import NOTHING, Message
from gcli2api_tui.quick_dataclass import dataclass

ClientKeyState = Literal["on", "off", "expired"]


@dataclass(frozen=True, slots=True)
class ClientKeyRow:
    """One issued key. A limit is None where there is none."""

    name: ClientKeyId
    """Its only name: the ledger, usage and filters know it by the same one."""
    label: str
    """The same for the screen, which hides it where others look on."""
    hint: str
    """The key's last four characters, to tell which key somebody has."""
    state: ClientKeyState
    created_at: float
    expires_at: float | None = None
    models: tuple[str, ...] = ()
    """Ids or patterns (`*-flash*`); none means all."""
    credentials: tuple[CredentialId, ...] = ()
    """None means all."""
    credential_labels: tuple[str, ...] = ()
    rpm: int | None = None
    rpd: int | None = None
    tpd: int | None = None
    concurrent: int | None = None
    thinking: str = ""
    service_tier: str = ""
    requests_minute: int = 0
    """Of the last 60 s."""
    requests_today: int = 0
    tokens_today: int = 0
    """In, thoughts and out; with what running requests may still use."""
    in_flight: int = 0
    last_used_at: float | None = None
    day_ends_at: float = 0.0
    """When the counts of the day begin anew: Google's midnight."""


@dataclass(frozen=True, slots=True)
class NewClientKey:
    """A key that was made just now: the only time it is seen."""

    name: ClientKeyId
    key: Secret
    message: Message = NOTHING
    warned: bool = False


UsageColumn = Literal["day", "model", "client", "program", "credential"]


@dataclass(frozen=True, slots=True)
class UsageCell:
    """What fell to one name of the asked column, one model and one day: prices go by model, and change on days."""

    name: str
    model: str
    day: str
    requests: int
    failures: int
    tokens_in: int
    cached: int
    thoughts: int
    tokens_out: int
    long_in: int
    long_cached: int
    long_thoughts: int
    long_out: int


@dataclass(frozen=True, slots=True)
class UsageLine:
    """What fell to one day, model, client key, program or credential."""

    id: str
    name: str
    """As people know it; ours where it is a Message."""
    requests: int = 0
    failures: int = 0
    tokens_in: int = 0
    cached: int = 0
    """Of `tokens_in`."""
    thoughts: int = 0
    tokens_out: int = 0
    """Without thoughts."""
    notional_usd: float | None = None
    """By list prices, of the models that have one; None where none has."""
    unpriced: tuple[str, ...] = ()
    """Models with tokens and no price: they are not in `notional_usd`."""

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.thoughts + self.tokens_out


@dataclass(frozen=True, slots=True)
class UsedHour:
    """One hour, by its beginning in seconds since the epoch."""

    at: float
    requests: int
    failures: int
    tokens: int


@dataclass(frozen=True, slots=True)
class UsageTable:
    """Days are Google's (Pacific); hours are moments, which a reader puts into days of the own clock."""

    by: UsageColumn
    first_day: str
    last_day: str
    lines: tuple[UsageLine, ...] = ()
    """Days newest first, all else with the most requests first."""
    total: UsageLine = UsageLine("", "")
    hours: tuple[UsedHour, ...] = ()
    prices_of: str = ""
    """The day for which the list of prices was made, as YYYY-MM-DD."""
    trouble: Message = NOTHING
    """What could not be read."""
    shared: bool = False
    """Of all instances on one database."""


PLACES = {"gemini-api": "Gemini API", "vertex": "Vertex AI", "code-assist": "Code Assist"}
"""Google's names for its sides, in every language."""


@dataclass(frozen=True, slots=True)
class LearntRow:
    """What one of Google's answers taught about a model."""

    said: Message
    """What was learnt, as a sentence."""
    words: str
    """Google's."""
    at: float


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model, as far as it is known here."""

    id: str
    role: str = ""
    """What it is suggested for: best, fast or cheap."""
    backends: tuple[str, ...] = ()
    """Where it can be asked for."""
    listed: bool = True
    """Whether clients see it in the lists."""
    ends: tuple[tuple[str, str], ...] = ()
    """(backend, day as YYYY-MM-DD): from then on Google serves it there no more."""
    last_day: str = ""
    """The day on which it ends for all credentials here; "" where that is not known."""
    successor: str = ""
    learnt: tuple[LearntRow, ...] = ()
    """Oldest first."""


SettingKind = Literal["choice", "number", "text", "secret"]


@dataclass(frozen=True, slots=True)
class SettingRow:
    name: str
    group: str
    kind: SettingKind
    value: str
    """The one that acts now."""
    default: str
    source: str
    """`default`, `config.toml`, `this run`, `all instances`, `flag`, or the environment variable that holds it."""
    live: bool
    """A change acts at once; else after a restart."""
    help: str
    choices: tuple[str, ...] = ()
    after_restart: str | None = None
    """What config.toml says for the next start, where that is not the value of now."""

    @property
    def held(self) -> bool:
        """By a flag or the environment: a change in config.toml would not act."""
        return self.source not in ("default", "config.toml", "this run", "all instances")

    @property
    def variable(self) -> str:
        """What sets it from the environment."""
        return f"GCLI2API_{self.name.upper()}"


RecordingMode = Literal["masked", "whole"]


@dataclass(frozen=True, slots=True)
class RecordingRow:
    """`file` is that of the recording that runs, or of the last one; "" where there was none since the start."""

    on: bool = False
    mode: RecordingMode = "masked"
    file: str = ""
    since: float | None = None
    exchanges: int = 0
    size_bytes: int = 0
    left_out: int = 0
    """Exchanges that came faster than the disk took them."""


@dataclass(frozen=True, slots=True)
class Share:
    """Of all samples in which the loop was at work: how many ended in it, and how many passed through it."""

    name: str
    own: int
    through: int


@dataclass(frozen=True, slots=True)
class Profile:
    """Names of files and functions only; no value, no text."""

    seconds: float
    samples: int
    idle: int
    """Samples in which the loop waited for something to do."""
    lag_ms: tuple[float, float, float]
    """Half of its marks came no later than the first, 99 of 100 no later than the second, none later than the last."""
    areas: tuple[Share, ...]
    """Our folders, and libraries."""
    functions: tuple[Share, ...]
    stacks: tuple[tuple[str, int], ...]
    """`outermost;…;innermost` and how often, as flame graphs are made of."""
    chunks: int = 0
    """Reads of Google's that went out meanwhile to clients that waited for them."""
    transit_ms: tuple[float, float] = (0.0, 0.0)
    """Half of them took no longer than the first, 99 of 100 no longer than the second."""
