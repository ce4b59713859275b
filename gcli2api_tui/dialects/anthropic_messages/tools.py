"""Tools of a Messages request → functionDeclarations and toolConfig.

Tools that Anthropic's servers would run have a `type` and no schema: web search becomes Google Search, which Google
takes only where no function is declared, and the others are left out, because clients offer them unasked.
"""

from collections.abc import Mapping, Sequence

from gcli2api_tui.dialects.declarations import Declared, Tools, wire_name
from gcli2api_tui.dialects.fields import flag, items, table, text, wrong
from gcli2api_tui.gemini.types import FunctionCallingConfig
from gcli2api_tui.messages.message import say

CHANGES = ("tool_addition", "tool_removal")
"""Blocks that change the tools in the middle of a conversation. Google has one list for all of it: what was ever
offered is declared, and what was taken away stays, because calls of it may stand in the history."""
_MODES = {"auto": "AUTO", "any": "ANY", "none": "NONE"}


def read_tools(body: Mapping[str, object]) -> Tools:
    """Read tools and tool_choice."""
    declared, served, search = Declared(), list[str](), False
    for tool, at in [*_offered(body), *_added(body)]:
        kind = text(tool.get("type"), f"{at}.type")
        if kind in ("", "custom") or tool.get("input_schema") is not None:
            _declare(declared, tool, at)
        else:
            served.append(text(tool.get("name"), f"{at}.name"))
            search = search or kind.startswith("web_search")
    choice = table(body.get("tool_choice"), "tool_choice")
    return Tools(
        tuple(declared.functions.values()),
        _config(choice, declared, served),
        declared.originals,
        one_call=flag(choice.get("disable_parallel_tool_use"), "tool_choice.disable_parallel_tool_use"),
        search=search and choice.get("type") != "none",
    )


def _offered(body: Mapping[str, object]) -> list[tuple[dict[str, object], str]]:
    listed = [(item, f"tools.[{position}]") for position, item in enumerate(items(body.get("tools"), "tools"))]
    return [(table(item, at), at) for item, at in listed]


def _added(body: Mapping[str, object]) -> list[tuple[dict[str, object], str]]:
    """Tools that are defined in the messages; the last of a name counts."""
    found = {}
    known = {text(tool.get("name"), f"{at}.name") for tool, at in _offered(body)}
    for position, item in enumerate(items(body.get("messages"), "messages")):
        content = item.get("content") if isinstance(item, dict) else None
        for number, block in enumerate(content if isinstance(content, list) else ()):
            if isinstance(block, dict) and block.get("type") == CHANGES[0]:
                at = f"messages.[{position}].content.[{number}].tool"
                tool = table(table(block.get("tool"), at).get("definition"), f"{at}.definition")
                if (name := text(tool.get("name"), f"{at}.definition.name")) and name not in known:
                    found[name] = tool, f"{at}.definition"
    return list(found.values())


def _declare(declared: Declared, tool: Mapping[str, object], at: str) -> None:
    declared.add(
        text(tool.get("name"), f"{at}.name"),
        text(tool.get("description"), f"{at}.description"),
        declared.parameters(tool.get("input_schema"), f"{at}.input_schema"),
        at,
    )


def _config(choice: Mapping[str, object], declared: Declared, served: Sequence[str]) -> FunctionCallingConfig:
    """functionCallingConfig; `served` names the tools that are no functions: none of them can be forced."""
    if not choice:
        return {}
    kind = text(choice.get("type"), "tool_choice.type")
    if kind not in (*_MODES, "tool"):
        wrong("tool_choice.type", say("request.tool_choice_type", names=", ".join((*_MODES, "tool")), kind=kind[:40]))
    if kind in ("any", "tool") and not declared.functions and not served:
        wrong("tool_choice", say("request.choice_without"))
    if kind == "tool":
        return _forced(text(choice.get("name"), "tool_choice.name"), declared, served)
    return {"mode": _MODES[kind]} if declared.functions else {}


def _forced(name: str, declared: Declared, served: Sequence[str]) -> FunctionCallingConfig:
    """One function; nothing in place of a tool that is none."""
    if name in served and wire_name(name) not in declared.functions:
        return {}
    return {"mode": "ANY", "allowedFunctionNames": [declared.named(name, "tool_choice.name")]}
