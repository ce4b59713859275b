"""Google Search in one request with functions: how it is asked for, and how to do without.

In: a request that a dialect has put together. Out: a request in which the search stands beside functions as
Google wants it, or does not stand at all. Pure. Source: Google's page on combining tools; that Vertex AI takes no
such field is known from its refusals.
"""

from typing import Any

from gcli2api_tui.gemini.types import GenerateRequest, ToolConfig

FLAG = "includeServerSideToolInvocations"


def with_search(request: GenerateRequest) -> GenerateRequest:
    """The search, alone or beside functions. AUTO is left out: for both together Google has a mode of its own."""
    if not (tools := request.get("tools")):
        return {**request, "tools": [{"googleSearch": {}}]}
    config: ToolConfig = {**request.get("toolConfig", {}), "includeServerSideToolInvocations": True}
    if config.get("functionCallingConfig") == {"mode": "AUTO"}:
        del config["functionCallingConfig"]
    return {**request, "tools": [*tools, {"googleSearch": {}}], "toolConfig": config}


def without_search(request: GenerateRequest) -> GenerateRequest:
    """The functions alone, where both were asked for as above; any other request as it is."""
    if not is_combined(request):
        return request
    kept = [tool for tool in request["tools"] if tool != {"googleSearch": {}}]
    return {**unflagged(request), "tools": kept}


def is_combined(request: GenerateRequest) -> bool:
    """Whether it asks Google to do the search as well. Total: Google's own clients may send any JSON."""
    config: Any = request.get("toolConfig")
    return isinstance(config, dict) and FLAG in config and isinstance(request.get("tools"), list)


def unflagged(request: GenerateRequest) -> GenerateRequest:
    """For the backends that refuse the field; Vertex AI takes both without it."""
    if not is_combined(request):
        return request
    config: Any = {name: value for name, value in request["toolConfig"].items() if name != FLAG}
    if config:
        return {**request, "toolConfig": config}
    rest: Any = {name: value for name, value in request.items() if name != "toolConfig"}
    return rest  # type: ignore[no-any-return]
