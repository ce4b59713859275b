"""The messages of a chat request → systemInstruction and contents.

Invariants that live here: every model content with function calls is followed at once by one user content with as
many results, in the order of the calls; no content is empty; what is said in the middle stays in the middle.
"""

from collections.abc import Mapping

from gcli2api_tui.dialects.fields import items, table, text, wrong
from gcli2api_tui.dialects.history import Call, History, call, result
from gcli2api_tui.dialects.openai_chat.parts import parts, texts
from gcli2api_tui.gemini.types import Part
from gcli2api_tui.messages.message import say

ROLES = ("system", "developer", "user", "assistant", "tool", "function")

Calls = Mapping[int, list[Call]]
"""Position of the assistant message → its calls, read once: their arguments may be long."""
Results = Mapping[int, dict[str, dict[str, object]]]
"""Position of the assistant message → call id → what the tool said, as Google's `response`."""


def read_messages(value: object) -> History:
    """Translate all messages. Raises ClientFault naming the message and field that is wrong."""
    messages = [table(item, f"messages.[{n}]") for n, item in enumerate(items(value, "messages"))]
    if not messages:
        wrong("messages", say("request.no_messages"))
    calls, results = _collect(messages)
    history = History()
    for position, message in enumerate(messages):
        _add(history, position, message, calls, results)
    history.begun("messages")
    return history


def _collect(messages: list[dict[str, object]]) -> tuple[Calls, Results]:
    """All calls, and for every tool message the call it answers: the latest one before it with that id."""
    calls: dict[int, list[Call]] = {}
    owner: dict[str, int] = {}
    results: dict[int, dict[str, dict[str, object]]] = {}
    for position, message in enumerate(messages):
        at = f"messages.[{position}]"
        role = message.get("role")
        if role == "assistant":
            calls[position] = _calls(message, at)
            owner.update((identity, position) for identity, _ in calls[position])
        elif role in ("tool", "function"):
            key, name = ("tool_call_id", "tool_call_id") if role == "tool" else ("name", "name")
            identity = text(message.get(key), f"{at}.{name}")
            if role == "function":
                identity = f"function:{identity}"
            if identity not in owner:
                wrong(f"{at}.{name}", say("request.no_call"))
            said = "\n".join(texts(message.get("content"), f"{at}.content"))
            results.setdefault(owner[identity], {})[identity] = result(said)
    return calls, results


def _add(history: History, position: int, message: dict[str, object], calls: Calls, results: Results) -> None:
    at = f"messages.[{position}]"
    role = message.get("role")
    match role:
        case "system" | "developer":
            history.instruct(texts(message.get("content"), f"{at}.content"))
        case "user":
            history.ask(parts(message.get("content"), f"{at}.content", history.remote))
        case "assistant":
            history.answer([*_said(message, at), *(part for _, part in calls[position])], results.get(position, {}))
        case "tool" | "function":
            # Already placed behind its call.
            history.prompt.append(("tool", "\n".join(texts(message.get("content"), f"{at}.content"))))
        case _:
            wrong(f"{at}.role", say("request.role", at=at, names=", ".join(ROLES[:5])))


def _said(message: dict[str, object], at: str) -> list[Part]:
    words = texts(message.get("content"), f"{at}.content")
    if refusal := text(message.get("refusal"), f"{at}.refusal"):
        words.append(refusal)
    return [{"text": item} for item in words]


def _calls(message: dict[str, object], at: str) -> list[Call]:
    """(call id, functionCall part) of an assistant message, in order."""
    found = []
    for position, item in enumerate(items(message.get("tool_calls"), f"{at}.tool_calls")):
        where = f"{at}.tool_calls.[{position}]"
        made = table(item, where)
        identity = text(made.get("id"), f"{where}.id") or f"call_{position}"
        part = (
            _custom_call(made, where, identity)
            if made.get("type") == "custom"
            else _function_call(made, where, identity)
        )
        if signature := _signature(made):
            part["thoughtSignature"] = signature
        found.append((identity, part))
    if legacy := table(message.get("function_call"), f"{at}.function_call"):
        identity = f"function:{legacy.get('name')}"
        found.append((identity, _named(legacy, f"{at}.function_call", identity)))
    return found


def _function_call(made: dict[str, object], where: str, identity: str) -> Part:
    where = f"{where}.function"
    return _named(table(made.get("function"), where), where, identity)


def _custom_call(made: dict[str, object], where: str, identity: str) -> Part:
    """Free text travels as the one argument `input`."""
    where = f"{where}.custom"
    custom = table(made.get("custom"), where)
    said = text(custom.get("input"), f"{where}.input")
    return _named({"name": custom.get("name"), "arguments": {"input": said}}, where, identity)


def _named(function: dict[str, object], where: str, identity: str) -> Part:
    return call(text(function.get("name"), f"{where}.name"), function.get("arguments"), identity, where)


def _signature(made: dict[str, object]) -> str:
    """Google's own place for it; a client that mangles it counts as one that dropped it."""
    extra = made.get("extra_content")
    google = extra.get("google") if isinstance(extra, dict) else None
    signature = google.get("thought_signature") if isinstance(google, dict) else None
    return signature if isinstance(signature, str) else ""
