"""Rules for tools and schemas: declarations, the `parameters` dialect, output schemas, what may not be combined.

`parameters` and `responseSchema` are a subset of OpenAPI 3.0, and any other key is refused by name.
`parametersJsonSchema` and `responseJsonSchema` are real JSON Schema: of it only keywords are looked at, since names of
properties and values are the caller's.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from gcli2api_tui.simulator.models import Model
from gcli2api_tui.simulator.refusals import Refusal, invalid, unknown_name
from gcli2api_tui.simulator.request_shape import (
    SCHEMA_TYPES,
    Function,
    GenerationConfig,
    Request,
    Schema,
    Tool,
    check_shape,
)

JSON_TYPES = frozenset(["string", "number", "integer", "boolean", "array", "object", "null"])
BY_NAME = ("properties", "patternProperties", "dependentSchemas")
SEVERAL = ("anyOf", "oneOf", "allOf", "prefixItems")
SINGLE = ("items", "additionalProperties", "contains", "propertyNames", "not", "if", "then", "else")
DEEPEST = 32


SCHEMA = frozenset(
    [
        "type",
        "format",
        "title",
        "description",
        "nullable",
        "enum",
        "items",
        "minItems",
        "maxItems",
        "properties",
        "required",
        "minProperties",
        "maxProperties",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "pattern",
        "example",
        "anyOf",
        "propertyOrdering",
        "default",
    ]
)
TYPES = frozenset(["STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL", "TYPE_UNSPECIFIED"])
FUNCTION = frozenset(
    ["name", "description", "parameters", "parametersJsonSchema", "response", "responseJsonSchema", "behavior"]
)
BUILT_IN = frozenset(
    ["googleSearch", "urlContext", "codeExecution", "googleSearchRetrieval", "googleMaps", "computerUse"]
)
TOOL = BUILT_IN | {"functionDeclarations"}
MODES = frozenset(["AUTO", "ANY", "NONE", "VALIDATED", "MODE_UNSPECIFIED"])
NAME = re.compile(r"[A-Za-z_][\w.:-]{0,127}", re.ASCII)
FLAG = "includeServerSideToolInvocations"
"""Of the Gemini API alone; Vertex AI takes built-in tools beside functions without it."""


def check_tools(request: Request, prefix: str, model: Model, backend: str) -> None:
    tools = request.get("tools") or ()
    for position, tool in enumerate(tools):
        where = f"{prefix}tools[{position}]"
        for name in tool:
            if name not in TOOL:
                raise unknown_name(name, where)
        for number, function in enumerate(tool.get("functionDeclarations") or ()):
            _function(function, f"{where}.function_declarations[{number}]")
    if backend != "gemini-api" and FLAG in (request.get("toolConfig") or {}):
        raise unknown_name(FLAG, f"{prefix}tool_config")
    _combination(request, tools, model, backend)
    _tool_config(request, prefix)


def check_output(config: GenerationConfig, where: str) -> None:
    schema, mime = config.get("responseSchema"), config.get("responseMimeType")
    if schema is not None and config.get("responseJsonSchema") is not None:
        raise invalid("Only one of response_schema and response_json_schema can be set.")
    if schema is not None:
        check_schema(schema, f"{where}.response_schema")
    if config.get("responseJsonSchema") is not None:
        check_json_schema(config["responseJsonSchema"])
    has_schema = schema is not None or config.get("responseJsonSchema") is not None
    if has_schema and mime not in ("application/json", "text/x.enum"):
        raise invalid(
            "* GenerateContentRequest.generation_config.response_schema: only allowed for response_mime_type "
            "'application/json' or 'text/x.enum'\n"
        )


def check_schema(schema: Schema, where: str) -> None:
    """The OpenAPI subset, in depth."""
    for name in schema:
        if name not in SCHEMA:
            raise unknown_name(name, where)
    check_shape(schema, SCHEMA_TYPES, where)
    if isinstance(schema.get("type"), list):
        raise invalid(f"Invalid value at '{where}.type' (Proto field is not repeating, cannot start list.)")
    kind = str(schema.get("type", "TYPE_UNSPECIFIED")).upper()
    if kind not in TYPES:
        proto = "type.googleapis.com/google.ai.generativelanguage.v1beta.Type"
        raise invalid(f"Invalid value at '{where}.type' ({proto}), \"{schema['type']}\"")
    _strings(schema, kind, where)
    _required(schema, where)
    for name, inner in (schema.get("properties") or {}).items():
        check_schema(inner, f"{where}.properties[{name}]")
    for number, inner in enumerate(schema.get("anyOf") or ()):
        check_schema(inner, f"{where}.any_of[{number}]")
    if "items" in schema:
        check_schema(schema["items"], f"{where}.items")


def _strings(schema: Schema, kind: str, where: str) -> None:
    if kind == "STRING" and schema.get("format") not in (None, "enum", "date-time"):
        raise invalid(
            f"* GenerateContentRequest.{where}.format: only 'enum' and 'date-time' are supported for STRING type\n"
        )
    wrong = next((value for value in schema.get("enum") or () if not isinstance(value, str)), None)
    if wrong is not None:
        raise invalid(f"Invalid value at '{where}.enum[0]' (TYPE_STRING), {wrong}")


def _required(schema: Schema, where: str) -> None:
    known = schema.get("properties") or {}
    for number, name in enumerate(schema.get("required") or ()):
        if name not in known:
            raise invalid(f"* GenerateContentRequest.{where}.required[{number}]: property is not defined\n")


def _function(function: Function, where: str) -> None:
    for name in function:
        if name not in FUNCTION:
            raise unknown_name(name, where)
    if not NAME.fullmatch(str(function.get("name", ""))):
        raise invalid(
            f"* GenerateContentRequest.{where}.name: Invalid function name. Must start with a letter or an underscore. "
            "Must be alphameric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), "
            "with a maximum length of 128.\n"
        )
    if function.get("parameters") is not None and function.get("parametersJsonSchema") is not None:
        raise invalid(
            f"* GenerateContentRequest.{where}: only one of parameters and parameters_json_schema may be set.\n"
        )
    if function.get("parameters") is not None:
        check_schema(function["parameters"], f"{where}.parameters")
    schema = function.get("parametersJsonSchema")
    if schema is not None:
        check_json_schema(schema, str(function["name"]))


def _combination(request: Request, tools: Sequence[Tool], model: Model, backend: str) -> None:
    built_in = next((name for tool in tools for name in tool if name in BUILT_IN), None)
    functions = any(tool.get("functionDeclarations") for tool in tools)
    if built_in and functions and model.family < 3:
        raise invalid("Tool use with function calling is unsupported")
    if built_in and functions and backend == "gemini-api" and not (request.get("toolConfig") or {}).get(FLAG):
        raise invalid(
            "Please enable tool_config.include_server_side_tool_invocations "
            "to use Built-in tools with Function calling."
        )
    mime = (request.get("generationConfig") or {}).get("responseMimeType")
    if functions and model.family == 2 and mime == "application/json":
        raise invalid("Function calling with a response mime type: 'application/json' is unsupported")


def _tool_config(request: Request, prefix: str) -> None:
    config = (request.get("toolConfig") or {}).get("functionCallingConfig") or {}
    mode = str(config.get("mode", "AUTO")).upper()
    if mode not in MODES:
        raise invalid(f"Invalid value at '{prefix}tool_config.function_calling_config.mode', \"{config['mode']}\"")
    if config.get("allowedFunctionNames") and mode not in ("ANY", "VALIDATED"):
        raise invalid("Allowed function names should only be set when function calling mode is ANY or VALIDATED.")


def check_json_schema(schema: object, function: str = "") -> None:
    """`function` is the declaration's name; without one it is the schema of an answer."""
    _Check(schema, function).depth_of(schema, 1)


class _Check:
    def __init__(self, root: object, function: str) -> None:
        self._root = root
        self._function = function
        self._depths: dict[int, int] = {}

    def depth_of(self, schema: object, level: int) -> int:
        """How many levels it has; each schema is measured once, however many refer to it."""
        if level > DEEPEST:
            raise self._too_deep()
        if not isinstance(schema, dict):
            return 1
        if id(schema) not in self._depths:
            _check_words(schema)
            inside = 1 + max((self.depth_of(one, level + 1) for one in _inside(schema)), default=0)
            meant = self._meant(schema["$ref"], level) if "$ref" in schema else 0
            self._depths[id(schema)] = max(inside, meant)
        if level + self._depths[id(schema)] - 1 > DEEPEST:
            raise self._too_deep()
        return self._depths[id(schema)]

    def _meant(self, reference: object, level: int) -> int:
        """A circle is counted as one level more each time, so that it comes to an end."""
        return self.depth_of(self._target(reference), level + 1)

    def _target(self, reference: object) -> object:
        node = self._root
        if not isinstance(reference, str) or not reference.startswith("#"):
            raise invalid()
        for step in reference[1:].split("/")[1:]:
            node = node.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(node, dict) else None
        if node is None:
            raise invalid()
        return node

    def _too_deep(self) -> Refusal:
        what = f"FunctionDeclaration '{self._function}' in" if self._function else "A schema in GenerationConfig in"
        return invalid(f"{what} the request exceeds the maximum allowed nesting depth.")


def _inside(schema: dict[str, object]) -> Iterator[object]:
    for key in BY_NAME:
        yield from _of(schema, key, dict).values()
    for key in SEVERAL:
        yield from _of(schema, key, list)
    for key in SINGLE:
        if isinstance(schema.get(key), dict):
            yield schema[key]


def _check_words(schema: dict[str, object]) -> None:
    kinds = schema.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if not all(isinstance(kind, str) and kind.lower() in JSON_TYPES for kind in kinds):
        raise invalid()


def _of(schema: dict[str, object], key: str, kind: type) -> Any:
    value = schema.get(key, kind())
    if not isinstance(value, kind):
        raise invalid()
    return value
