"""Made-up values that a schema accepts: arguments of calls, and answers in JSON.

In: a schema of either dialect, and the prompt: what it names, a file or a place, goes where it fits. Out: a value.
"""

import re
from typing import Any

FILE = re.compile(r"(?<![\w./\\-])[\w./\\-]*\w\.[A-Za-z]\w{0,5}\b")
PLACE = re.compile(r"\bin ([A-Z][\w-]+)")
DEEPEST = 16
MOST_ITEMS = 8


def sample(schema: object, prompt: str, name: str = "", root: object = None, left: int = DEEPEST) -> Any:
    """The smallest value that a schema (either dialect) accepts. Total: Google reads no JSON Schema to its end."""
    root = root if root is not None else schema
    schema = _resolved(schema, root)
    if isinstance(choices := schema.get("enum"), list) and choices:
        return choices[0]
    if "const" in schema:
        return schema["const"]
    kind = _kind(schema)
    if kind == "OBJECT":
        known = found if isinstance(found := schema.get("properties"), dict) else {}
        wanted = _names(schema.get("required")) if left else []
        return {key: sample(known.get(key), prompt, key, root, left - 1) for key in wanted}
    if kind == "ARRAY":
        return [sample(schema.get("items"), prompt, name, root, left - 1)] * (_fewest(schema) if left else 0)
    return _scalar(kind, schema, prompt, name)


def _fewest(array: dict[str, object]) -> int:
    fewest = array.get("minItems")
    return min(max(1, fewest), MOST_ITEMS) if isinstance(fewest, int) else 1


def _names(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _resolved(node: object, root: object) -> dict[str, object]:
    """Without references and alternatives at its top; {} for what turns in circles."""
    for _ in range(DEEPEST):
        schema: dict[str, object] = node if isinstance(node, dict) else {}
        choices = next((found for key in ("anyOf", "oneOf") if isinstance(found := schema.get(key), list)), None)
        if isinstance(reference := schema.get("$ref"), str):
            node = _referred(root, reference)
        elif choices:
            node = choices[0]
        else:
            return schema
    return {}


def _referred(root: object, reference: str) -> object:
    for step in reference.removeprefix("#").split("/")[1:]:
        root = root.get(step) if isinstance(root, dict) else None
    return root


def _kind(schema: dict[str, object]) -> str:
    kind = schema.get("type", "OBJECT" if "properties" in schema else "STRING")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "string")
    return str(kind).upper()


def _scalar(kind: str, schema: dict[str, object], prompt: str, name: str) -> object:
    if kind in ("INTEGER", "NUMBER"):
        return schema.get("minimum", 1)
    if kind == "BOOLEAN":
        return True
    if kind == "NULL":
        return None
    return _string(schema, prompt, name)


def _string(schema: dict[str, object], prompt: str, name: str) -> str:
    if schema.get("format") == "date-time":
        return "2026-01-02T03:04:05Z"
    file, place = FILE.search(prompt), PLACE.search(prompt)
    if file and re.search("path|file", name):
        return file[0]
    if file and name in ("cmd", "command"):
        return f"cat {file[0]}"
    return place[1] if place else "Paris" if name in ("city", "location", "place") else f"simulated {name or 'value'}"
