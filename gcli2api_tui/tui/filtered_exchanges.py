"""The rows that a filter takes, without looking at rows again that stay as they were. Knows no widget.

In: what was typed, rows of each moment, what a search of the texts found. Out: rows. A settled row is judged once,
until the filter or the findings are others; one that runs, or a filter that looks at the clock, is judged each time.
"""

from collections.abc import Callable, Sequence

from gcli2api_tui.events.ids import ExchangeId
from gcli2api_tui.ledger.exchange_filter import EVERYTHING, Filter, Sight, matches, parse
from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.tui.exchange_reads import Holding


class FilteredExchanges:
    def __init__(self, said: Callable[[str], str]) -> None:
        """`said`: an error as the screen says it."""
        self.text = ""
        self.filter: Filter = EVERYTHING
        self._said = said
        self._holding: Holding = {}
        self._judged: dict[ExchangeId, tuple[ExchangeRow, bool]] = {}

    def choose(self, text: str) -> None:
        self.text, self.filter = text, parse(text)
        self._judged.clear()

    def know(self, holding: Holding) -> None:
        """What a search of the texts found. Of words that are not in it only the rows themselves are known."""
        if holding != self._holding:
            self._holding = holding
            self._judged.clear()

    @property
    def unknown_words(self) -> bool:
        """A word was not searched for yet."""
        return any(word not in self._holding for word in self.filter.words)

    def rows(self, rows: Sequence[ExchangeRow], now: float, *, demo: bool) -> Sequence[ExchangeRow]:
        if not self.filter.alternatives:
            return rows
        sight = Sight(now, demo, self._said, self._holding)
        judged = {row.id: (row, self._judge(row, sight)) for row in rows}
        self._judged = judged
        return [row for row in rows if judged[row.id][1]]

    def _judge(self, row: ExchangeRow, sight: Sight) -> bool:
        known = self._judged.get(row.id)
        if known is not None and known[0] is row and not row.live and not self.filter.moves:
            return known[1]
        return matches(row, self.filter, sight)
