"""Repairs: what to change in a request that Google refused for its form, so that it is worth one more attempt.

In: the request as it went out, and the fault. Out: another request, or None. Pure. Each repair leaves nothing behind
that it could change again: a request is repaired in each way once, and two refusals can never go in circles.
"""

import re
from typing import Any

from gcli2api_tui.events.problems import UpstreamFault
from gcli2api_tui.gemini.finish_reasons import MISSING_SIGNATURE
from gcli2api_tui.gemini.openapi import in_subset
from gcli2api_tui.gemini.search_beside import is_combined, without_search
from gcli2api_tui.gemini.signatures import bypassed, signed_throughout, unsigned
from gcli2api_tui.gemini.types import GenerateRequest

_BAD_REQUEST = 400
_SIGNATURE = re.compile(r"(corrupted|invalid) thought.?signature|thought.?signature is (not valid|invalid)", re.I)
_MISSING = re.compile(r"missing an? thought.?signature", re.I)
_NO_SEARCH_BESIDE = re.compile(
    r"tool use with function calling|built-?in tools .*function calling|multiple tools are supported only"
    r"|unknown name .*include_?server_?side|google_?search.* not (supported|enabled)",
    re.I | re.S,
)
_SCHEMA = re.compile(
    r"unknown name .*(function_?declarations|json_?schema|response_?schema)|schema depth"
    # All that Google says of some schemas that are too deep or turn in circles.
    r"|^request contains an invalid argument\.?$",
    re.I | re.S,
)


def repaired(request: GenerateRequest, fault: UpstreamFault, *, signs: bool) -> GenerateRequest | None:
    """The request without what Google refused: a signature it does not know or misses, a search beside functions, a
    schema it does not read.

    `signs` says whether the model is known to demand signatures; where not, a wrong one is left out.
    """
    if fault.reason == MISSING_SIGNATURE:
        return _other(signed_throughout(request), request) or _other(bypassed(request), request)
    if fault.status != _BAD_REQUEST:
        return None
    changed = request
    if _MISSING.search(fault.message):
        changed = signed_throughout(request)
    elif _SIGNATURE.search(fault.message):
        changed = bypassed(request) if signs else unsigned(request)
    elif _NO_SEARCH_BESIDE.search(fault.message) and is_combined(request):
        changed = without_search(request)
    elif _SCHEMA.search(fault.message) and _readable(request):
        changed = in_subset(request)
    return _other(changed, request)


def _other(changed: GenerateRequest, request: GenerateRequest) -> GenerateRequest | None:
    return changed if changed != request else None


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
