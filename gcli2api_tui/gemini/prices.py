"""prices.toml: text in, list prices out, each with the day from which it holds. Pure.

What they make of counted tokens is notional: nobody is billed by it. A model without a price costs None, never 0. In a
person's own file all prices of a model that it names are new; what is wrong there is told with the model and the field.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import field
from datetime import date

from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.quick_dataclass import dataclass

PER = 1_000_000
_NUMBERS = ("input", "output", "cached", "thoughts")
_NEEDED = ("input", "output")
_FIELDS = (*_NUMBERS, "model", "from", "long", "source")
_DEAREST = 100_000


@dataclass(frozen=True, slots=True)
class Tokens:
    """Of one model and day; `cached` are among `prompt`, `thoughts` not among `output`."""

    prompt: int
    cached: int
    thoughts: int
    output: int

    def less(self, other: "Tokens") -> "Tokens":
        return Tokens(
            self.prompt - other.prompt,
            self.cached - other.cached,
            self.thoughts - other.thoughts,
            self.output - other.output,
        )


@dataclass(frozen=True, slots=True)
class Rate:
    """US dollars per million tokens. Cached input without a price of its own costs what all input does."""

    input: float
    output: float
    cached: float
    thoughts: float

    def of(self, tokens: Tokens) -> float:
        fresh = max(0, tokens.prompt - tokens.cached)
        dollars = fresh * self.input + tokens.cached * self.cached
        return (dollars + tokens.thoughts * self.thoughts + tokens.output * self.output) / PER


@dataclass(frozen=True, slots=True)
class Price:
    """Of one model from a day on."""

    since: str
    """YYYY-MM-DD, "" for always."""
    rate: Rate
    long: Rate
    """For prompts that are long."""


@dataclass(frozen=True, slots=True)
class Prices:
    """By model, the oldest first. `date` is the day on which the list was made."""

    date: str = ""
    by_model: Mapping[str, tuple[Price, ...]] = field(default_factory=dict)

    def cost(self, model: str, day: str, tokens: Tokens, long: Tokens) -> float | None:
        """US dollars of a day's tokens; `long` are those of long prompts among them. None without a price."""
        valid = [price for price in self.by_model.get(model, ()) if price.since <= day]
        if not valid:
            return None
        return valid[-1].rate.of(tokens.less(long)) + valid[-1].long.of(long)


def read_prices(packaged: str, own: str = "") -> Prices:
    """Raises SettingsFault."""
    shipped, mine = _read(packaged), _read(own)
    return Prices(mine.date or shipped.date, {**shipped.by_model, **mine.by_model})


def _read(text: str) -> Prices:
    try:
        file = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _fault(say("prices.toml", error=str(error)), say("file.mend_line")) from error
    entries, day = file.pop("price", []), file.pop("date", "")
    file.pop("source", None)
    if file or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise _fault(say("prices.not_understood", name=next(iter(file), "price")), say("prices.each"))
    if day and not _is_day(day):
        raise _fault(say("prices.date", day=str(day)), say("prices.write_day"))
    found: dict[str, list[Price]] = {}
    for entry in entries:
        model = _model(entry)
        found.setdefault(model, []).append(_price(entry, say("prices.of", model=model)))
    return Prices(str(day), {model: tuple(sorted(prices, key=_since)) for model, prices in found.items()})


def _since(price: Price) -> str:
    return price.since


def _model(entry: Mapping[str, object]) -> str:
    model = entry.get("model")
    if not isinstance(model, str) or not model:
        raise _fault(say("file.lacks", what=say("prices.a_price"), field="model"), say("prices.each"))
    return model


def _price(entry: Mapping[str, object], what: Message) -> Price:
    for name in entry:
        if name not in _FIELDS:
            raise _fault(say("file.no_field", what=what, field=name), say("file.fields", names=", ".join(_FIELDS)))
    since = entry.get("from", "")
    if since and not _is_day(since):
        raise _fault(say("prices.from", what=what, day=str(since)), say("prices.write_day"))
    rate, above = _rate(entry, what), entry.get("long")
    if above is not None and not isinstance(above, dict):
        raise _fault(say("file.wrong_field", what=what, field="long"), say("prices.long"))
    return Price(str(since), rate, rate if above is None else _rate(above, what))


def _rate(entry: Mapping[str, object], what: Message) -> Rate:
    for name in _NEEDED:
        if name not in entry:
            raise _fault(say("file.lacks", what=what, field=name), say("prices.needs"))
    numbers: dict[str, float] = {}
    for name in _NUMBERS:
        value = entry.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _DEAREST:
            raise _fault(say("file.wrong_field", what=what, field=name), say("prices.number"))
        if name in entry:
            numbers[name] = float(value)
    asked, output = numbers["input"], numbers["output"]
    return Rate(asked, output, numbers.get("cached", asked), numbers.get("thoughts", output))


def _is_day(text: object) -> bool:
    """A date of TOML's own is one too."""
    if isinstance(text, date):
        return True
    try:
        return date.fromisoformat(str(text)).isoformat() == text
    except ValueError:
        return False


def _fault(message: Message, way_out: Message) -> SettingsFault:
    return SettingsFault(message, key="prices.toml", way_out=way_out)
