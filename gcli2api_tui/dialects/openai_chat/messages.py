"""The messages of a chat request → systemInstruction and contents.

What belongs together, and in which order Google wants it, is History's. Here: what stands in which field of a message.
"""

from gcli2api_tui.dialects.call import RemoteFile
from gcli2api_tui.dialects.fields import items, table, text, wrong
from gcli2api_tui.dialects.history import History, call
from gcli2api_tui.dialects.openai_chat.parts import parts, said, texts
from gcli2api_tui.dialects.tool_results import ToolResult
from gcli2api_tui.gemini.types import Part
from gcli2api_tui.messages.message import say

ROLES = ("system", "developer", "user", "assistant", "tool", "function")
_LONGEST_NAME = 64


def read_messages(value: object) -> History:
    """Translate all messages. Raises ClientFault naming the message and field that is wrong."""
    messages = items(value, "messages")
    if not messages:
        wrong("messages", say("request.no_messages"))
    history = History()
    for position, item in enumerate(messages):
        _add(history, table(item, f"messages.[{position}]"), f"messages.[{position}]")
    history.finish("messages")
    return history


def _add(history: History, message: dict[str, object], at: str) -> None:
    content, where = message.get("content"), f"{at}.content"
    match message.get("role"):
        case "system" | "developer":
            words = texts(content, where)
            history.instruct([_speaker(message, at) + words[0], *words[1:]] if words else [])
        case "user":
            found, speaker = parts(content, where, history.remote), _speaker(message, at)
            history.ask([{"text": speaker}, *found] if speaker and found else found)
        case "assistant":
            history.answer([*_said(message, at, history.remote), *_calls(message, at)])
        case "tool":
            identity, name = text(message.get("tool_call_id"), f"{at}.tool_call_id"), message.get("name")
            found, name = parts(content, where, history.remote), name if isinstance(name, str) else ""
            history.result(ToolResult(found, f"{at}.tool_call_id", identity, name))
        case "function":
            name = text(message.get("name"), f"{at}.name")
            history.result(ToolResult(parts(content, where, history.remote), f"{at}.name", name=name))
        case _:
            wrong(f"{at}.role", say("request.role", at=at, names=", ".join(ROLES[:5])))


def _speaker(message: dict[str, object], at: str) -> str:
    """Who says it, where the client tells: Google has no field for it.

    Not of the assistant: it would begin its answers so.
    """
    name = " ".join(text(message.get("name"), f"{at}.name").split())[:_LONGEST_NAME]
    return f"{name} said:\n" if name and name != message["role"] else ""


def _said(message: dict[str, object], at: str, remote: list[RemoteFile]) -> list[Part]:
    """Words and pictures; a picture that stands both in the words and in `images` is one."""
    found = said(message.get("content"), f"{at}.content", remote)
    if message.get("images"):
        found += _new_images(message, at, found, remote)
    if refusal := text(message.get("refusal"), f"{at}.refusal"):
        found.append({"text": refusal})
    return found


def _new_images(message: dict[str, object], at: str, found: list[Part], remote: list[RemoteFile]) -> list[Part]:
    there = [part["inlineData"]["data"] for part in found if "inlineData" in part]
    shown = _images(message["images"], f"{at}.images", remote)
    return [part for part in shown if "inlineData" not in part or part["inlineData"]["data"] not in there]


def _images(listed: object, where: str, remote: list[RemoteFile]) -> list[Part]:
    """Not a field of OpenAI's: where it has not the form that programs use for answers, it means nothing."""
    given = listed if isinstance(listed, list) else []
    shown = [one for one in given if isinstance(one, dict) and one.get("type") == "image_url"]
    return parts(shown, where, remote)


def _calls(message: dict[str, object], at: str) -> list[Part]:
    """The functionCall parts of an assistant message, in order."""
    found = []
    for position, item in enumerate(items(message.get("tool_calls"), f"{at}.tool_calls")):
        where = f"{at}.tool_calls.[{position}]"
        made = table(item, where)
        identity = text(made.get("id"), f"{where}.id")
        part = (
            _custom_call(made, where, identity)
            if made.get("type") == "custom"
            else _function_call(made, where, identity)
        )
        if signature := _signature(made):
            part["thoughtSignature"] = signature
        found.append(part)
    if legacy := table(message.get("function_call"), f"{at}.function_call"):
        found.append(_made(legacy, f"{at}.function_call", ""))
    return found


def _function_call(made: dict[str, object], where: str, identity: str) -> Part:
    where = f"{where}.function"
    return _made(table(made.get("function"), where), where, identity)


def _custom_call(made: dict[str, object], where: str, identity: str) -> Part:
    """Free text travels as the one argument `input`."""
    where = f"{where}.custom"
    custom = table(made.get("custom"), where)
    said = text(custom.get("input"), f"{where}.input")
    return _made({"name": custom.get("name"), "arguments": {"input": said}}, where, identity)


def _made(function: dict[str, object], where: str, identity: str) -> Part:
    return call(text(function.get("name"), f"{where}.name"), function.get("arguments"), identity, where)


def _signature(made: dict[str, object]) -> str:
    """Google's own place for it; a client that mangles it counts as one that dropped it."""
    extra = made.get("extra_content")
    google = extra.get("google") if isinstance(extra, dict) else None
    signature = google.get("thought_signature") if isinstance(google, dict) else None
    return signature if isinstance(signature, str) else ""
