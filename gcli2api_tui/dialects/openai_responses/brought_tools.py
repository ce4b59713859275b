"""Tools that come inside the input of a request: `additional_tools`, and what a search for tools found.

In: the items of a conversation, and the tools at the top of the body. Out: the tools that are new, each once. What the
top says wins; of a name that the input brings several times, the last definition counts.
"""

from collections.abc import Iterable, Iterator, Sequence

from gcli2api_tui.dialects.fields import items, table, text

SEARCH = "tool_search"
SEARCH_CALL, SEARCH_OUTPUT = "tool_search_call", "tool_search_output"
BRINGING = ("additional_tools", SEARCH_OUTPUT)

Listed = tuple[dict[str, object], str, str]
"""(tool, its field, its namespace)"""


def qualified(namespace: str, name: str) -> str:
    """One name for a tool inside a namespace; Gemini has none."""
    return f"{namespace.rstrip('_')}__{name}" if namespace else name


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
