"""Which declared function the person's last words make the model call, and with which arguments.

A call happens when functions are declared, the mode is not NONE, no function has answered since the
person spoke, and the mode is ANY, or the person's last text names a function, or it names a file and a reading function
is declared (`read_file`, as Gemini CLI declares it) or a shell (`exec_command`, all that Codex has: it gets `cat
FILE`), or it speaks of the weather. "parallel" or 同时 in it makes it two calls. Arguments satisfy the declared schema.
"""

import re
from collections.abc import Iterator
from typing import Any

from gcli2api_tui.simulator.last_prompt import answered
from gcli2api_tui.simulator.request_shape import Function, FunctionCalling, Request

FILE = re.compile(r"(?<![\w./\\-])[\w./\\-]*\w\.[A-Za-z]\w{0,5}\b")
SHELL = re.compile(r"exec_command|run_shell_command|bash", re.IGNORECASE)
PLACE = re.compile(r"\bin ([A-Z][\w-]+)")
PARALLEL = re.compile(r"\bparallel\b|同时", re.IGNORECASE)
WEATHER = re.compile(r"\bweather\b|天气", re.IGNORECASE)

DEEPEST = 16
MOST_ITEMS = 8


def wanted_calls(request: Request, prompt: str, *, forced: int = 0) -> list[dict[str, object]]:
    """`functionCall` values, in order; `forced` asks for that many whatever the prompt says."""
    declared = list(declarations(request))
    allowed = _calling(request).get("allowedFunctionNames") or ()
    usable = [one for one in declared if not allowed or one["name"] in allowed]
    if not usable or (not forced and (mode(request) == "NONE" or answered(request))):
        return []
    chosen = _named(usable, prompt) or (usable[0] if forced or mode(request) == "ANY" else None)
    if chosen is None:
        return []
    return _calls(chosen, usable, prompt, max(forced, 2 if PARALLEL.search(prompt) else 1))


def mode(request: Request) -> str:
    """Of function calling: AUTO, ANY, NONE or VALIDATED."""
    return str(_calling(request).get("mode", "AUTO")).upper()


def _calling(request: Request) -> FunctionCalling:
    return (request.get("toolConfig") or {}).get("functionCallingConfig") or {}


def declarations(request: Request) -> Iterator[Function]:
    for tool in request.get("tools") or ():
        yield from tool.get("functionDeclarations") or ()


def parameters(function: Function) -> object:
    """The schema of a declared function's arguments, in either dialect."""
    return function.get("parametersJsonSchema") or function.get("parameters") or {"type": "OBJECT"}


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


def _calls(chosen: Function, usable: list[Function], prompt: str, count: int) -> list[dict[str, object]]:
    others = [one for one in usable if one is not chosen]
    functions = [chosen, *others, *[chosen] * count][:count]
    return [{"name": one["name"], "args": sample(parameters(one), prompt)} for one in functions]


def _named(usable: list[Function], prompt: str) -> Function | None:
    for one in usable:
        if re.search(rf"\b{re.escape(one['name'])}\b", prompt):
            return one
    reads = [one for one in usable if "read" in one["name"].lower() and "many" not in one["name"].lower()]
    looks = reads or [one for one in usable if SHELL.fullmatch(one["name"])]
    if looks and FILE.search(prompt):
        return looks[0]
    return usable[0] if WEATHER.search(prompt) else None


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
