"""What a filter means for a row. Pure: a row, a Filter and what is known of the moment go in, yes or no comes out.

Bare words look at the row (model, credential, client, error …) and at the texts, of which is only known here which
exchanges hold which word: they are searched elsewhere (text_search.py), because they are large.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field

from gcli2api_tui.events.ids import ExchangeId
from gcli2api_tui.ledger.exchange_filter import Atom, Filter, Term
from gcli2api_tui.ledger.exchange_rows import (
    SLOW_S,
    ExchangeRow,
    ExchangeState,
    cut,
    duration_s,
    hidden,
    tokens_per_s,
    wait_s,
)
from gcli2api_tui.quick_dataclass import dataclass

Holding = Mapping[str, frozenset[ExchangeId]]
"""Word → the exchanges whose prompt or answer holds it."""

_SIGNS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sight:
    """The moment; whether this is the demo; how an error reads; what is known of the texts."""

    now: float = 0.0
    demo: bool = False
    said: Callable[[str], str] = str
    holding: Holding = field(default_factory=dict)


def matches(row: ExchangeRow, wanted: Filter, sight: Sight) -> bool:
    return not wanted.alternatives or any(
        all(_term(row, term, sight) for term in terms) for terms in wanted.alternatives
    )


def matching(rows: Iterable[ExchangeRow], wanted: Filter, sight: Sight) -> list[ExchangeRow]:
    return [row for row in rows if matches(row, wanted, sight)]


def _term(row: ExchangeRow, term: Term, sight: Sight) -> bool:
    return any(_atom(row, atom, sight) for atom in term.atoms) is not term.negated


def _atom(row: ExchangeRow, atom: Atom, sight: Sight) -> bool:
    if not atom.name:
        return atom.text in _row_text(row, sight) or row.id in sight.holding.get(atom.text, ())
    if atom.sign:
        value = _VALUES[atom.name](row, sight)
        return value is not None and _SIGNS[atom.sign](value, atom.number)
    if atom.name == "st":
        return _status(row, atom.text)
    if atom.name == "is":
        return _IS[atom.text](row, sight)
    return any(atom.text in text.casefold() for text in _TEXTS[atom.name](row))


def _row_text(row: ExchangeRow, sight: Sight) -> str:
    labels = " ".join(hop.label for hop in row.hops)
    return f"{row.model} {labels} {row.client} {row.error} {sight.said(row.error)} {row.path}".casefold()


def _status(row: ExchangeRow, wanted: str) -> bool:
    """`429`, `4xx`, or the beginning of it; hidden attempts count as well."""
    if wanted == "err":
        return row.state is ExchangeState.FAILED
    start = wanted.rstrip("x")
    return any(str(status).startswith(start) for status in (row.status, *(hop.status for hop in row.hops)) if status)


def _slow(row: ExchangeRow, sight: Sight) -> bool:
    return (wait_s(row, sight.now) or 0.0) > SLOW_S


_IS: Mapping[str, Callable[[ExchangeRow, Sight], bool]] = {
    "live": lambda row, sight: row.live,
    "err": lambda row, sight: row.state is ExchangeState.FAILED,
    "retried": lambda row, sight: row.retried,
    "hidden": lambda row, sight: hidden(row),
    "cut": lambda row, sight: cut(row),
    "slow": _slow,
    "stream": lambda row, sight: row.stream,
    "fake": lambda row, sight: row.fake,
    "demo": lambda row, sight: sight.demo,
}

_TEXTS: Mapping[str, Callable[[ExchangeRow], Iterable[str]]] = {
    "m": lambda row: (row.model,),
    "cred": lambda row: (hop.label for hop in row.hops),
    "ua": lambda row: (row.client,),
    "ip": lambda row: (row.peer,),
    "path": lambda row: (row.path,),
    "key": lambda row: (row.client_key,),
    "instance": lambda row: (row.instance,),
}

_VALUES: Mapping[str, Callable[[ExchangeRow, Sight], float | None]] = {
    "ttft": lambda row, sight: wait_s(row, sight.now),
    "dur": lambda row, sight: duration_s(row, sight.now),
    "last": lambda row, sight: sight.now - row.opened_at,
    "in": lambda row, sight: row.usage.prompt,
    "out": lambda row, sight: row.usage.output,
    "tps": lambda row, sight: tokens_per_s(row, sight.now),
    "id": lambda row, sight: row.number,
}
