"""Sentences for people: a key with values, which is its own English.

In: `say(key, **values)`, or `quoted(text)` for words that are not ours. Out: a `str` in English, for logs, CLI and API,
that another language's table says anew (`in_words_of`). Invariant: what is ours is a key of both tables; what Google,
the system or a person wrote is a value and is never translated.
"""

import functools
from collections.abc import Callable, Mapping
from typing import TypeAlias

from gcli2api_tui.messages.english import ENGLISH

Table: TypeAlias = Mapping[str, str]
Value: TypeAlias = "str | int | float | tuple[str, ...]"
"""A tuple holds sentences that follow each other."""

_ENDS = (".", "!", "?", ":", ")", "。", "！", "？", "：", "）")
_WIDE_ENDS = ("。", "！", "？", "：", "；", "，")


class Message(str):
    """The English text, and how to say it otherwise: `key` is "" for words that are not ours."""

    __slots__ = ("key", "values")

    key: str
    values: Mapping[str, Value]

    def __new__(cls, text: str, key: str = "", values: Mapping[str, Value] | None = None) -> "Message":
        made = str.__new__(cls, text)
        made.key = key
        made.values = values or {}
        return made

    def __deepcopy__(self, memo: object) -> "Message":
        return self

    def __reduce__(self) -> tuple[type["Message"], tuple[str, str, Mapping[str, Value]]]:
        return Message, (str(self), self.key, self.values)

    def changed(self, change: Callable[[str], str]) -> "Message":
        """The same with every word that is not ours changed: masked, say, or cut."""
        if not self.key:
            return Message(change(self))
        return say(self.key, **{name: _changed(value, change) for name, value in self.values.items()})


def say(key: str, /, **values: Value) -> Message:
    """A sentence of ours."""
    return Message(_said(key, values, ENGLISH), key, values) if values else _always_the_same(key)


@functools.cache
def _always_the_same(key: str) -> Message:
    """Half of what a request says has no values. Keys come from our code and tables, so their number is bounded."""
    return Message(_said(key, {}, ENGLISH), key)


def quoted(text: str) -> Message:
    """Words of others: Google's, the system's, a person's."""
    return text if isinstance(text, Message) else Message(text)


NOTHING = quoted("")


def joined(*parts: str) -> Message:
    """One text of several."""
    there = parts if all(parts) else tuple(part for part in parts if part)
    return quoted(there[0]) if len(there) == 1 else say("joined", parts=there) if there else NOTHING


def sentences(*parts: str) -> Message:
    """The same, each ended: Google leaves out a full stop now and then."""
    return joined(*(_ended(part) for part in parts if part))


def in_a_row(*parts: str) -> Message:
    """Several things in a row."""
    return functools.reduce(lambda most, last: say("listed", most=most, last=last), map(quoted, parts))


def _ended(part: str) -> str:
    if part.endswith(_ENDS) or part.startswith("https://"):
        return part
    return say("ended", text=part)


def in_words_of(table: Table, text: str) -> str:
    """The text in the table's language; words that are not ours stay."""
    return _said(text.key, text.values, table) if isinstance(text, Message) and text.key else text


def _said(key: str, values: Mapping[str, Value], table: Table) -> str:
    """Of one, a text may have a form of its own: `key.one`. An unknown key shows itself."""
    one = table.get(f"{key}.one") if values.get("n") == 1 else None
    template = one or table.get(key) or ENGLISH.get(key, key)
    if table is not ENGLISH or tuple in map(type, values.values()):
        values = {name: _shown(value, table) for name, value in values.items()}
    return template.format_map(values)  # a sentence in a sentence is its own English


def _shown(value: Value, table: Table) -> str | int | float:
    if isinstance(value, tuple):
        return _in_a_row([in_words_of(table, part) for part in value])
    return in_words_of(table, value) if isinstance(value, str) else value


def _in_a_row(parts: list[str]) -> str:
    """After a wide full stop there is no space."""
    text = ""
    for part in parts:
        text += part if not text or text.endswith(_WIDE_ENDS) else f" {part}"
    return text


def _changed(value: Value, change: Callable[[str], str]) -> Value:
    if isinstance(value, tuple):
        return tuple(str_changed(part, change) for part in value)
    return str_changed(value, change) if isinstance(value, str) else value


def str_changed(text: str, change: Callable[[str], str]) -> str:
    """`Message.changed` for any text."""
    return text.changed(change) if isinstance(text, Message) else change(text)


def as_json(text: str) -> dict[str, object] | None:
    """Key and values, to stand beside the English words; None for words that are not ours."""
    if not isinstance(text, Message) or not text.key:
        return None
    return {"key": text.key, "values": {name: _json_value(value) for name, value in text.values.items()}}


def _json_value(value: Value) -> object:
    if isinstance(value, tuple):
        return [_json_value(part) for part in value]
    return (as_json(value) or str(value)) if isinstance(value, str) else value


def from_json(text: str, found: object) -> Message:
    """What `as_json` made, again; the text alone where it is of another version or another hand."""
    try:
        return _from(found) if isinstance(found, dict) else quoted(text)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return quoted(text)


def _from(found: Mapping[str, object]) -> Message:
    key, values = found["key"], found["values"]
    if not isinstance(key, str) or key not in ENGLISH or not isinstance(values, dict):
        raise KeyError(key)
    return say(key, **{str(name): _value(value) for name, value in values.items()})


def _value(found: object) -> Value:
    if isinstance(found, list):
        return tuple(str_value(part) for part in found)
    return found if isinstance(found, int | float) else str_value(found)


def str_value(found: object) -> str:
    return _from(found) if isinstance(found, dict) else str(found)


def span(seconds: float) -> Message:
    """`47 s`, `12 min`, `8 h 44 min`."""
    whole = int(seconds + 0.999)
    if whole < 120:
        return say("span.s", s=whole)
    minutes = -(-whole // 60)
    return say("span.min", min=minutes) if minutes < 120 else say("span.h_min", h=minutes // 60, min=minutes % 60)
