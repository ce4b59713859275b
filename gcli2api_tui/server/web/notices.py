"""What a page tells after an act: good, bad, or something to know. Frozen; sentences are said in the reader's language.

In: what came of a verb. Out: a Notice for the next page, with the way to undo where there is one.
"""

from typing import Literal

from gcli2api_tui.control.ports import Answer, Refused
from gcli2api_tui.quick_dataclass import dataclass

Tone = Literal["ok", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Notice:
    tone: Tone
    text: str
    """A Message, or words of the page already in the reader's language."""
    about: str = ""
    """A file's or credential's name before the text; from outside."""
    undo: str = ""
    """The path that takes it back when it is posted to."""


def notice_of(answer: Answer, about: str = "", undo: str = "") -> Notice:
    """`about` is left out where the sentence names it itself."""
    said = answer.sentence if isinstance(answer, Refused) else answer.message
    tone: Tone = "bad" if isinstance(answer, Refused) else "warn" if answer.warned else "ok"
    return Notice(tone, said, "" if about in said else about, undo)
