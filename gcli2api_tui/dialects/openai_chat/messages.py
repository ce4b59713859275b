"""The messages of a chat request → systemInstruction and contents, part by part.

What belongs together, and in which order Google wants it, is History's. Here: what stands in which field of a message.
Empty texts are left out. Media comes in the request itself (data: URLs, base64); an image's address is noted, not
fetched. Raises ClientFault with the field.
"""

from collections.abc import Callable

from gcli2api_tui.dialects.call import RemoteFile
from gcli2api_tui.dialects.fields import items, table, text, wrong
from gcli2api_tui.dialects.history import History, call
from gcli2api_tui.dialects.media import blob, by_address, from_data_url, google_reads, is_data_url, with_pictures
from gcli2api_tui.dialects.tool_calls import ToolResult
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini import media_types
from gcli2api_tui.gemini.types import Part
from gcli2api_tui.messages.message import say

ROLES = ("system", "developer", "user", "assistant", "tool", "function")
_LONGEST_NAME = 64
_SOUNDS = "wav, mp3, m4a, aac, ogg, opus, flac, aiff, webm, pcm"
_ADDRESSES = ("image_url", "video_url", "audio_url")
_WORDS = {"text": "text", "input_text": "text", "output_text": "text", "refusal": "refusal"}
"""Kind of a part that is words → the field they stand in."""
_THOUGHTS = frozenset({"thinking", "redacted_thinking", "reasoning"})
ReadPart = Callable[[dict[str, object], str, list[RemoteFile]], Part | None]
"""(part, its field, remote) → a part, or None for an empty text."""


def read_messages(value: object) -> History:
    """Translate all messages. Raises ClientFault naming the message and field that is wrong."""
    messages = items(value, "messages")
    if not messages:
        wrong("messages", say("request.no_messages"))
    history = History()
    for position, item in enumerate(messages):
        at = f"messages.[{position}]"
        _add(history, table(item, at), at)
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
    if message.get("name") is None:
        return ""
    name = " ".join(text(message["name"], f"{at}.name").split())[:_LONGEST_NAME]
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


def texts(content: object, where: str) -> list[str]:
    """Content of a role that may only speak text (the system)."""
    if isinstance(content, str) or content is None:
        return [content] if content else []
    found = []
    for position, item in enumerate(items(content, where)):
        at = f"{where}.[{position}]"
        part = table(item, at)
        kind = text(part.get("type"), f"{at}.type")
        if kind not in _WORDS:
            wrong(f"{at}.type", say("request.text_not", kind=kind[:40]))
        if words := text(part.get(_WORDS[kind]), f"{at}.{_WORDS[kind]}"):
            found.append(words)
    return found


def said(content: object, where: str, remote: list[RemoteFile]) -> list[Part]:
    """Content of the assistant: its words, with the pictures in them, and other parts as a user's.

    What it thought is no answer; other programs write that in the same list.
    """
    if isinstance(content, str):
        return with_pictures(content)
    found: list[Part] = []
    for position, item in enumerate(items(content, where)):
        part, at = table(item, f"{where}.[{position}]"), f"{where}.[{position}]"
        kind = text(part.get("type"), f"{at}.type")
        if kind in _THOUGHTS:
            continue
        if kind in _WORDS:
            found += with_pictures(text(part.get(_WORDS[kind]), f"{at}.{_WORDS[kind]}"))
        elif made := _part(part, at, remote):
            found.append(made)
    return found


def parts(content: object, where: str, remote: list[RemoteFile], read_part: ReadPart | None = None) -> list[Part]:
    """Content of a user; `remote` gets the images that are somewhere on the web. Other dialects have other parts."""
    read = read_part or _part
    if isinstance(content, str) or content is None:
        return [{"text": content}] if content else []
    named = [(item, f"{where}.[{n}]") for n, item in enumerate(items(content, where))]
    found = [read(table(item, at), at, remote) for item, at in named]
    return [part for part in found if part is not None]


def _part(part: dict[str, object], at: str, remote: list[RemoteFile]) -> Part | None:
    kind = text(part.get("type"), f"{at}.type")
    if kind in _WORDS:
        words = text(part.get(_WORDS[kind]), f"{at}.{_WORDS[kind]}")
        return {"text": words} if words else None
    if kind in _ADDRESSES:
        return _by_url(part.get(kind), f"{at}.{kind}", remote if kind == "image_url" else None)
    if kind == "input_audio":
        return audio(table(part.get(kind), f"{at}.{kind}"), f"{at}.{kind}")
    if kind == "file":
        return named_file(table(part.get(kind), f"{at}.{kind}"), f"{at}.{kind}")
    raise ClientFault(
        say("request.content_type", kind=kind[:40]),
        param=f"{at}.type",
        way_out=say("request.use_chat_types"),
    )


def _by_url(value: object, where: str, remote: list[RemoteFile] | None) -> Part:
    """An address, or an object that holds it; its `format` names the type, as LiteLLM's clients write it."""
    if isinstance(value, str):
        return by_address(value, where, remote, where)
    named = table(value, where)
    at, label = f"{where}.url", text(named.get("format"), f"{where}.format")
    return by_address(text(named.get("url"), at), at, remote, where, label)


def audio(sound: dict[str, object], where: str) -> Part:
    """`{data, format}`: base64 or a data: address; a format, or a whole type."""
    form, at = text(sound.get("format"), f"{where}.format"), f"{where}.data"
    data, label = text(sound.get("data"), at), _sound_label(form)
    part = from_data_url(data, at, label=label) if is_data_url(data) else blob(label, data, at)
    if not media_types.may_be_sound(part["inlineData"]["mimeType"]):
        wrong(f"{where}.format", say("request.audio", names=_SOUNDS, form=form[:40]))
    return part


def _sound_label(form: str) -> str:
    if not form or "/" in form:
        return form
    named = media_types.by_name(f".{form.lstrip('.')}")
    return named if named.startswith("audio/") else f"audio/{form}"


def named_file(file: dict[str, object], where: str) -> Part:
    """`{file_data, filename}`, or in `file_id` an address that Google reads; `format` may name the type."""
    data, label = text(file.get("file_data"), f"{where}.file_data"), text(file.get("format"), f"{where}.format")
    if not data:
        address = text(file.get("file_id"), f"{where}.file_id")
        if google_reads(address):
            return by_address(address, f"{where}.file_id", None, label=label)
        field = "file_id" if address else "file_data"
        wrong(f"{where}.{field}", say("request.no_files"), say("request.file_data"))
    name, at = text(file.get("filename"), f"{where}.filename"), f"{where}.file_data"
    part = from_data_url(data, at, name, label) if is_data_url(data) else blob(label, data, at, name)
    if media_types.says_nothing(part["inlineData"]["mimeType"]):
        wrong(at, say("request.unknown_file"), say("request.data_url"))
    return part
