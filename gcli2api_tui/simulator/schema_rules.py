"""Rules for tools and schemas: declarations, the `parameters` dialect, output schemas, what may not be combined.

`parameters` and `responseSchema` are a subset of OpenAPI 3.0, and any other key is refused by name;
`parametersJsonSchema` and `responseJsonSchema` are real JSON Schema (json_schema_rules).
"""

import re
from collections.abc import Mapping
from typing import Any

from gcli2api_tui.simulator.json_schema_rules import check_json_schema
from gcli2api_tui.simulator.models import Model
from gcli2api_tui.simulator.protobuf_types import SCHEMA as SCHEMA_SHAPE
from gcli2api_tui.simulator.protobuf_types import check_shape
from gcli2api_tui.simulator.refusals import invalid, unknown_name

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


def check_tools(request: Mapping[str, Any], prefix: str, model: Model, backend: str) -> None:
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


def check_output(config: Mapping[str, object], where: str) -> None:
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


def check_schema(schema: Any, where: str) -> None:
    """The OpenAPI subset, in depth."""
    for name in schema:
        if name not in SCHEMA:
            raise unknown_name(name, where)
    check_shape(schema, SCHEMA_SHAPE, where)
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


def _strings(schema: Mapping[str, Any], kind: str, where: str) -> None:
    if kind == "STRING" and schema.get("format") not in (None, "enum", "date-time"):
        raise invalid(
            f"* GenerateContentRequest.{where}.format: only 'enum' and 'date-time' are supported for STRING type\n"
        )
    wrong = next((value for value in schema.get("enum") or () if not isinstance(value, str)), None)
    if wrong is not None:
        raise invalid(f"Invalid value at '{where}.enum[0]' (TYPE_STRING), {wrong}")


def _required(schema: Mapping[str, Any], where: str) -> None:
    known = schema.get("properties") or {}
    for number, name in enumerate(schema.get("required") or ()):
        if name not in known:
            raise invalid(f"* GenerateContentRequest.{where}.required[{number}]: property is not defined\n")


def _function(function: Mapping[str, object], where: str) -> None:
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


def _combination(request: Mapping[str, Any], tools: Any, model: Model, backend: str) -> None:
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


def _tool_config(request: Mapping[str, Any], prefix: str) -> None:
    config = (request.get("toolConfig") or {}).get("functionCallingConfig") or {}
    mode = str(config.get("mode", "AUTO")).upper()
    if mode not in MODES:
        raise invalid(f"Invalid value at '{prefix}tool_config.function_calling_config.mode', \"{config['mode']}\"")
    if config.get("allowedFunctionNames") and mode not in ("ANY", "VALIDATED"):
        raise invalid("Allowed function names should only be set when function calling mode is ANY or VALIDATED.")
