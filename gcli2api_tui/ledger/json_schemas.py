"""The JSON Schema of what `json_codec` makes of a record: for the description of our API.

In: a type, and the schemas gathered so far by the name of their record. Out: its schema; those of the records in it
are gathered, each once, and referred to.
"""

import dataclasses
import inspect
import types
from collections.abc import Mapping, MutableMapping, Sequence
from enum import Enum
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    NewType,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from gcli2api_tui.messages.message import Message

if TYPE_CHECKING:
    from gcli2api_tui.quick_dataclass import Record

Schema = dict[str, Any]
PLACE = "#/components/schemas/"
_PLAIN_SCHEMAS: Mapping[object, Schema] = {
    str: {"type": "string"},
    Message: {"type": "string"},
    bytes: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    Any: {},
    object: {},
}


def schema_of(kind: object, gathered: MutableMapping[str, Schema]) -> Schema:
    """Raises TypeError for what has no JSON form: a Secret, say."""
    if isinstance(kind, NewType):
        return schema_of(kind.__supertype__, gathered)
    if kind in _PLAIN_SCHEMAS:
        return dict(_PLAIN_SCHEMAS[kind])
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _reference(kind, gathered)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"type": "string", "enum": [one.value for one in kind]}
    return _composed(kind, gathered)


def _composed(kind: object, gathered: MutableMapping[str, Schema]) -> Schema:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return {"enum": list(inner)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [schema_of(one, gathered) for one in inner]}
    if not isinstance(origin, type):
        raise TypeError(f"{kind} has no JSON form")
    if issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": schema_of(inner[1], gathered)}
    if origin is tuple and inner[-1] is not Ellipsis:
        parts = [schema_of(one, gathered) for one in inner]
        kinds = [part for place, part in enumerate(parts) if part not in parts[:place]]
        items = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
        return {"type": "array", "items": items, "minItems": len(parts), "maxItems": len(parts)}
    if issubclass(origin, Sequence | frozenset):
        return {"type": "array", "items": schema_of(inner[0], gathered)}
    raise TypeError(f"{kind} has no JSON form")


def _reference(kind: "type[Record]", gathered: MutableMapping[str, Schema]) -> Schema:
    if kind.__name__ not in gathered:
        gathered[kind.__name__] = {}  # a record may hold records of its own kind
        hints, fields = get_type_hints(kind), dataclasses.fields(kind)
        gathered[kind.__name__] = {
            "type": "object",
            "description": inspect.getdoc(kind) or "",
            "properties": {field.name: schema_of(hints[field.name], gathered) for field in fields},
            "required": [field.name for field in fields if field.default is field.default_factory],  # both missing
        }
    return {"$ref": f"{PLACE}{kind.__name__}"}
