"""The filter of requests as a value: `st:429 m:flash -ua:cursor`, `is:retried ttft:>2s`; what it means for a row.

A space is and, ` | ` is or, `|` inside of a token is or of its values, `-` is not. In: what a person typed, at any
moment of typing. Out: a Filter, equal by value; a token that is none of ours stands in `wrong` and filters nothing, so
that a slip never gives an empty list. Bare words look at the row and at the texts, of which is only known here which
exchanges hold which word: they are searched in text_search.py, because they are large. Pure.
"""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from difflib import SequenceMatcher
from functools import lru_cache

from gcli2api_tui.events.ids import ExchangeId
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
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.quick_dataclass import dataclass

TEXTS = ("m", "cred", "ua", "ip", "path", "key", "instance")
"""Filters that look for a piece of text."""
IS = ("live", "err", "retried", "hidden", "cut", "slow", "stream", "fake", "demo")
SPANS = ("ttft", "dur", "last")
COUNTS = ("in", "out", "tps", "id")
NAMES = ("st", *TEXTS, "is", *SPANS, *COUNTS)

_IME = str.maketrans({"：": ":", "｜": "|", "＞": ">", "＜": "<", "－": "-", "\u3000": " ", "“": '"', "”": '"'})
"""What Chinese keyboards give for our signs."""
_TOKEN = re.compile(r'(?:"[^"]*(?:"|$)|[^\s"])+')
_NAMED = re.compile(r"([a-zA-Z]+):(?!//)(.*)", re.DOTALL)
_AMOUNT = re.compile(r"([<>]?=?)(\d+(?:\.\d+)?)(ms|s|m|h|d|k)?")
_STATUS = re.compile(r"err|\d{1,3}|\d{1,2}xx?")
_SPAN_S = {"ms": 0.001, "": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_TIMES = {"": 1.0, "k": 1_000.0, "m": 1_000_000.0}


@dataclass(frozen=True, slots=True)
class Atom:
    """One condition. `name` is "" for words, `text` is in lower case; amounts have a `sign` and a `number`."""

    name: str
    text: str
    sign: str = ""
    number: float = 0.0


@dataclass(frozen=True, slots=True)
class Term:
    """At least one of the atoms, or none of them."""

    atoms: tuple[Atom, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Wrong:
    """A token that is no filter, and the sentence that says what there is."""

    token: str
    sentence: Message


@dataclass(frozen=True, slots=True)
class Filter:
    """One of the `alternatives`, and of that one all terms. Without any: everything."""

    alternatives: tuple[tuple[Term, ...], ...] = ()
    wrong: Wrong | None = None

    @property
    def _atoms(self) -> tuple[Atom, ...]:
        return tuple(atom for terms in self.alternatives for term in terms for atom in term.atoms)

    @property
    def words(self) -> tuple[str, ...]:
        """What is looked for in the texts as well."""
        return tuple(dict.fromkeys(atom.text for atom in self._atoms if not atom.name and atom.text))

    @property
    def names_instances(self) -> bool:
        """Whether it asks where a request was served."""
        return any(atom.name == "instance" for atom in self._atoms)

    @property
    def moves(self) -> bool:
        """Whether it can leave out tomorrow what it shows today."""
        return any(atom.name == "last" for atom in self._atoms)


EVERYTHING = Filter()


@lru_cache(maxsize=64)
def parse(text: str) -> Filter:
    """Whatever was typed."""
    alternatives: list[list[Term]] = [[]]
    wrong: Wrong | None = None
    for token in _tokens(text):
        if token == "|":
            alternatives.append([])
            continue
        read = _term(token)
        if isinstance(read, Wrong):
            wrong = wrong or read
        elif read is not None:
            alternatives[-1].append(read)
    # An alternative without terms would be everything: half typed, or all of it wrong.
    return Filter(tuple(tuple(terms) for terms in alternatives if terms), wrong)


def _tokens(text: str) -> list[str]:
    plain = text.translate(_IME)
    return [token for found in _TOKEN.findall(plain) for token in ([found] if '"' in found else _split_bars(found))]


def _split_bars(token: str) -> list[str]:
    """`|` at an edge of a token stands for itself: `a| b` is `a | b`."""
    core = token.strip("|")
    if not core:
        return ["|"]
    return [*["|"] * token.startswith("|"), core, *["|"] * token.endswith("|")]


def _term(token: str) -> Term | Wrong | None:
    negated = len(token) > 1 and token.startswith("-")
    name, atoms = "", []
    for piece in _pieces(token[negated:]):
        read = _atom(piece, name)
        if isinstance(read, Wrong):
            return read
        name = read.name
        atoms += [read] if read.text else []
    return Term(tuple(atoms), negated) if atoms else None


def _pieces(token: str) -> list[str]:
    """Its values, at the bars outside of quotes."""
    pieces, quoted = [""], False
    for char in token:
        quoted ^= char == '"'
        if char == "|" and not quoted:
            pieces.append("")
        else:
            pieces[-1] += char
    return pieces


def _atom(piece: str, before: str) -> Atom | Wrong:
    """`before` is the name of the value before it: `st:429|503`."""
    found = _NAMED.fullmatch(piece) if not piece.startswith('"') else None
    name = found[1].casefold() if found else before
    text = (found[2] if found else piece).replace('"', "").casefold()
    if name and name not in NAMES:
        return _wrong(piece, "filter.no_name")
    if name in ("", *TEXTS) or not text:
        return Atom(name, text)
    if name == "is":
        return Atom(name, text) if text in IS else _half(text, IS, name) or _wrong(piece, "filter.no_is")
    if name == "st":
        return (
            Atom(name, text)
            if _STATUS.fullmatch(text)
            else _half(text, ("err",), name) or _wrong(piece, "filter.no_st")
        )
    return _amount(name, text) or _wrong(piece, "filter.no_span" if name in SPANS else "filter.no_count")


def _wrong(token: str, key: str) -> Wrong:
    """The nearest name stands first: on a narrow screen the rest is cut."""
    name, _, value = token.casefold().partition(":")
    names = _nearest(value, IS) if key == "filter.no_is" else [f"{one}:" for one in _nearest(name, tuple(NAMES))]
    return Wrong(token, say(key, token=token, names=" ".join(names)))


def _nearest(typed: str, names: tuple[str, ...]) -> list[str]:
    return sorted(names, key=lambda name: -SequenceMatcher(None, name, typed).ratio())


def _half(text: str, known: tuple[str, ...], name: str) -> Atom | None:
    """While it is typed it filters nothing, and is no mistake."""
    return Atom(name, "") if any(one.startswith(text) for one in known) else None


def _amount(name: str, text: str) -> Atom | None:
    if text in (">", "<", ">=", "<=", "="):
        return Atom(name, "")
    found = _AMOUNT.fullmatch(text)
    units = _SPAN_S if name in SPANS else _TIMES
    if found is None or (found[3] or "") not in units:
        return None
    sign = found[1] or ("=" if name == "id" else "<=" if name == "last" else ">=")
    return Atom(name, text, sign, float(found[2]) * units[found[3] or ""])


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
        all(_meets(row, term, sight) for term in terms) for terms in wanted.alternatives
    )


def matching(rows: Iterable[ExchangeRow], wanted: Filter, sight: Sight) -> list[ExchangeRow]:
    return [row for row in rows if matches(row, wanted, sight)]


def _meets(row: ExchangeRow, term: Term, sight: Sight) -> bool:
    return any(_holds(row, atom, sight) for atom in term.atoms) is not term.negated


def _holds(row: ExchangeRow, atom: Atom, sight: Sight) -> bool:
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
