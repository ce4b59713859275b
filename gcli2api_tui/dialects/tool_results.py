"""What a tool said, as Google takes it: an object in words, and media beside it.

In: the parts that a client sent as a result. Out: Google's `response`, and the parts that follow it. What a tool said
never becomes syntax: a result that Google would read as a reference, or whose numbers it would round, travels as text.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from gcli2api_tui.dialects.fields import sound
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.turns import refers
from gcli2api_tui.gemini.types import Part

_LONG_NUMBER = re.compile(r"\d{16}")
_EXACT = 2**53
"""Google keeps numbers as doubles: whole ones above this lose their last digits."""


@dataclass(slots=True, eq=False)
class ToolResult:
    """One result of a conversation. `identity` and `name` are as the client wrote them, empty where it did not."""

    parts: list[Part]
    where: str
    """The field that says whose result it is, for errors."""
    identity: str = ""
    name: str = ""
    failed: bool = False
    answers: bool = False
    """A call has it; else it is told in words."""

    @property
    def words(self) -> str:
        """In words; a mark keeps the place of media that words follow, or that are all there is."""
        if len(self.parts) == 1 and "text" in self.parts[0]:
            return self.parts[0]["text"]
        last = max((at for at, part in enumerate(self.parts) if "text" in part), default=len(self.parts))
        kept = (part for at, part in enumerate(self.parts) if "text" in part or at < last)
        return "\n".join(part["text"] if "text" in part else _mark(part) for part in kept)

    @property
    def media(self) -> list[Part]:
        return [part for part in self.parts if "text" not in part]

    @property
    def response(self) -> dict[str, object]:
        """Google's `response`."""
        return {"error": self.words} if self.failed else response(self.words)

    def told(self) -> list[Part]:
        """As the user's words: its call is not in the conversation, or has a result."""
        what, of = "Error" if self.failed else "Result", f" of {self.name}" if self.name else ""
        return [{"text": f"[{what} of an earlier call{of}]\n{self.words}"}, *self.media]


def response(said: str) -> dict[str, object]:
    """A JSON object as it is, a list as a list, else the text it was."""
    if said.lstrip()[:1] in ("{", "["):
        try:
            parsed = parsed_json(said)
        except ValueError:
            return {"result": said}
        if not _changes_at_google(said, parsed):
            return parsed if isinstance(parsed, dict) else {"result": parsed}
    return {"result": said}


def parsed_json(written: str) -> object:
    """Raises ValueError for anything that could not travel on, too."""
    try:
        return sound(json.loads(written))
    except (ClientFault, RecursionError) as error:
        raise ValueError("not usable") from error


def _changes_at_google(said: str, parsed: object) -> bool:
    """The text tells cheaply where there is nothing to look for."""
    may_refer = "$ref" in said or "\\u" in said
    return (may_refer and refers(parsed)) or bool(_LONG_NUMBER.search(said) and _rounded([parsed]))


def _rounded(level: Sequence[object]) -> bool:
    while level:
        below: list[object] = []
        for one in level:
            if isinstance(one, dict):
                below += one.values()
            elif isinstance(one, list):
                below += one
            elif isinstance(one, int) and abs(one) > _EXACT:
                return True
        level = below
    return False


def _mark(part: Part) -> str:
    kind = part["inlineData"]["mimeType"] if "inlineData" in part else "file"
    return f"[{kind}, below]"
