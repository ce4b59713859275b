"""A file's bytes as text, however it was written, and text without the signs that nobody sees.

In: bytes. Out: text from UTF-8, with or without a mark, or from UTF-16 with one (what PowerShell's `>` writes). Pasted
from a web page, keys come with zero-width signs and no-break spaces: none of these is a part of a key.
"""

import codecs
import unicodedata

from gcli2api_tui.events.problems import ImportRefused
from gcli2api_tui.messages.message import say

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decoded(data: bytes, name: str) -> str:
    """The text without outer spaces and unseen signs. Raises ImportRefused for what is none."""
    try:
        text = data.decode("utf-16" if data.startswith(UTF_16) else "utf-8-sig")
    except UnicodeDecodeError:
        raise _no_text(name) from None
    text = _trimmed(text)
    if "\0" in text:
        raise _no_text(name)
    if not text:
        raise ImportRefused(say("import.empty"), file=name)
    return text


def visible(text: str) -> str:
    """What a person sees of it: no zero-width signs, and plain spaces for all kinds of spaces."""
    if text.isascii():
        return text
    return "".join(_visible(sign) for sign in text)


def _visible(sign: str) -> str:
    kind = unicodedata.category(sign)
    return "" if kind == "Cf" else " " if kind == "Zs" else sign


def _trimmed(text: str) -> str:
    """Only the ends: within JSON's strings a joiner may be part of somebody's name."""
    first, last = 0, len(text)
    while first < last and _is_blank(text[first]):
        first += 1
    while last > first and _is_blank(text[last - 1]):
        last -= 1
    return text[first:last]


def _is_blank(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) == "Cf"


def _no_text(name: str) -> ImportRefused:
    return ImportRefused(say("import.not_text"), file=name, way_out=say("import.taken"))
