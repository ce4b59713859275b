"""In what order a list may stand: the orders that `s` turns through, and how a row ranks in each. Pure.

The first order of a list is the one it opens in. An order without a rank is that in which the rows came; only in that
one a list follows its newest row. Rows of equal rank stay as they came.
"""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from gcli2api_tui.ledger.credential_rows import CredentialRow
from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.paint.credential_row_parts import rank

Row = TypeVar("Row")
Rank = tuple[float, str]
"""The smallest stands first: a number, then a name."""


@dataclass(frozen=True, slots=True)
class Order(Generic[Row]):
    """`name` is that of its text, `order.<name>`; `rank` takes the row and the moment."""

    name: str
    rank: Callable[[Row, float], Rank] | None = None

    def of(self, rows: Sequence[Row], at: float) -> tuple[Row, ...]:
        rank = self.rank
        return tuple(rows) if rank is None else tuple(sorted(rows, key=lambda row: rank(row, at)))


def _duration(row: ExchangeRow, at: float) -> Rank:
    """The longest first; one that runs counts until now."""
    return row.opened_at - (at if row.ended_at is None else row.ended_at), ""


def _tokens(row: ExchangeRow, at: float) -> Rank:
    return -float(row.usage.output + row.usage.thoughts), ""


def _first_word(row: ExchangeRow, at: float) -> Rank:
    """The slowest first; those that said nothing yet, last."""
    return (float("inf") if row.ttft_s is None else -row.ttft_s), ""


def _trouble(row: CredentialRow, at: float) -> Rank:
    """What needs somebody, what rests, what is nearly out, what works hard; what is off, last."""
    group, gone, name = rank(row)
    return group + gone / (2 - gone), name


def _name(row: CredentialRow, at: float) -> Rank:
    return 0.0, row.label.casefold()


def _use(row: CredentialRow, at: float) -> Rank:
    return -float(row.used_today), ""


def _resets(row: CredentialRow, at: float) -> Rank:
    """The next one first, those that say no time last."""
    return (float("inf") if row.resets_at is None else row.resets_at), row.label.casefold()


EXCHANGE_ORDERS: tuple[Order[ExchangeRow], ...] = (
    Order("time"), Order("duration", _duration), Order("tokens", _tokens), Order("first_word", _first_word),
)  # fmt: skip
CREDENTIAL_ORDERS: tuple[Order[CredentialRow], ...] = (
    Order("trouble", _trouble), Order("name", _name), Order("use", _use), Order("resets", _resets),
)  # fmt: skip
