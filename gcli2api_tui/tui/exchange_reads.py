"""What the widgets of requests read on demand, as functions: texts, the wire, a search, the kept filters, the keys.

In: a Reader, once. Widgets are given these and know no reader, so that any is shown with as few as it needs.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from gcli2api_tui.control.ports import Keys, Reader
from gcli2api_tui.events.ids import ExchangeId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, Page
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.paint.cells import plain
from gcli2api_tui.tui.paint.look import Look

if TYPE_CHECKING:
    from gcli2api_tui.ledger.wire_rows import Wire

Reads = Callable[[ExchangeId, int], Page]
"""The transcript of an exchange from an offset on."""
Holding = Mapping[str, frozenset[ExchangeId]]


async def _nowhere(words: Sequence[str]) -> Holding:
    return {word: frozenset() for word in words}


def _nothing(exchange: ExchangeId) -> "Wire":
    from gcli2api_tui.ledger.wire_rows import Wire

    return Wire(exchange)


@dataclass(frozen=True, slots=True)
class ExchangeReads:
    """Those that are not given find nothing."""

    transcript: Reads
    wire: "Callable[[ExchangeId], Wire]" = _nothing
    opening: Callable[[ExchangeId], str] = lambda exchange: ""
    holding: Callable[[Sequence[str]], Awaitable[Holding]] = _nowhere
    """Word → the exchanges whose prompt or answer holds it."""
    saved_filters: Callable[[], tuple[str, ...]] = tuple
    keys: Callable[[], Keys] = lambda: Keys(Secret(""), Secret(""))
    address: Callable[[str], str] = lambda instance: ""
    """Where another instance is asked; "" where it is not there."""


def reads_of(reader: Reader) -> ExchangeReads:
    return ExchangeReads(
        reader.transcript, reader.wire, reader.opening, reader.holding, reader.saved_filters, reader.keys,
        lambda name: next((one.address for one in reader.snapshot().server.instances if one.name == name), ""),
    )  # fmt: skip


def where_its_texts_are(row: ExchangeRow, reads: ExchangeReads, look: Look) -> str:
    """Of a row of another instance."""
    if address := reads.address(row.instance):
        return look.words("text.elsewhere", name=plain(row.instance), line=f"gcli2api-tui attach {plain(address)}")
    return look.words("text.elsewhere_gone", name=plain(row.instance))
