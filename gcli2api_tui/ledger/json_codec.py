"""Records as JSON and back, their sentences in English with keys and values beside.

In: any frozen record, or a type and what JSON made of one. Out: its fields, and under `messages` each of its sentences
that is ours, as a key with values, by the field's name; or the record again. Invariants: who knows nothing of
`messages` reads the same English as ever, and no Secret passes, in either direction.
"""

import dataclasses
import functools
import types
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from operator import attrgetter
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    NewType,
    Protocol,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import Message, as_json
from gcli2api_tui.messages.message import from_json as message_from_json

if TYPE_CHECKING:
    from gcli2api_tui.quick_dataclass import Record

BESIDE = "messages"
_MAY_SAY = frozenset({Message, tuple})
_Read = Callable[[object, object], object]
"""(value, keys of the sentences in it) → what it was."""
T = TypeVar("T")


class NotThisRecord(ValueError):
    """What was read is no such record: of another version, or another hand."""


def to_json(value: object) -> Any:
    """Records become objects, tuples lists; everything else stays as it is."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: to_json(one) for name, one in fields(value).items()}
    if isinstance(value, tuple | list):
        return [to_json(one) for one in value]
    if isinstance(value, frozenset):
        return sorted(to_json(one) for one in value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return {name: to_json(one) for name, one in value.items()} if isinstance(value, dict) else value


class Slotted(Protocol):
    """A record: its slots are its fields."""

    __slots__: tuple[str, ...]


def fields(record: Slotted) -> dict[str, object]:
    """Of one record alone; what is in it stays a record. It runs for each part of a request's row."""
    found = dict(zip(record.__slots__, _values(type(record))(record), strict=True))
    said = {name: keys for name, value in found.items() if type(value) in _MAY_SAY and (keys := _keys(value))}
    return {**found, BESIDE: said} if said else found


@functools.cache
def _values(kind: type[Slotted]) -> Callable[[Slotted], tuple[object, ...]]:
    """Of all its slots, in one go; the number of types is bounded by our code."""
    if len(kind.__slots__) < 2:
        return lambda record: tuple([getattr(record, name) for name in kind.__slots__])
    return attrgetter(*kind.__slots__)


def _keys(value: object) -> object:
    """The keys of a sentence, or of the sentences in a row of them; None where none is ours."""
    if isinstance(value, Message):
        return as_json(value)
    keys = [_keys(one) for one in value] if isinstance(value, tuple) else []
    return keys if any(keys) else None


def with_messages(found: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """An object that was read, its sentences of these names as they were."""
    said = found.get(BESIDE)
    keys = said if isinstance(said, dict) else {}
    values = {name: value for name, value in found.items() if name != BESIDE}
    return values | {name: message_from_json(str(values[name]), keys.get(name)) for name in names if name in values}


# And back


def from_json(kind: type[T], value: object) -> T:
    """What `to_json` made of a `kind`, again. A field that is missing gets its default. Raises NotThisRecord."""
    form: object = kind
    return cast(T, _reader(form)(value, None))


@functools.cache
def _reader(kind: object) -> _Read:
    """By the type's hints, put together once; the number of types is bounded by our code."""
    if isinstance(kind, NewType):
        return _reader(kind.__supertype__)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _record(kind)
    origin = get_origin(kind)
    if origin is Literal:
        return _one_of(get_args(kind))
    if origin in (Union, types.UnionType):
        return _either(tuple(map(_reader, get_args(kind))))
    if origin is not None:
        return _of_many(origin, get_args(kind))
    return _PLAIN.get(kind) or _of_class(kind)


def _record(kind: "type[Record]") -> _Read:
    """Read at first use: a record may hold records of its own kind."""

    @functools.cache
    def parts() -> dict[str, _Read]:
        hints = get_type_hints(kind)
        return {field.name: _reader(hints[field.name]) for field in dataclasses.fields(kind) if field.init}

    def read(value: object, keys: object) -> object:
        if not isinstance(value, dict):
            raise NotThisRecord(f"{kind.__name__} is no object")
        said = value.get(BESIDE)
        beside = said if isinstance(said, dict) else {}
        found = {name: part(value[name], beside.get(name)) for name, part in parts().items() if name in value}
        try:
            return kind(**found)
        except TypeError:
            raise NotThisRecord(f"{kind.__name__} lacks a field") from None

    return read


def _one_of(allowed: tuple[object, ...]) -> _Read:
    def read(value: object, keys: object) -> object:
        if value not in allowed:
            raise NotThisRecord("it is none of the values")
        return value

    return read


def _either(readers: tuple[_Read, ...]) -> _Read:
    """The first that takes it; None stands last in our types, and costs nothing there."""

    def read(value: object, keys: object) -> object:
        for reader in readers:
            try:
                return reader(value, keys)
            except NotThisRecord:
                continue
        raise NotThisRecord("it is of none of the kinds")

    return read


def _of_many(origin: object, inner: tuple[object, ...]) -> _Read:
    if not isinstance(origin, type):
        raise TypeError(f"{origin} is not read")
    if issubclass(origin, Mapping):
        one = _reader(inner[1])
        return lambda value, keys: {str(name): one(part, None) for name, part in _checked(value, dict).items()}
    if origin is tuple and inner[-1] is not Ellipsis:
        parts = tuple(map(_reader, inner))
        return lambda value, keys: _row(_checked(value, list), keys, parts)
    if not (issubclass(origin, Sequence) or origin is frozenset):
        raise TypeError(f"{origin} is not read")
    one, made = _reader(inner[0]), frozenset if origin is frozenset else tuple
    return lambda value, keys: made(
        [one(part, None) for part in _checked(value, list)]
        if not isinstance(keys, list)
        else [one(part, _at(keys, place)) for place, part in enumerate(_checked(value, list))]
    )


def _row(value: list[object], keys: object, parts: tuple[_Read, ...]) -> tuple[object, ...]:
    if len(value) != len(parts):
        raise NotThisRecord("it has another number of parts")
    return tuple(part(one, _at(keys, place)) for place, (part, one) in enumerate(zip(parts, value, strict=True)))


def _at(keys: object, place: int) -> object:
    return keys[place] if isinstance(keys, list) and place < len(keys) else None


def _of_class(kind: object) -> _Read:
    if isinstance(kind, type) and issubclass(kind, Enum):

        def read(value: object, keys: object) -> object:
            try:
                return kind(value)
            except ValueError:
                raise NotThisRecord(f"it is no {kind.__name__}") from None

        return read
    raise TypeError(f"{'a Secret' if kind is Secret else kind} is not read")


def _checked(value: object, kind: type[T]) -> T:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise NotThisRecord(f"it is no {kind}")
    return value


def _float(value: object, keys: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise NotThisRecord(f"it is no {int | float}")
    return float(value)


def _text(value: object, keys: object) -> str:
    """A text whose keys stand beside it was a sentence."""
    text = _checked(value, str)
    return message_from_json(text, keys) if keys is not None else text


_PLAIN: Mapping[object, _Read] = {
    str: _text,
    Message: lambda value, keys: message_from_json(_checked(value, str), keys),
    int: lambda value, keys: _checked(value, int),
    float: _float,
    bool: lambda value, keys: _checked(value, bool),
    bytes: lambda value, keys: _checked(value, str).encode("utf-8", "replace"),
    type(None): lambda value, keys: _checked(value, type(None)),
}
