"""The lists of exchanges and of credentials as widgets, and the orders that `s` turns through in each.

What a row looks like stands in `paint/`. The first order of a list is the one it opens in; rows of equal rank stay as
they came.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import ClassVar

from textual.binding import BindingType

from gcli2api_tui.events.ids import ExchangeId
from gcli2api_tui.ledger.credential_rows import CredentialRow
from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint import credential_row, dashboard_requests, exchange
from gcli2api_tui.tui.paint.cells import Line
from gcli2api_tui.tui.paint.credential_row import rank
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.widgets.live_table import LiveTable
from gcli2api_tui.tui.widgets.table_rows import Order, Rank

KNOWN = 2000
"""First words of prompts that are remembered, of rings of 500."""


class ExchangeTable(LiveTable[ExchangeRow]):
    """Newest last, or by what `s` chose."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("following"), *bindings("exchanges")]
    FOLLOWS = True
    opening: Callable[[ExchangeId], str] = staticmethod(lambda exchange: "")
    """How the prompt of an exchange begins."""
    MARKS = True
    names: Mapping[str, str] = exchange.NO_NAMES
    """Of several instances, in short, where the rows are of all."""

    def key_of(self, row: ExchangeRow) -> Hashable:
        return row.id

    @property
    def orders(self) -> tuple[Order[ExchangeRow], ...]:
        return EXCHANGE_ORDERS

    def beside(self, row: ExchangeRow | None) -> object:
        """Only what runs counts in seconds."""
        if row is None:
            return self.names
        return self.look.now if row.live else None, self.opening(row.id), self.names

    def row_height(self, width: int) -> int:
        return 2 if width < exchange.TWO_LINES_BELOW else 1

    def heading(self, width: int) -> Line | None:
        return exchange.heading(width, self.look, self.names) if self.row_height(width) == 1 else None

    def paint(self, row: ExchangeRow, width: int) -> tuple[Line, ...]:
        if self.row_height(width) == 2:
            return exchange.two_lines(row, width, self.look, self.opening(row.id), self.names)
        return (exchange.one_line(row, width, self.look, self.opening(row.id), self.names),)


class DeskExchanges(ExchangeTable):
    """On the desk: two lines each, the second with what was asked. `asked` reads the first words of a prompt."""

    def __init__(self, look: Look, asked: Callable[[ExchangeId], str], *, id: str, classes: str = "") -> None:  # noqa: A002
        super().__init__(look, id=id, classes=classes)
        self._asked = asked
        self._known: dict[ExchangeId, str] = {}

    def beside(self, row: ExchangeRow | None) -> object:
        if row is None:
            return None
        return self.look.now if row.live else None, self._first_words(row.id), self.names

    def row_height(self, width: int) -> int:
        return 2

    def heading(self, width: int) -> Line | None:
        return None

    def paint(self, row: ExchangeRow, width: int) -> tuple[Line, ...]:
        return dashboard_requests.request_lines(row, self._first_words(row.id), width, self.look, self.names)

    def _first_words(self, exchange: ExchangeId) -> str:
        """A prompt does not change: it is asked for once."""
        if not (words := self._known.get(exchange, "")) and (words := self._asked(exchange)):
            if len(self._known) > KNOWN:
                self._known.clear()
            self._known[exchange] = words
        return words


class CredentialTable(LiveTable[CredentialRow]):
    """Those in trouble first, or by what `s` chose."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("pool")
    MARKS = True

    def key_of(self, row: CredentialRow) -> Hashable:
        return row.id

    @property
    def orders(self) -> tuple[Order[CredentialRow], ...]:
        return CREDENTIAL_ORDERS

    def row_height(self, width: int) -> int:
        return 2 if width < exchange.TWO_LINES_BELOW else 1

    def paint(self, row: CredentialRow, width: int) -> tuple[Line, ...]:
        if self.row_height(width) == 2:
            return credential_row.two_lines(row, width, self.look)
        return (credential_row.one_line(row, width, self.look),)


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
