"""Usage as a table, as text, JSON and CSV: sums by name, what they would cost by list prices, the hours.

In: what the store counted, names for ids, prices. Out: one UsageTable, and what `usage` prints and the admin API
answers; CSV as RFC 4180 has it. Pure: the server and `usage` make it alike. Amounts are notional, and the word stands
wherever one is shown.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence

from gcli2api_tui.control.admin_response_bodies import UsageAnswer, UsageNumbers
from gcli2api_tui.control.text_report import padded, shown
from gcli2api_tui.events.records import NO_CLIENT_KEY, THE_CLIENT_KEY
from gcli2api_tui.gemini.prices import Prices, Tokens
from gcli2api_tui.ledger.admin_rows import UsageCell, UsageColumn, UsageLine, UsageTable, UsedHour
from gcli2api_tui.ledger.json_codec import BESIDE
from gcli2api_tui.messages.message import NOTHING, Message, quoted, say
from gcli2api_tui.messages.message import as_json as message_as_json
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state.ports import HourUsage

COLUMNS: tuple[UsageColumn, ...] = ("day", "model", "client", "program", "credential")
MOST_DAYS = 400
"""As long as days are kept."""
Labels = Callable[[str], str]
OF_AN_ID = 6
"""As much of the id as names a credential that is gone."""
NO_TOKENS = Tokens(0, 0, 0, 0)
HEADS = {"day": "day (Pacific)", "client": "client key"}
FIELDS = ("requests", "failures", "tokens_in", "cached", "thoughts", "tokens_out")
NUMBERS = ("requests", "failed", "tokens in", "cached", "hits", "thoughts", "tokens out", "notional $")
NAMED = 32
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With these a spreadsheet's formula begins."""


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


def as_json(table: UsageTable) -> dict[str, object]:
    return {
        "by": table.by,
        "first_day": table.first_day,
        "last_day": table.last_day,
        "time_zone": "America/Los_Angeles",
        "rows": [_named(line) for line in table.lines],
        "total": _numbers(table.total),
        "hours": [{"at": one.at, "requests": one.requests, "failures": one.failures, "tokens": one.tokens}
                  for one in table.hours],
        "prices": {"of": table.prices_of, "note": "notional: Google's list prices, which nobody is billed by here"},
        "shared": table.shared,
        "trouble": str(table.trouble),
        **_beside(trouble=table.trouble),
    }  # fmt: skip


def _named(line: UsageLine) -> dict[str, object]:
    return {"id": line.id, "name": str(line.name), **_numbers(line), **_beside(name=line.name)}


def _beside(**said: str) -> dict[str, object]:
    """The keys of sentences that are ours."""
    keys = {name: found for name, text in said.items() if (found := message_as_json(text))}
    return {BESIDE: keys} if keys else {}


def from_answer(told: UsageAnswer) -> UsageTable:
    """The table that `as_json` was made of."""
    lines = tuple(map(_line_of, told.rows))
    return UsageTable(
        told.by, told.first_day, told.last_day, lines, _line_of(told.total), told.hours, told.prices.of,
        quoted(told.trouble), told.shared,
    )  # fmt: skip


def _line_of(told: UsageNumbers) -> UsageLine:
    counts = {name: getattr(told, name) for name in FIELDS}
    return UsageLine(told.id, told.name, **counts, notional_usd=told.notional_usd, unpriced=told.unpriced)


def _numbers(line: UsageLine) -> dict[str, object]:
    counts = {name: getattr(line, name) for name in FIELDS}
    dollars = None if line.notional_usd is None else round(line.notional_usd, 6)
    return {**counts, "cache_hits": hits(line), "notional_usd": dollars, "unpriced": list(line.unpriced)}


def hits(line: UsageLine) -> float | None:
    """Which part of what went in was in Google's cache; None where nothing went in."""
    return round(line.cached / line.tokens_in, 4) if line.tokens_in else None


def as_csv(table: UsageTable) -> str:
    """A head, then a line each; what all come to is left to whoever reads it."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow((table.by, "name", *FIELDS, "cache_hits", "notional_usd", "unpriced"))
    for line in table.lines:
        told = _numbers(line)
        counts = (told[name] for name in FIELDS)
        unpriced = " ".join(map(_harmless, line.unpriced))
        rows.writerow(
            (_harmless(line.id), _harmless(str(line.name)), *counts, told["cache_hits"], told["notional_usd"], unpriced)
        )
    return text.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_text(table: UsageTable) -> Iterable[str]:
    """Columns, what they come to, and what the amounts are worth."""
    if table.lines:
        yield padded(HEADS.get(table.by, table.by), NAMED) + "".join(f"{head:>12}" for head in NUMBERS)
        yield from map(_text_line, table.lines)
        if len(table.lines) > 1:
            yield _text_line(table.total, "all")
    elif not table.trouble:
        yield f"Nothing was asked since {table.first_day}."
    if table.shared:
        yield "of all instances on the database"
    if table.total.notional_usd is not None:
        yield f"notional: by Google's list prices of {table.prices_of}; prices.toml changes them{_without(table.total)}"
    if table.trouble:
        yield f"! {shown(table.trouble)}"


def _without(line: UsageLine) -> str:
    if not line.unpriced:
        return "."
    number = len(line.unpriced)
    models = ", ".join(map(shown, line.unpriced))
    return f"; without {number} model{'s' if number > 1 else ''} that have no price there: {models}."


def _text_line(line: UsageLine, name: str = "") -> str:
    share = hits(line)
    told = [f"{getattr(line, field):,}" for field in FIELDS]
    told.insert(FIELDS.index("cached") + 1, "-" if share is None else f"{share:.0%}")
    told.append("-" if line.notional_usd is None else f"{line.notional_usd:,.2f}")
    return padded(name or str(line.name), NAMED) + "".join(f"{number:>12}" for number in told)
