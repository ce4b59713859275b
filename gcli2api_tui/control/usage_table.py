"""From counted cells to the table that people see: sums by name, what they would cost by list prices, the hours.

In: what the store counted, names for ids, prices. Out: one UsageTable. Pure: the server and `usage` make it alike.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from gcli2api_tui.events.records import NO_CLIENT_KEY, THE_CLIENT_KEY
from gcli2api_tui.gemini.prices import Prices, Tokens
from gcli2api_tui.ledger.admin_rows import UsageCell, UsageColumn, UsageLine, UsageTable, UsedHour
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state.ports import HourUsage

COLUMNS: tuple[UsageColumn, ...] = ("day", "model", "client", "program", "credential")
MOST_DAYS = 400
"""As long as days are kept."""
Labels = Callable[[str], str]
OF_AN_ID = 6
"""As much of the id as names a credential that is gone."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the table is about."""

    by: UsageColumn
    first_day: str
    last_day: str
    shared: bool = False
    """What counted is the store of several instances."""


@dataclass(frozen=True, slots=True)
class Pricing:
    """`model_of` leads from a name that a client wrote to the model that was meant."""

    prices: Prices
    model_of: Callable[[str], str]
    trouble: Message = NOTHING


def usage_table(
    asked: Asked, cells: Sequence[UsageCell], hours: Iterable[HourUsage], label_of: Labels, pricing: Pricing
) -> UsageTable:
    """`label_of` says what a credential is called, "" for one that is gone."""
    by_name: dict[str, list[UsageCell]] = {}
    for cell in cells:
        by_name.setdefault(cell.name, []).append(cell)
    names = {name: _name(asked.by, name, label_of) for name in by_name}
    lines = [_line(name, names[name], found, pricing) for name, found in by_name.items()]
    lines.sort(key=lambda line: line.id if asked.by == "day" else "", reverse=True)
    if asked.by != "day":
        lines.sort(key=lambda line: (-line.requests, line.id))
    moments = tuple(UsedHour(one.hour * 3600.0, one.requests, one.failures, one.tokens) for one in hours)
    total = _line("", "", cells, pricing)
    return UsageTable(
        asked.by, asked.first_day, asked.last_day, tuple(lines), total, moments, pricing.prices.date, pricing.trouble,
        asked.shared,
    )  # fmt: skip


def _name(by: UsageColumn, name: str, label_of: Labels) -> str:
    if by == "client" and name == THE_CLIENT_KEY:
        return say("usage.the_key")
    if name == NO_CLIENT_KEY:
        return say("usage.nobody")
    if by == "credential":
        return label_of(name) or say("usage.removed", id=name[:OF_AN_ID])
    return name


def _line(identity: str, name: str, cells: Sequence[UsageCell], pricing: Pricing) -> UsageLine:
    cost, unpriced = _cost(cells, pricing)
    return UsageLine(
        identity,
        name,
        sum(cell.requests for cell in cells),
        sum(cell.failures for cell in cells),
        sum(cell.tokens_in for cell in cells),
        sum(cell.cached for cell in cells),
        sum(cell.thoughts for cell in cells),
        sum(cell.tokens_out for cell in cells),
        cost,
        unpriced,
    )


def _cost(cells: Sequence[UsageCell], pricing: Pricing) -> tuple[float | None, tuple[str, ...]]:
    """US dollars of what has a price, None where nothing has; and the models with tokens that have none."""
    dollars: float | None = None
    unpriced: set[str] = set()
    known: Mapping[str, str] = {cell.model: pricing.model_of(cell.model) for cell in cells}
    for cell in cells:
        tokens = Tokens(cell.tokens_in, cell.cached, cell.thoughts, cell.tokens_out)
        long = Tokens(cell.long_in, cell.long_cached, cell.long_thoughts, cell.long_out)
        if tokens == NO_TOKENS:
            continue
        cost = pricing.prices.cost(known[cell.model], cell.day, tokens, long)
        if cost is None:
            unpriced.add(cell.model)
        else:
            dollars = (dollars or 0.0) + cost
    return dollars, tuple(sorted(unpriced))


NO_TOKENS = Tokens(0, 0, 0, 0)
