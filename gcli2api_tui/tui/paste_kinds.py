"""What a pasted text seems to be, by its looks alone: an API key, JSON, Google's answer to a sign-in, or a path. Pure.

It only chooses which form opens; whether the text is any good is the control's to say.
"""

import re
from typing import Literal

Kind = Literal["key", "json", "answer", "path", ""]

_ANSWER = re.compile(r"[?&]?(?:code|error|state)=|^4/[\w%-]{10,}$")
_KEY = re.compile(r"AIza[\w-]{20,}|\bAQ\.[\w-]{20,}|\bvertex:\S")
_PATH = re.compile(r"(?:/|~|\.{1,2}/|[A-Za-z]:\\|file://)\S.*|\S+\.(?:json|zip|env|txt)", re.IGNORECASE)
_WORD = re.compile(r"[\w.-]{20,}")
"""A word of that length may be a key of a kind that is newer than this program."""


def kind_of(text: str) -> Kind:
    """Empty where it looks like none of them."""
    text = text.strip()
    joined = "".join(text.split())  # terminals break long lines
    if text[:1] in ("{", "["):
        return "json"
    if _ANSWER.search(joined) and not _KEY.search(text):
        return "answer"
    if _KEY.search(text):
        return "key"
    if "\n" not in text and _PATH.fullmatch(text.strip("'\"")):
        return "path"
    return "key" if _WORD.fullmatch(text) else ""


def path_in(text: str) -> str:
    """A path as terminals paste a dropped file: quoted, with escaped spaces, or as a file:// address."""
    text = text.strip().strip("'\"").removeprefix("file://")
    return text if "\\" in text and re.match(r"[A-Za-z]:\\", text) else re.sub(r"\\(.)", r"\1", text)
