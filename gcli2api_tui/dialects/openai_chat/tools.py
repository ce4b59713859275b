"""Function tools of a chat request → functionDeclarations and toolConfig.

Gemini's names are stricter than OpenAI's: a name it would refuse travels under another, the same every time, and
`Tools.originals` brings it back on the way out.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gcli2api_tui.dialects.fields import flag, items, table, text, wrong
from gcli2api_tui.gemini.schema import inlined
from gcli2api_tui.gemini.types import FunctionDeclaration

KINDS = ("function", "custom")
_FITS = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,63}\Z")


@dataclass(frozen=True, slots=True)
class Tools:
    """What the request says about tools, translated."""

    declarations: tuple[FunctionDeclaration, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)
    """functionCallingConfig; empty for Google's default."""
    originals: Mapping[str, str] = field(default_factory=dict)
    """Name on the wire → name the client knows, where they differ."""
    one_call: bool = False
    """parallel_tool_calls=false, which Gemini has no switch for: the encoder keeps the first call."""
    customs: frozenset[str] = frozenset()
    """Wire names of custom tools: they take free text, which travels as the one argument `input`."""
    legacy: bool = False
    """The client speaks `functions` / `function_call`, the form before tools."""


def wire_name(name: str) -> str:
    """The name Google sees. One that does not fit gets a hash of itself, so that two never meet."""
    if _FITS.match(name):
        return name
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
    plain = re.sub(r"[^A-Za-z0-9_.:-]", "_", name)[:54]
    return f"{plain if plain[:1].isalpha() or plain[:1] == '_' else '_' + plain}_{digest}"


def read_tools(body: Mapping[str, Any]) -> Tools:
    """Read tools, tool_choice and parallel_tool_calls, or their forerunners functions and function_call."""
    legacy = bool(body.get("functions")) and not body.get("tools")
    where, choice = ("functions", "function_call") if legacy else ("tools", "tool_choice")
    declared: dict[str, FunctionDeclaration] = {}
    originals: dict[str, str] = {}
    customs = set()
    for position, item in enumerate(items(body.get(where), where)):
        name, declaration = _declaration(item, f"{where}.[{position}]", legacy)
        if declaration["name"] in declared:
            wrong(f"{where}.[{position}]", f"Two tools are named '{name}'.")
        declared[declaration["name"]] = declaration
        if declaration["name"] != name:
            originals[declaration["name"]] = name
        if not legacy and item.get("type") == "custom":
            customs.add(declaration["name"])
    config, allowed = _choice(body.get(choice), choice, declared)
    kept = tuple(item for name, item in declared.items() if allowed is None or name in allowed)
    parallel = body.get("parallel_tool_calls")
    one = legacy or (parallel is not None and not flag(parallel, "parallel_tool_calls"))
    return Tools(kept, config, originals, one, frozenset(customs), legacy)


def _declaration(item: object, where: str, legacy: bool) -> tuple[str, FunctionDeclaration]:
    tool = table(item, where)
    kind = "" if legacy else text(tool.get("type"), f"{where}.type")
    if not legacy and kind not in KINDS:
        wrong(f"{where}.type", f"Tools of type '{kind[:40]}' cannot be served; only {' and '.join(KINDS)} can.")
    if kind:
        where, tool = f"{where}.{kind}", table(tool.get(kind), f"{where}.{kind}")
    name = text(tool.get("name"), f"{where}.name")
    if not name:
        wrong(f"{where}.name", "A function needs a name.")
    declaration: FunctionDeclaration = {"name": wire_name(name)}
    if description := text(tool.get("description"), f"{where}.description"):
        declaration["description"] = description
    free = kind == "custom"
    parameters = _free_text(tool, where) if free else _parameters(tool.get("parameters"), f"{where}.parameters")
    declaration["parametersJsonSchema"] = parameters
    return name, declaration


def _free_text(tool: Mapping[str, Any], where: str) -> dict[str, Any]:
    form = table(tool.get("format"), f"{where}.format")
    if text(form.get("type"), f"{where}.format.type") not in ("", "text"):
        wrong(f"{where}.format", "Gemini follows no grammar.", "Use a custom tool with plain text, or a function.")
    return {"type": "object", "properties": {"input": {"type": "string"}}, "required": ["input"]}


def _parameters(value: object, where: str) -> dict[str, Any]:
    schema = inlined(table(value, where), where)
    return {"type": "object", "properties": {}} if not schema else {"type": "object", **schema}


Declared = Mapping[str, FunctionDeclaration]


def _choice(value: object, where: str, declared: Declared) -> tuple[Mapping[str, Any], frozenset[str] | None]:
    """functionCallingConfig, and the only declarations to send (None: all)."""
    if value is None or (value in ("auto", "none") and not declared):
        return {}, None
    if not declared:
        wrong(where, f"'{where}' asks for a tool, but the request has none.")
    if isinstance(value, str):
        if mode := {"auto": "AUTO", "none": "NONE", "required": "ANY", "any": "ANY"}.get(value):
            return {"mode": mode}, None
        wrong(where, f"'{where}' must be none, auto, required or name a function, not '{value[:40]}'.")
    choice = table(value, where)
    if choice.get("type") == "allowed_tools":
        return _allowed(choice, where, declared)
    return {"mode": "ANY", "allowedFunctionNames": [_named(choice, where, declared)]}, None


def _allowed(
    choice: Mapping[str, Any], where: str, declared: Declared
) -> tuple[Mapping[str, Any], frozenset[str] | None]:
    where = f"{where}.allowed_tools"
    # The SDK nests mode and tools, the Responses API does not; both are seen here.
    inner = table(choice.get("allowed_tools"), where) or choice
    names = []
    for position, item in enumerate(items(inner.get("tools"), f"{where}.tools")):
        at = f"{where}.tools.[{position}]"
        names.append(_named(table(item, at), at, declared))
    if not names:
        wrong(f"{where}.tools", "An empty list of allowed tools allows nothing.", "Use tool_choice 'none'.")
    if inner.get("mode") == "required":
        return {"mode": "ANY", "allowedFunctionNames": names}, None
    return {"mode": "AUTO"}, frozenset(names)


def _named(tool: Mapping[str, Any], where: str, declared: Declared) -> str:
    """The wire name of the tool that is meant; the name stands inside, or, in older forms, directly in it."""
    kind = next((kind for kind in KINDS if kind in tool), "")
    inner = table(tool[kind], f"{where}.{kind}") if kind else tool
    where = f"{where}.{kind or KINDS[0]}.name"
    name = text(inner.get("name"), where)
    if wire_name(name) not in declared:
        wrong(where, f"No tool of this request is named '{name[:80]}'.")
    return wire_name(name)
