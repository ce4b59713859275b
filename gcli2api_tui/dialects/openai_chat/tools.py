"""Function tools of a chat request → functionDeclarations and toolConfig."""

from collections.abc import Mapping

from gcli2api_tui.dialects.declarations import FREE_TEXT, Declared, Tools
from gcli2api_tui.dialects.fields import flag, items, table, text, wrong
from gcli2api_tui.gemini.types import FunctionCallingConfig
from gcli2api_tui.messages.message import say

KINDS = ("function", "custom")


def read_tools(body: Mapping[str, object]) -> Tools:
    """Read tools, tool_choice and parallel_tool_calls, or their forerunners functions and function_call."""
    legacy = bool(body.get("functions")) and not body.get("tools")
    where, choice = ("functions", "function_call") if legacy else ("tools", "tool_choice")
    declared = Declared()
    customs = set()
    for position, item in enumerate(items(body.get(where), where)):
        wire = _declare(declared, item, f"{where}.[{position}]", legacy)
        if not legacy and item.get("type") == "custom":
            customs.add(wire)
    config, allowed = _choice(body.get(choice), choice, declared)
    kept = tuple(item for name, item in declared.functions.items() if allowed is None or name in allowed)
    parallel = body.get("parallel_tool_calls")
    one = legacy or (parallel is not None and not flag(parallel, "parallel_tool_calls"))
    search = body.get("web_search_options") not in (None, False)
    return Tools(kept, config, declared.originals, one, search, frozenset(customs), legacy)


def _declare(declared: Declared, item: object, at: str, legacy: bool) -> str:
    tool, where = table(item, at), at
    kind = "" if legacy else text(tool.get("type"), f"{at}.type")
    if not legacy and kind not in KINDS:
        wrong(f"{at}.type", say("request.tool_type", kind=kind[:40], names=" and ".join(KINDS)))
    if kind:
        where, tool = f"{at}.{kind}", table(tool.get(kind), f"{at}.{kind}")
    name = text(tool.get("name"), f"{where}.name")
    description = text(tool.get("description"), f"{where}.description")
    free = kind == "custom"
    schema = _free_text(tool, where) if free else declared.parameters(tool.get("parameters"), f"{where}.parameters")
    return declared.add(name, description, schema, where)


def _free_text(tool: Mapping[str, object], where: str) -> dict[str, object]:
    form = table(tool.get("format"), f"{where}.format")
    if text(form.get("type"), f"{where}.format.type") not in ("", "text"):
        wrong(f"{where}.format", say("request.grammar"), say("request.use_custom"))
    return dict(FREE_TEXT)


def _choice(value: object, where: str, declared: Declared) -> tuple[FunctionCallingConfig, frozenset[str] | None]:
    """functionCallingConfig, and the only declarations to send (None: all)."""
    if value is None or (value in ("auto", "none") and not declared.functions):
        return {}, None
    if not declared.functions:
        wrong(where, say("request.tool_without", where=where))
    if isinstance(value, str):
        if mode := {"auto": "AUTO", "none": "NONE", "required": "ANY", "any": "ANY"}.get(value):
            return {"mode": mode}, None
        wrong(where, say("request.tool_choice", where=where, value=value[:40]))
    choice = table(value, where)
    if choice.get("type") == "allowed_tools":
        return _allowed(choice, where, declared)
    return {"mode": "ANY", "allowedFunctionNames": [_named(choice, where, declared)]}, None


def _allowed(
    choice: Mapping[str, object], where: str, declared: Declared
) -> tuple[FunctionCallingConfig, frozenset[str] | None]:
    where = f"{where}.allowed_tools"
    # The SDK nests mode and tools, the Responses API does not; both are seen here.
    inner = table(choice.get("allowed_tools"), where) or choice
    names = []
    for position, item in enumerate(items(inner.get("tools"), f"{where}.tools")):
        at = f"{where}.tools.[{position}]"
        names.append(_named(table(item, at), at, declared))
    if not names:
        wrong(f"{where}.tools", say("request.empty_tools"), say("request.use_none"))
    if inner.get("mode") == "required":
        return {"mode": "ANY", "allowedFunctionNames": names}, None
    return {"mode": "AUTO"}, frozenset(names)


def _named(tool: Mapping[str, object], where: str, declared: Declared) -> str:
    """The wire name of the tool that is meant; the name stands inside, or, in older forms, directly in it."""
    kind = next((kind for kind in KINDS if kind in tool), "")
    inner = table(tool[kind], f"{where}.{kind}") if kind else tool
    return declared.named(inner.get("name"), f"{where}.{kind or KINDS[0]}.name")
