"""The first look at a body: is every known field of the JSON type that protobuf wants? Values come later.

`check_shape` raises Google's `Invalid value at …` for the first field that is not; null counts as unset everywhere.
"""

from collections.abc import Mapping
from typing import Any

from gcli2api_tui.simulator.refusals import Refusal, bad_request, invalid

Shape = object  # a type (or tuple of types), [shape of elements], {field: shape} or {"*": shape of every value}

PART: Shape = {
    "text": str,
    "thoughtSignature": str,
    "inlineData": {"mimeType": str, "data": str},
    "fileData": {"mimeType": str, "fileUri": str},
    "functionCall": {"id": str, "name": str, "args": {}},
    "functionResponse": {"id": str, "name": str},
}
CONTENT: Shape = {"parts": [PART], "role": str}
FUNCTION: Shape = {"name": str, "description": str, "parameters": {}, "response": {}}
CONFIG: Shape = {
    "temperature": (int, float),
    "topP": (int, float),
    "topK": (int, float),
    "maxOutputTokens": int,
    "candidateCount": int,
    "stopSequences": [str],
    "responseMimeType": str,
    "responseSchema": {},
    "thinkingConfig": {"thinkingBudget": int, "includeThoughts": bool, "thinkingLevel": str},
}
CALLING: Shape = {"mode": str, "allowedFunctionNames": [str]}
REQUEST: Shape = {
    "contents": [CONTENT],
    "systemInstruction": CONTENT,
    "tools": [{"functionDeclarations": [FUNCTION]}],
    "toolConfig": {"functionCallingConfig": CALLING},
    "safetySettings": [{"category": str, "threshold": str}],
    "generationConfig": CONFIG,
    "continuationToken": str,
    "serviceTier": str,
}
SCHEMA: Shape = {
    "properties": {"*": {}},
    "items": {},
    "anyOf": [{}],
    "required": [str],
    "enum": [(str, int, float, bool)],
    "minItems": (int, str),
}


def check_shape(value: object, shape: Shape, where: str = "") -> None:
    if value is None:
        return
    if isinstance(shape, list):
        for position, one in enumerate(_of(value, list, where)):
            if one is None:
                raise _wrong(f"{where}[{position}]", one)
            check_shape(one, shape[0], f"{where}[{position}]")
    elif isinstance(shape, Mapping):
        known: dict[str, object] = _of(value, dict, where)
        for name, one in known.items():
            inner = shape.get("*") if "*" in shape else shape.get(_camel(name))
            check_shape(one, inner, f"{where}.{name}" if where else name) if inner is not None else None
    else:
        _of(value, shape, where)


def _of(value: object, kind: Any, where: str) -> Any:
    """Booleans are not numbers, whatever Python thinks."""
    lying_bool = isinstance(value, bool) and kind in (int, (int, float))
    if lying_bool or not isinstance(value, kind):
        raise _wrong(where, value)
    return value


def _wrong(where: str, value: object) -> Refusal:
    if not where:
        return invalid('Invalid JSON payload received. Unknown name "": Root element must be a message.')
    text = f"Invalid value at '{where}', {str(value)[:80]!r}"
    return invalid(text, bad_request(where, text))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)
