"""The lists of exchanges and of credentials as widgets. What a row looks like stands in `paint/`."""

from collections.abc import Callable, Hashable, Mapping
from typing import ClassVar

from textual.binding import BindingType

from gcli2api_tui.events.ids import ExchangeId
from gcli2api_tui.ledger.credential_rows import CredentialRow
from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.tui.keys import bindings
from gcli2api_tui.tui.live_table import LiveTable
from gcli2api_tui.tui.paint import credential_row, desk_request, exchange
from gcli2api_tui.tui.paint.cells import Line
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.sort_orders import CREDENTIAL_ORDERS, EXCHANGE_ORDERS, Order

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

    def row_height(self, width: int) -> int:
        return 2

    def heading(self, width: int) -> Line | None:
        return None

    def paint(self, row: ExchangeRow, width: int) -> tuple[Line, ...]:
        return desk_request.two_lines(row, self._first_words(row.id), width, self.look, self.names)

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
