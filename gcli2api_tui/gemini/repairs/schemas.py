"""Refusals of a schema: keywords and words for types that the backend does not read, and what turns in circles."""

import re
from typing import Any

from gcli2api_tui.gemini.openapi import in_subset
from gcli2api_tui.gemini.repairs.repair import Refusal, Repair, changed_to
from gcli2api_tui.gemini.request_schemas import well_spelled
from gcli2api_tui.gemini.types import GenerateRequest

_SCHEMA = re.compile(
    r"unknown name .*(function_?declarations|json_?schema|response_?schema)|schema depth",
    re.I | re.S,
)
_ALL_THAT_IS_SAID = re.compile(r"^request contains an invalid argument\.?$", re.I)


def refused_schema(refusal: Refusal) -> Repair | None:
    """Every schema in the subset of OpenAPI that all models read; where Google does not say why, well spelled first."""
    unsaid = _ALL_THAT_IS_SAID.search(refusal.words)
    if not (unsaid or _SCHEMA.search(refusal.words)) or not _readable(refusal.request):
        return None
    better = changed_to(well_spelled(refusal.request), refusal) if unsaid else None
    return better or changed_to(in_subset(refusal.request), refusal)


def _readable(request: GenerateRequest) -> bool:
    """Google's own clients may send any JSON, and it is Google who refuses it."""
    tools = request.get("tools") or []
    return (
        _objects(tools)
        and all(_objects(tool.get("functionDeclarations") or []) for tool in tools)
        and isinstance(request.get("generationConfig") or {}, dict)
    )


def _objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)
