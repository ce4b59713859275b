"""What the other instances on a shared database have answered: the record that travels."""

from gcli2api_tui.ledger.records import ExchangeRow
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Rows that came, the oldest first."""

    number: int = 0
    """Asked with it, one is told what came after these."""
    exchanges: tuple[ExchangeRow, ...] = ()
