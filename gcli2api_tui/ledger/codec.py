"""Records as JSON, and what must be read back of it: their sentences in English, with keys and values beside.

In: any frozen record. Out: its fields, and under `messages` each of its sentences that is ours, as a key with values,
by the field's name. Invariant: who knows nothing of `messages` reads the same English as ever.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from gcli2api_tui.messages.message import Message, as_json, from_json

BESIDE = "messages"
_MAY_SAY = (Message, tuple)


def to_json(value: object) -> Any:
    """Records become objects, tuples lists; everything else stays as it is."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: to_json(one) for name, one in fields(value).items()}
    if isinstance(value, tuple | list):
        return [to_json(one) for one in value]
    return {name: to_json(one) for name, one in value.items()} if isinstance(value, dict) else value


def fields(record: Any) -> dict[str, Any]:
    """Of one record alone; what is in it stays a record. It runs once a request."""
    found = {name: getattr(record, name) for name in record.__slots__}
    said = {name: keys for name, value in found.items() if isinstance(value, _MAY_SAY) and (keys := _keys(value))}
    return {**found, BESIDE: said} if said else found


def _keys(value: object) -> Any:
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
    return values | {name: from_json(str(values[name]), keys.get(name)) for name in names if name in values}
