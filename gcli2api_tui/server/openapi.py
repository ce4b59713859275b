"""The admin API described for others: OpenAPI 3.1, made of the table of verbs and of the records it answers with.

In: nothing but the table. Out: the document. Invariant: it says what the routes do, because both are made of the same
rows; a test sends what it allows, and more.
"""

import functools
from collections.abc import Sequence

from gcli2api_tui import __version__
from gcli2api_tui.control import verb_table
from gcli2api_tui.control.admin_response_bodies import DoneAnswer, ProblemDetails
from gcli2api_tui.control.verb_results import Done
from gcli2api_tui.control.verb_table import REQUIRED, VERBS, Param, Verb
from gcli2api_tui.ledger.json_schemas import Schema, schema_of

ROOT = "/admin/api"
PROBLEM = "application/problem+json"
IN_A_PATH = {"minLength": 1, "maxLength": 200, "pattern": "^[!-.0-~]+$"}
"""What else a path holds never comes as far as a route."""
ABOUT = (
    "What the panel and the command line can do, for programs of your own. Send the panel's key as a bearer token; "
    "`gcli2api-tui key --panel` prints it. Sentences are English; under `messages` their keys and values stand beside."
)


BARE = {"type": "object", "required": ["error"], "properties": {"error": {"type": "object"}}}
"""Of what is no well-formed request, and comes as far as no route."""


@functools.cache
def described() -> dict[str, object]:
    gathered: dict[str, Schema] = {}
    paths: dict[str, dict[str, object]] = {}
    for verb in VERBS:
        paths.setdefault(f"{ROOT}{verb.path}", {})[verb.method.lower()] = _operation(verb, gathered)
    problem = schema_of(ProblemDetails, gathered)
    return {
        "openapi": "3.1.0",
        "info": {"title": "gcli2api-tui admin API", "version": __version__, "description": ABOUT},
        "security": [{"panelKey": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(gathered.items())),
            "securitySchemes": {"panelKey": {"type": "http", "scheme": "bearer"}},
            "responses": {"Problem": {"description": "It is not done; `detail` says why.", "content": {
                PROBLEM: {"schema": problem}, "application/json": {"schema": BARE}}}},
        },
    }  # fmt: skip


def _operation(verb: Verb, gathered: dict[str, Schema]) -> dict[str, object]:
    params = verb_table.params(verb.name)
    problem = {"$ref": "#/components/responses/Problem"}
    told: dict[str, object] = {
        "operationId": verb.name,
        "summary": verb_table.summary(verb),
        "parameters": [_parameter(param, gathered) for param in params if param.place in ("path", "query")],
        "responses": {str(verb.status): _answer(verb, gathered), "401": problem, "default": problem},
    }
    if body := _request_body(params, gathered):
        told["requestBody"] = body
    return told


def _parameter(param: Param, gathered: dict[str, Schema]) -> dict[str, object]:
    schema = schema_of(param.kind, gathered)
    for one in (schema, schema.get("items", {})):
        if one.get("type") == "integer":
            one |= {"minimum": param.bounds[0], "maximum": param.bounds[1]}
    if param.pattern:
        schema["pattern"] = param.pattern
    if schema.get("type") == "string" and param.place == "path":
        schema |= IN_A_PATH
    if param.place == "query" and param.default not in (REQUIRED, "", ()):
        schema["default"] = param.default
    return {"name": param.name, "in": param.place, "required": param.default is REQUIRED, "schema": schema}


def _request_body(params: Sequence[Param], gathered: dict[str, Schema]) -> dict[str, object] | None:
    if any(param.place == "bytes" for param in params):
        return {"required": True, "content": {"application/octet-stream": {"schema": {}}}}
    parts = [param for param in params if param.place == "body"]
    rest = [schema_of(param.kind, gathered) for param in params if param.place == "rest"]
    if not parts and not rest:
        return None
    schema = {
        "type": "object",
        "properties": {param.name: schema_of(param.kind, gathered) for param in parts},
        "required": [param.name for param in parts if param.default is REQUIRED],
        **(rest[0] if rest else {}),
    }
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _answer(verb: Verb, gathered: dict[str, Schema]) -> dict[str, object]:
    kind = verb_table.result(verb.name)
    schema = schema_of(DoneAnswer if kind in (Done, type(None)) else kind, gathered)
    if verb.under:
        schema = {"type": "object", "properties": {verb.under: schema}, "required": [verb.under]}
    lines: dict[str, object] = {"application/x-ndjson": {"schema": {}}} if verb.or_lines else {}
    return {"description": "It is so.", "content": {verb.media_type: {"schema": schema}, **lines}}
