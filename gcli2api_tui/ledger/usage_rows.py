"""Usage as people look at it: sums by day, model, client key, program or credential, what they would cost by Google's
list prices (notional: nobody is billed by it), and the hours of the month.

In: nothing; records only. The panel, the admin API and `usage` show the same ones.
"""

from typing import Literal

from gcli2api_tui.messages.message import NOTHING, Message
from gcli2api_tui.quick_dataclass import dataclass

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
