"""What is pasted: a field that keeps all its lines, which Textual's own cuts after the first; and what it seems to be.

By its looks alone it is an API key, JSON, Google's answer to a sign-in, or a path. That only chooses which form opens;
whether the text is any good is the control's to say.
"""

import re
from typing import Literal

from textual import events
from textual.widgets import Input

from gcli2api_tui.tui.paint.cells import plain


class PasteField(Input):
    """`entered` is what a person pasted or typed; `take` puts a text in as if it had been pasted alone."""

    whole = ""

    def take(self, text: str) -> None:
        self.value = ""
        self._put(text)
        self.focus()

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self._put(event.text)

    def _put(self, text: str) -> None:
        self.whole = text
        self.insert_text_at_cursor(_flat(text))

    @property
    def entered(self) -> str:
        """The pasted text with its line breaks, if nothing else was typed."""
        return self.whole if self.whole and _flat(self.whole) == self.value else self.value


def _flat(text: str) -> str:
    return plain(" ".join(text.splitlines()).strip())


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
