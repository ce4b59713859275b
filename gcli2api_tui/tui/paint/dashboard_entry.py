"""What the dashboard consists of: entries, each a line of exact width, and where `enter` on it leads. Pure."""

from collections.abc import Callable, Sequence
from typing import Literal

from gcli2api_tui.events.ids import CredentialId, ExchangeId
from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.paint.cells import Line, fit_line, width_of
from gcli2api_tui.tui.paint.look import Look

Tail = Callable[[ExchangeId, int, int], Sequence[str]]
"""The end of what an exchange answers: (which, cells, at most so many lines)."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where an entry leads."""

    kind: Literal["exchange", "credential", "tab"]
    name: str
    """Of a credential its id, of an exchange its number, else the tab."""


@dataclass(frozen=True, slots=True)
class Entry:
    line: Line
    target: Target | None = None
    rests: bool = False
    """`h` would try it anyway."""


UNSEEN = Entry(())
"""In place of one beyond the end of the screen."""


def to_exchange(row: ExchangeRow) -> Target:
    return Target("exchange", str(row.id))


def to_credential(identity: CredentialId) -> Target:
    return Target("credential", identity)


def rule(title: str, width: int, look: Look, end: str = "") -> Entry:
    """`─ now ─────`; the title in the line, no box."""
    line, said = look.glyphs.line, f" {title} " if title else ""
    tail = f" {end} {line}" if end else ""
    room = max(0, width - 1 - width_of(((said, "dim"), (tail, "dim"))))
    return Entry(fit_line(((line, "dim"), (said, "dim"), (line * room, "dim"), (tail, "dim")), width))


def more(count: int, tab: str, width: int, look: Look) -> Entry:
    """`… 22 more`: what does not fit is a tap away."""
    return Entry(fit_line(((f"  {look.words('board.more', n=count)}", "dim"),), width), Target("tab", tab))
