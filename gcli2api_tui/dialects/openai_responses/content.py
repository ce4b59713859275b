"""Content of one message, or of one result, of the Responses API → Gemini parts.

In: a string, null, or a list of typed parts, and its field name. Out: parts in order, empty texts left out.
"""

from gcli2api_tui.dialects.call import RemoteFile
from gcli2api_tui.dialects.fields import table, text, wrong
from gcli2api_tui.dialects.media import by_address
from gcli2api_tui.dialects.openai_chat.parts import audio, named_file
from gcli2api_tui.dialects.openai_chat.parts import parts as read_parts
from gcli2api_tui.dialects.pictures import with_pictures
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.types import Part
from gcli2api_tui.messages.message import say

SEALED = "encrypted_content"
"""A part that only OpenAI's servers can read."""
_CIPHER = "gAAAA"
"""How each of OpenAI's sealed texts begins."""
_TEXTS = frozenset({"input_text", "output_text", "text", "summary_text", "reasoning_text", "refusal"})


def parts(content: object, where: str, remote: list[RemoteFile]) -> list[Part]:
    """`remote` gets the images that are somewhere on the web."""
    return read_parts(content, where, remote, _part)


def message_parts(content: object, where: str, remote: list[RemoteFile]) -> list[Part]:
    """What one agent tells another: from one that is not OpenAI's the words stand in the sealed part, readable."""

    def read(part: dict[str, object], at: str, remote: list[RemoteFile]) -> Part | None:
        if part.get("type") != SEALED:
            return _part(part, at, remote)
        words = text(part.get(SEALED), f"{at}.{SEALED}")
        return {"text": words} if words and not words.startswith(_CIPHER) else None

    return read_parts(content, where, remote, read)


def said(content: object, where: str, remote: list[RemoteFile]) -> list[Part]:
    """Content of the assistant: its words, with the pictures in them. What it thought is no answer."""
    found: list[Part] = []
    answered = [part for part in content if not _is_thought(part)] if isinstance(content, list) else content
    for part in parts(answered, where, remote):
        found += with_pictures(part["text"]) if "text" in part else [part]
    return found


def texts(content: object, where: str) -> list[str]:
    """Content that may only be text (the system)."""
    found = parts(content, where, [])
    if any("text" not in part for part in found):
        wrong(where, say("request.only_text"))
    return [part["text"] for part in found]


def _part(part: dict[str, object], at: str, remote: list[RemoteFile]) -> Part | None:
    kind = text(part.get("type"), f"{at}.type")
    if kind in _TEXTS:
        key = "refusal" if kind == "refusal" else "text"
        words = text(part.get(key), f"{at}.{key}")
        return {"text": words} if words else None
    if kind == "input_image":
        return _image(part, at, remote)
    if kind == "input_file":
        return _file(part, at)
    if kind == "input_audio":
        return audio(table(part.get(kind), f"{at}.{kind}"), f"{at}.{kind}")
    if kind == SEALED:
        return None
    raise ClientFault(
        say("request.content_type", kind=kind[:40]),
        param=f"{at}.type",
        way_out=say("request.use_response_types"),
    )


def _image(part: dict[str, object], at: str, remote: list[RemoteFile]) -> Part:
    where = f"{at}.image_url"
    value = part.get("image_url")
    if isinstance(value, dict):
        # The form of chat completions.
        value = value.get("url")
    url = text(value, where)
    if not url and part.get("file_id"):
        wrong(f"{at}.file_id", say("request.no_files"), say("request.image_data"))
    return by_address(url, where, remote)


def _file(part: dict[str, object], at: str) -> Part:
    if url := text(part.get("file_url"), f"{at}.file_url"):
        return by_address(url, f"{at}.file_url", None)
    return named_file(part, at)


def _is_thought(part: object) -> bool:
    return isinstance(part, dict) and part.get("type") in ("reasoning_text", "summary_text", "thinking", "reasoning")
