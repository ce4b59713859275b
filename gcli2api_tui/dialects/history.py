"""A conversation as Google reads it, grown message by message; what the dialects' messages have in common.

Invariants that live here: no content is empty; what the system says in the middle stays in the middle; a content
with results of functions holds nothing else and stands right behind the one with their calls.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gcli2api_tui.dialects.call import RemoteFile
from gcli2api_tui.dialects.declarations import wire_name
from gcli2api_tui.dialects.fields import sound, text, wrong
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.types import Content, Part
from gcli2api_tui.messages.message import say

Call = tuple[str, Part]
"""(call id, functionCall part)"""


@dataclass(slots=True)
class History:
    """What the messages come to; `prompt` is the same in words, for the transcript."""

    system: list[str] = field(default_factory=list)
    contents: list[Content] = field(default_factory=list)
    prompt: list[tuple[str, str]] = field(default_factory=list)
    remote: list[RemoteFile] = field(default_factory=list)

    def instruct(self, words: Sequence[str]) -> None:
        """What the system says: first of all, or in its place in the conversation."""
        self.prompt.append(("system", "\n".join(words)))
        if not self.contents:
            self.system += words
        else:
            # Moved to the front it would mean something else.
            self.say("user", [{"text": f"<system>\n{item}\n</system>"} for item in words])

    def ask(self, found: list[Part]) -> None:
        """What the user says."""
        self.prompt.append(("user", "\n".join(map(in_words, found))))
        self.say("user", found)

    def answer(self, found: list[Part], results: Mapping[str, dict[str, object]]) -> None:
        """What the model said and called, and at once what became of its calls: by id, as Google's `response`.

        A call without a result gets one that says so: Google wants as many as there are calls.
        """
        self.prompt.append(("assistant", "\n".join(map(in_words, found))))
        self.say("model", found)
        called = [part["functionCall"] for part in found if "functionCall" in part]
        answers: list[Part] = [
            {"functionResponse": {"id": one["id"], "name": one["name"], "response": _of(results, one["id"])}}
            for one in called
        ]
        if answers:
            self.contents.append({"role": "user", "parts": answers})

    def say(self, role: str, found: list[Part]) -> None:
        """Add parts; neighbours of one role become one content, but never one with results."""
        if not found:
            return
        last = self.contents[-1] if self.contents else None
        if last is not None and last["role"] == role and not _is_results(last):
            last["parts"].extend(found)
        else:
            self.contents.append({"role": role, "parts": found})

    def begun(self, where: str) -> None:
        """Make sure that there is something to answer: Google refuses a request without contents."""
        if not self.contents and self.system:
            # A lone system message is the question then.
            self.contents = [{"role": "user", "parts": [{"text": words} for words in self.system]}]
            self.system = []
        if not self.contents:
            wrong(where, say("request.no_content"))


def _is_results(content: Content) -> bool:
    """Results stand first in their content; looking at every part would be quadratic in the messages."""
    return "functionResponse" in content["parts"][0]


def _of(results: Mapping[str, dict[str, object]], identity: str) -> dict[str, object]:
    return results.get(identity, {"error": "no result"})


def call(name: str, arguments: object, identity: str, where: str) -> Part:
    """A function call of the conversation so far; `where` is its field."""
    if not name:
        wrong(f"{where}.name", say("request.call_name"))
    return {"functionCall": {"id": identity, "name": wire_name(name), "args": _arguments(arguments, where)}}


def _arguments(value: object, where: str) -> dict[str, object]:
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


def result(said: str) -> dict[str, object]:
    """What a tool said, as Google's `response`: a JSON object as it is, a list as a list, else the text it was."""
    if said.lstrip()[:1] in ("{", "["):
        try:
            parsed = _json(said)
        except ValueError:
            return {"result": said}
        return parsed if isinstance(parsed, dict) else {"result": parsed}
    return {"result": said}


def _json(written: str) -> object:
    """Raises ValueError for anything that could not travel on, too."""
    try:
        return sound(json.loads(written))
    except (ClientFault, RecursionError) as error:
        raise ValueError("not usable") from error


def in_words(part: Part) -> str:
    """A part for the transcript."""
    if "text" in part:
        return part["text"]
    if "functionCall" in part:
        made = part["functionCall"]
        return f"{made['name']}({json.dumps(made['args'], ensure_ascii=False)})"
    if "inlineData" in part:
        data = part["inlineData"]
        return f"[{data['mimeType']}, {len(data['data']) * 3 // 4:,} bytes]"
    return "[file]"
