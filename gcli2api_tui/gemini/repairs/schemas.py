"""Refusals of a schema: keywords that the backend does not read, and what is too deep or turns in circles."""

import re
from typing import Any

from gcli2api_tui.gemini.openapi import in_subset
from gcli2api_tui.gemini.repairs.repair import Refusal, Repair, changed_to
from gcli2api_tui.gemini.types import GenerateRequest

_SCHEMA = re.compile(
    r"unknown name .*(function_?declarations|json_?schema|response_?schema)|schema depth"
    # All that Google says of some schemas that are too deep or turn in circles.
    r"|^request contains an invalid argument\.?$",
    re.I | re.S,
)


def refused_schema(refusal: Refusal) -> Repair | None:
    """Every schema in the subset of OpenAPI that all models read."""
    if not _SCHEMA.search(refusal.words) or not _readable(refusal.request):
        return None
    return changed_to(in_subset(refusal.request), refusal)


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
