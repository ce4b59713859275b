"""What went over the wire for one exchange, as far as it is kept: the request as it came, our head, when text arrived.

Made by the server (`Sent`, its secrets masked when it is taken) and the ledger; read on demand by the panel, the admin
API and exports. Frozen; the body is the text that was parsed, never a copy of it. Apart from `exchange_rows`: no first
frame shows any of it.
"""

from gcli2api_tui.events.ids import ExchangeId
from gcli2api_tui.ledger.exchange_rows import TranscriptKind
from gcli2api_tui.quick_dataclass import dataclass

Headers = tuple[tuple[str, str], ...]


MOST_ARRIVALS = 2_000
"""In one Wire; of more, every second, third … is told."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A client's request. `target`: path and query; `size`: bytes of the body as it came; `cut`: not all is kept."""

    method: str = ""
    target: str = ""
    headers: Headers = ()
    body: str = ""
    size: int = 0
    cut: bool = False


NOTHING_SENT = Sent()


@dataclass(frozen=True, slots=True)
class Arrival:
    """Text came from Google: so many characters of one kind; the transcript ends at offset `end` with it."""

    at: float
    kind: TranscriptKind
    size: int
    end: int


@dataclass(frozen=True, slots=True)
class Wire:
    """One exchange. `kept` false: nothing is kept, or no longer. `chunks` counts all arrivals, told or not."""

    exchange: ExchangeId
    kept: bool = False
    sent: Sent = NOTHING_SENT
    status: int = 0
    headers: Headers = ()
    """As the client got them; none while nothing was answered."""
    firsts: tuple[tuple[TranscriptKind, float], ...] = ()
    """When the first text of each kind came."""
    arrivals: tuple[Arrival, ...] = ()
    chunks: int = 0
