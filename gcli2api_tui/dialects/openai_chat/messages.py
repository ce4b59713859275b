"""The messages of a chat request → systemInstruction and contents.

Invariants that live here: every model content with function calls is followed at once by one user content with as
many results, in the order of the calls; no content is empty; what is said in the middle stays in the middle.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gcli2api_tui.dialects.call import RemoteFile
from gcli2api_tui.dialects.fields import items, sound, table, text, wrong
from gcli2api_tui.dialects.openai_chat.parts import parts, texts
from gcli2api_tui.dialects.openai_chat.tools import wire_name
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.types import Content, FunctionResponse, Part

ROLES = ("system", "developer", "user", "assistant", "tool", "function")

Results = Mapping[tuple[int, str], list[str]]
"""(position of the assistant message, call id) → what the tool said."""


@dataclass(slots=True)
class History:
    """What the messages come to; `prompt` is the same in words, for the transcript."""

    system: list[str] = field(default_factory=list)
    contents: list[Content] = field(default_factory=list)
    prompt: list[tuple[str, str]] = field(default_factory=list)
    remote: list[RemoteFile] = field(default_factory=list)

    def say(self, role: str, found: list[Part]) -> None:
        """Add parts; neighbours of one role become one content, but never one with results."""
        if not found:
            return
        last = self.contents[-1] if self.contents else None
        if last is not None and last["role"] == role and not is_results(last):
            last["parts"].extend(found)
        else:
            self.contents.append({"role": role, "parts": found})


def is_results(content: Content) -> bool:
    """Whether a content answers function calls."""
    return any("functionResponse" in part for part in content["parts"])


def read_messages(value: object) -> History:
    """Translate all messages. Raises ClientFault naming the message and field that is wrong."""
    messages = [table(item, f"messages.[{n}]") for n, item in enumerate(items(value, "messages"))]
    if not messages:
        wrong("messages", "'messages' must hold at least one message.")
    results = _collect_results(messages)
    history = History()
    for position, message in enumerate(messages):
        _add(history, position, message, results)
    if not history.contents and history.system:
        # Google refuses a request without contents; a lone system message is the question then.
        history.contents = [{"role": "user", "parts": [{"text": words} for words in history.system]}]
        history.system = []
    if not history.contents:
        wrong("messages", "No message has any content.")
    return history


def _collect_results(messages: list[dict[str, Any]]) -> Results:
    """Find for every tool message the call it answers: the latest one before it with that id."""
    owner: dict[str, int] = {}
    results: dict[tuple[int, str], list[str]] = {}
    for position, message in enumerate(messages):
        at = f"messages.[{position}]"
        role = message.get("role")
        if role == "assistant":
            owner.update(dict.fromkeys((identity for identity, _ in _calls(message, at)), position))
        elif role in ("tool", "function"):
            key, name = ("tool_call_id", "tool_call_id") if role == "tool" else ("name", "name")
            identity = text(message.get(key), f"{at}.{name}")
            if role == "function":
                identity = f"function:{identity}"
            if identity not in owner:
                wrong(f"{at}.{name}", "This result answers no function call of the messages before it.")
            results[owner[identity], identity] = texts(message.get("content"), f"{at}.content")
    return results


def _add(history: History, position: int, message: dict[str, Any], results: Results) -> None:
    at = f"messages.[{position}]"
    role = message.get("role")
    match role:
        case "system" | "developer":
            _add_system(history, texts(message.get("content"), f"{at}.content"))
        case "user":
            found = parts(message.get("content"), f"{at}.content", history.remote)
            history.prompt.append(("user", "\n".join(map(_in_words, found))))
            history.say("user", found)
        case "assistant":
            _add_assistant(history, position, message, results)
        case "tool" | "function":
            # Already placed behind its call.
            history.prompt.append(("tool", "\n".join(texts(message.get("content"), f"{at}.content"))))
        case _:
            wrong(f"{at}.role", f"'{at}.role' must be one of {', '.join(ROLES[:5])}.")


def _add_system(history: History, words: list[str]) -> None:
    history.prompt.append(("system", "\n".join(words)))
    if not history.contents:
        history.system += words
    else:
        # Moved to the front it would mean something else.
        history.say("user", [{"text": f"<system>\n{item}\n</system>"} for item in words])


def _add_assistant(history: History, position: int, message: dict[str, Any], results: Results) -> None:
    at = f"messages.[{position}]"
    words = texts(message.get("content"), f"{at}.content")
    if refusal := text(message.get("refusal"), f"{at}.refusal"):
        words.append(refusal)
    calls = _calls(message, at)
    found: list[Part] = [{"text": item} for item in words]
    history.prompt.append(("assistant", "\n".join([*words, *(_in_words(part) for _, part in calls)])))
    history.say("model", found + [part for _, part in calls])
    if calls:
        answers: list[Part] = [
            {"functionResponse": _response(identity, part, results.get((position, identity)))}
            for identity, part in calls
        ]
        history.contents.append({"role": "user", "parts": answers})


def _calls(message: dict[str, Any], at: str) -> list[tuple[str, Part]]:
    """(call id, functionCall part) of an assistant message, in order."""
    found = []
    for position, item in enumerate(items(message.get("tool_calls"), f"{at}.tool_calls")):
        where = f"{at}.tool_calls.[{position}]"
        call = table(item, where)
        identity = text(call.get("id"), f"{where}.id") or f"call_{position}"
        part = (
            _custom_call(call, where, identity)
            if call.get("type") == "custom"
            else _function_call(call, where, identity)
        )
        if signature := _signature(call):
            part["thoughtSignature"] = signature
        found.append((identity, part))
    if legacy := table(message.get("function_call"), f"{at}.function_call"):
        identity = f"function:{legacy.get('name')}"
        found.append((identity, _call(legacy, f"{at}.function_call", identity)))
    return found


def _function_call(call: dict[str, Any], where: str, identity: str) -> Part:
    where = f"{where}.function"
    return _call(table(call.get("function"), where), where, identity)


def _custom_call(call: dict[str, Any], where: str, identity: str) -> Part:
    """Free text travels as the one argument `input`."""
    where = f"{where}.custom"
    custom = table(call.get("custom"), where)
    said = text(custom.get("input"), f"{where}.input")
    return _call({"name": custom.get("name"), "arguments": {"input": said}}, where, identity)


def _call(function: dict[str, Any], where: str, identity: str) -> Part:
    name = text(function.get("name"), f"{where}.name")
    if not name:
        wrong(f"{where}.name", "A function call needs a name.")
    return {
        "functionCall": {"id": identity, "name": wire_name(name), "args": _arguments(function.get("arguments"), where)}
    }


def _arguments(value: object, where: str) -> dict[str, Any]:
    """Arguments as the object Google needs, whatever the model once wrote."""
    if isinstance(value, dict):
        return value
    written = text(value, f"{where}.arguments")
    if not written.strip():
        return {}
    try:
        parsed = _json(written)
    except ValueError:
        return {"_raw": written}
    return parsed if isinstance(parsed, dict) else {"value": parsed}


def _response(identity: str, part: Part, said: list[str] | None) -> FunctionResponse:
    response: dict[str, Any] = {"error": "no result"} if said is None else _result("\n".join(said))
    return {"id": identity, "name": part["functionCall"]["name"], "response": response}


def _result(said: str) -> dict[str, Any]:
    """A JSON object as it is, a list as a list, anything else as the text it was."""
    if said.lstrip()[:1] in ("{", "["):
        try:
            parsed = _json(said)
        except ValueError:
            return {"result": said}
        return parsed if isinstance(parsed, dict) else {"result": parsed}
    return {"result": said}


def _json(written: str) -> Any:
    """Raises ValueError for anything that could not travel on, too."""
    try:
        return sound(json.loads(written))
    except (ClientFault, RecursionError) as error:
        raise ValueError("not usable") from error


def _signature(call: dict[str, Any]) -> str:
    """Google's own place for it; a client that mangles it counts as one that dropped it."""
    extra = call.get("extra_content")
    google = extra.get("google") if isinstance(extra, dict) else None
    signature = google.get("thought_signature") if isinstance(google, dict) else None
    return signature if isinstance(signature, str) else ""


def _in_words(part: Part) -> str:
    if "text" in part:
        return part["text"]
    if "functionCall" in part:
        call = part["functionCall"]
        return f"{call['name']}({json.dumps(call['args'], ensure_ascii=False)})"
    if "inlineData" in part:
        blob = part["inlineData"]
        return f"[{blob['mimeType']}, {len(blob['data']) * 3 // 4:,} bytes]"
    return "[file]"
