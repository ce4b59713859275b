"""Content of one chat message → Gemini parts.

In: the value of `content` (a string, null, or a list of typed parts) and its field name. Out: parts in order, empty
texts left out. Media comes in the request itself (data: URLs, base64); an image's address is noted, not fetched.
"""

from collections.abc import Callable

from gcli2api_tui.dialects.call import RemoteFile
from gcli2api_tui.dialects.fields import items, table, text, wrong
from gcli2api_tui.dialects.media import blob, by_address, from_data_url, google_reads, is_data_url
from gcli2api_tui.dialects.pictures import with_pictures
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini import media_types
from gcli2api_tui.gemini.types import Part
from gcli2api_tui.messages.message import say

_SOUNDS = "wav, mp3, m4a, aac, ogg, opus, flac, aiff, webm, pcm"
_ADDRESSES = ("image_url", "video_url", "audio_url")

_WORDS = {"text": "text", "input_text": "text", "output_text": "text", "refusal": "refusal"}
"""Kind of a part that is words → the field they stand in."""
_THOUGHTS = frozenset({"thinking", "redacted_thinking", "reasoning"})

ReadPart = Callable[[dict[str, object], str, list[RemoteFile]], Part | None]
"""(part, its field, remote) → a part, or None for an empty text."""


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
