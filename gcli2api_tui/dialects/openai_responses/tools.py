"""Tools of a Responses request → functionDeclarations and toolConfig.

`function`, `custom`, `local_shell`, a `tool_search` that the client does and what a `namespace` holds become functions;
`web_search` becomes Google Search, beside functions only on models that take both. Tools that only OpenAI's own servers
have are left out: agents send them unasked. Tools also come inside the input: what the top of the body says wins; of a
name that the input brings several times, the last definition counts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from gcli2api_tui.dialects.fields import flag, items, table, text, wrong
from gcli2api_tui.dialects.generate_request import FREE_TEXT, Declared, Tools
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.dialects.tool_calls import wire_name
from gcli2api_tui.gemini.types import FunctionCallingConfig
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

SEARCH = "tool_search"
SEARCH_CALL, SEARCH_OUTPUT = "tool_search_call", "tool_search_output"
BRINGING = ("additional_tools", SEARCH_OUTPUT)
LOCAL_SHELL = "local_shell"
_SHELL_ARGUMENTS: dict[str, object] = {
    "type": "object",
    "properties": {
        "command": {"type": "array", "items": {"type": "string"}, "description": "The program and its arguments."},
        "working_directory": {"type": "string"},
        "timeout_ms": {"type": "integer"},
    },
    "required": ["command"],
}
_CHOICES = {"auto": "AUTO", "none": "NONE", "required": "ANY", "any": "ANY"}
_CALLABLE = ("function", "custom", LOCAL_SHELL, SEARCH)
_NAMED_BY_KIND = (LOCAL_SHELL, SEARCH)
Listed = tuple[dict[str, object], str, str]
"""(tool, its field, its namespace)"""


@dataclass(frozen=True, slots=True)
class Known:
    """A tool as the client knows it."""

    kind: str
    """function, custom, local_shell or tool_search."""
    name: str
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class ResponseTools:
    """`tools` for Google, `known` for the way back: by name on the wire."""

    tools: Tools
    known: Mapping[str, Known] = field(default_factory=dict)


def read_tools(
    fields: Mapping[str, object], earlier: Iterable[dict[str, object]] = (), new: Iterable[dict[str, object]] = ()
) -> ResponseTools:
    """Read tools, tool_choice and parallel_tool_calls; `earlier` and `new` are items of the input: they bring tools."""
    declared, known, search = Declared(), dict[str, Known](), False
    top = list(listed(fields.get("tools"), "tools"))
    for tool, at, namespace in [*top, *brought(earlier, new, top)]:
        kind = text(tool.get("type"), f"{at}.type")
        if kind in _CALLABLE and not _is_done_by_server(tool, kind):
            one = _known(tool, kind, namespace)
            known[_declare(declared, tool, one, at)] = one
        search = search or _searches(tool, kind)
    config, allowed = _choice(fields.get("tool_choice"), declared)
    kept = tuple(one for name, one in declared.functions.items() if allowed is None or name in allowed)
    parallel = fields.get("parallel_tool_calls")
    single = parallel is not None and not flag(parallel, "parallel_tool_calls")
    return ResponseTools(Tools(kept, config, one_call=single, search=search), known)


def brought(
    earlier: Iterable[dict[str, object]], new: Iterable[dict[str, object]], top: Sequence[Listed]
) -> list[Listed]:
    """Tools of the input that are not at the top. `earlier` are the items of the previous response."""
    known = {_identity(one) for one in top}
    places = [(item, "previous_response_id") for item in earlier]
    places += [(item, f"input.[{position}].tools") for position, item in enumerate(new)]
    found: dict[str, Listed] = {}
    for item, where in places:
        if item.get("type") in BRINGING:
            found |= {name: one for one in listed(item.get("tools"), where) if (name := _identity(one)) not in known}
    return list(found.values())


def listed(value: object, where: str, namespace: str = "") -> Iterator[Listed]:
    """The tools of a list, with those of namespaces in their place."""
    for position, item in enumerate(items(value, where)):
        at = f"{where}.[{position}]"
        tool = table(item, at)
        if not namespace and tool.get("type") == "namespace":
            name = text(tool.get("name"), f"{at}.name")
            yield from listed(tool.get("tools"), f"{at}.tools", name or "tools")
        elif isinstance(inner := tool.get("function"), dict):
            # The form of chat completions; some clients send it here.
            yield {**inner, "type": "function"}, f"{at}.function", namespace
        else:
            yield tool, at, namespace


def qualified(namespace: str, name: str) -> str:
    """One name for a tool inside a namespace; Gemini has none."""
    return f"{namespace.rstrip('_')}__{name}" if namespace else name


def found_in_words(item: dict[str, object], where: str) -> dict[str, object]:
    """What a search found, as its result for the model: names as it may call them, and what they are for."""
    tools = [
        (tool, qualified(namespace, str(tool.get("name")))) for tool, _, namespace in listed(item.get("tools"), where)
    ]
    return {"tools": [{"name": name, "description": tool.get("description", "")} for tool, name in tools]}


def is_clients(item: dict[str, object]) -> bool:
    """Whether the client searched; what OpenAI's servers searched is no call of the model's."""
    return item.get("execution") != "server" and bool(item.get("call_id"))


def _identity(one: Listed) -> str:
    tool, _, namespace = one
    return qualified(namespace, str(tool.get("name") or tool.get("type")))


def _is_done_by_server(tool: Mapping[str, object], kind: str) -> bool:
    """OpenAI's servers search for tools unless the client says that it does so itself."""
    return kind == SEARCH and tool.get("execution") != "client"


def _known(tool: Mapping[str, object], kind: str, namespace: str) -> Known:
    name = kind if kind in _NAMED_BY_KIND else tool.get("name")
    return Known(kind, name if isinstance(name, str) else "", namespace)


def _declare(declared: Declared, tool: Mapping[str, object], known: Known, at: str) -> str:
    if known.kind not in _NAMED_BY_KIND and not text(tool.get("name"), f"{at}.name"):
        wrong(f"{at}.name", say("request.function_name"))
    description = text(tool.get("description"), f"{at}.description")
    if known.kind == "custom":
        description, schema = _with_grammar(description, tool, at), dict(FREE_TEXT)
    elif known.kind == LOCAL_SHELL:
        description, schema = description or "Runs a command on the user's machine.", _SHELL_ARGUMENTS
    else:
        schema = declared.parameters(tool.get("parameters"), f"{at}.parameters")
    return declared.add(qualified(known.namespace, known.name), description, schema, at)


def _with_grammar(description: str, tool: Mapping[str, object], at: str) -> str:
    """Gemini follows no grammar by itself, but it reads one."""
    form = table(tool.get("format"), f"{at}.format")
    if form.get("type") != "grammar":
        return description
    definition = text(form.get("definition"), f"{at}.format.definition")
    syntax = text(form.get("syntax"), f"{at}.format.syntax")
    return f"{description}\n\nThe input must follow this {syntax} grammar:\n{definition}".strip()


def _searches(tool: Mapping[str, object], kind: str) -> bool:
    """`external_web_access: false` asks for a search that does not leave OpenAI."""
    return kind.startswith("web_search") and tool.get("external_web_access") is not False


def _choice(value: object, declared: Declared) -> tuple[FunctionCallingConfig, frozenset[str] | None]:
    """functionCallingConfig, and the only declarations to send (None: all)."""
    if value is None:
        return {}, None
    if isinstance(value, str):
        if value not in _CHOICES:
            wrong("tool_choice", say("request.tool_choice_response", value=value[:40]))
        return ({"mode": _CHOICES[value]} if declared.functions else {}), None
    choice = table(value, "tool_choice")
    if choice.get("type") == "allowed_tools":
        return _allowed(choice, declared)
    name = _named(choice, "tool_choice", declared)
    # A tool that is not a function here cannot be forced.
    return ({"mode": "ANY", "allowedFunctionNames": [name]} if name else {}), None


def _allowed(choice: Mapping[str, object], declared: Declared) -> tuple[FunctionCallingConfig, frozenset[str] | None]:
    where = "tool_choice.tools"
    listed = enumerate(items(choice.get("tools"), where))
    found = [_named(table(one, f"{where}.[{n}]"), f"{where}.[{n}]", declared) for n, one in listed]
    names = [name for name in found if name]
    if not found:
        wrong(where, say("request.empty_tools"), say("request.use_none"))
    if not names:
        return {}, frozenset()
    if choice.get("mode") == "required":
        return {"mode": "ANY", "allowedFunctionNames": names}, None
    return {"mode": "AUTO"}, frozenset(names)


def _named(tool: Mapping[str, object], where: str, declared: Declared) -> str:
    """The wire name of the function that is meant; empty for a tool that is none."""
    kind = text(tool.get("type"), f"{where}.type") or "function"
    if kind in _NAMED_BY_KIND and kind in declared.functions:
        return kind
    if kind not in ("function", "custom"):
        return ""
    name = qualified(text(tool.get("namespace"), f"{where}.namespace"), text(tool.get("name"), f"{where}.name"))
    return declared.named(name, f"{where}.name")


def shell_action(args: Mapping[str, object]) -> dict[str, object]:
    """What the model called `local_shell` with, as the action of a local_shell_call."""
    command = args.get("command")
    words = command if isinstance(command, list) else [command] if command else []
    action: dict[str, object] = {
        "type": "exec",
        "command": [one if isinstance(one, str) else compact(one) for one in words],
        "env": {},
    }
    for name, kind in (("working_directory", str), ("timeout_ms", int)):
        if isinstance(args.get(name), kind):
            action[name] = args[name]
    return action


def wire_name_of(item: Mapping[str, object], where: str) -> str:
    """The name on the wire of the tool that an item of the conversation calls."""
    name = text(item.get("name"), f"{where}.name")
    if not name:
        wrong(f"{where}.name", say("request.call_name"))
    return wire_name(qualified(text(item.get("namespace"), f"{where}.namespace"), name))
