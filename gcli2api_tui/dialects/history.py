"""A conversation as Google reads it, grown message by message; what the dialects' messages have in common.

In: what each said, in order, with the ids that the client gave. Out, after `finish`: `system` and `contents`.
Invariants that live here: no content is empty; what the system says in the middle stays in the middle; calls follow the
user, and their results, as many, follow them at once; ids within a turn are distinct; no word that a client sent is
lost.
"""

from collections.abc import Sequence
from dataclasses import field

from gcli2api_tui.dialects.call import RemoteFile
from gcli2api_tui.dialects.fields import text, wrong
from gcli2api_tui.dialects.tool_calls import DistinctIds, Pairing, PendingCall, ToolResult, parsed_json, wire_name
from gcli2api_tui.gemini.turns import begun_by_user, ended_by_user
from gcli2api_tui.gemini.types import Content, Part
from gcli2api_tui.json_encoder import encoder
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

_IN_WORDS = encoder(ensure_ascii=False)
_NO_RESULT: dict[str, object] = {"error": "no result"}


@dataclass(slots=True)
class _Turn:
    """What the model said in one go."""

    parts: list[Part]
    calls: list[PendingCall] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Instruction:
    words: Sequence[str]


@dataclass(slots=True)
class History:
    """What the messages come to; `prompt` is the same in words, for the transcript."""

    system: list[str] = field(default_factory=list)
    contents: list[Content] = field(default_factory=list)
    prompt: list[tuple[str, str]] = field(default_factory=list)
    remote: list[RemoteFile] = field(default_factory=list)
    _said: list[_Turn | _Instruction | ToolResult | list[Part]] = field(default_factory=list)
    _uses_tools: bool = False
    """Something was called, or came of a call: what belongs together is looked for."""

    def instruct(self, words: Sequence[str]) -> None:
        """What the system says: first of all, or in its place in the conversation."""
        self._said.append(_Instruction(words))

    def ask(self, found: list[Part]) -> None:
        """What the user says."""
        self._said.append(found)

    def answer(self, found: list[Part], *, goes_on: bool = False) -> None:
        """What the model said and called, under the ids that the client gave, or empty ones.

        Calls alone go on with the turn before them, and so does all that the client says does.
        """
        turn = self.turn
        self._uses_tools = self._uses_tools or any("functionCall" in part for part in found)
        if turn and (goes_on or all("functionCall" in part for part in found)):
            turn += found
        else:
            self._said.append(_Turn(found))

    @property
    def turn(self) -> list[Part] | None:
        """What the model has said, if nobody has spoken since."""
        last = self._said[-1] if self._said else None
        return last.parts if isinstance(last, _Turn) else None

    def result(self, came: ToolResult) -> None:
        """What became of a call; where it stands says nothing but that the model has heard it since."""
        self._said.append(came)
        self._uses_tools = True

    def finish(self, where: str) -> None:
        """Put together what was said since the last time. Raises ClientFault where there is nothing to answer."""
        if self._uses_tools:
            self._pair()
            self._uses_tools = False
        for one in self._said:
            self._tell(one)
        self._said.clear()
        if not self.contents and self.system:
            # A lone system message is the question then.
            self.contents = [{"role": "user", "parts": [{"text": words} for words in self.system]}]
            self.system = []
        if not self.contents:
            wrong(where, say("request.no_content"))
        if self.contents[0]["role"] == "model":
            contents = begun_by_user(self.contents)
            # A lone turn of the model is none of a conversation to Google, whatever the model.
            self.contents = ended_by_user(contents) if len(contents) == 1 else contents

    def _pair(self) -> None:
        pairing = Pairing()
        for one in self._said:
            if isinstance(one, _Turn):
                one.calls = pairing.called(one.parts)
            elif isinstance(one, ToolResult):
                pairing.answered(one)
            else:
                pairing.interrupted()
        pairing.settle()

    def _tell(self, one: _Turn | _Instruction | ToolResult | list[Part]) -> None:
        if isinstance(one, _Turn):
            self._answered(one)
        elif isinstance(one, ToolResult):
            self.prompt.append(("tool", one.words))
            self._speak("user", [] if one.answers else one.told())
        elif isinstance(one, _Instruction):
            self._instructed(one.words)
        else:
            self.prompt.append(("user", "\n".join(map(in_words, one))))
            self._speak("user", one)

    def _instructed(self, words: Sequence[str]) -> None:
        self.prompt.append(("system", "\n".join(words)))
        if not self.contents:
            self.system += words
        else:
            # Moved to the front it would mean something else.
            self._speak("user", [{"text": f"<system>\n{item}\n</system>"} for item in words])

    def _answered(self, turn: _Turn) -> None:
        """The model's words and calls, and at once what became of the calls."""
        ids = DistinctIds()
        for position, one in enumerate(turn.calls):
            made = one.part["functionCall"]
            made["id"] = ids.take(made["id"] or f"call_{position}")
        self.prompt.append(("assistant", "\n".join(map(in_words, turn.parts))))
        self._speak("model", turn.parts)
        if turn.calls:
            results = [part for one in turn.calls for part in _answers(one)]
            self.contents.append({"role": "user", "parts": results})

    def _speak(self, role: str, found: list[Part]) -> None:
        """Add parts; neighbours of one role become one content, but never one with results."""
        if not found:
            return
        last = self.contents[-1] if self.contents else None
        if last is not None and last["role"] == role and not _is_results(last):
            last["parts"].extend(found)
        else:
            self.contents.append({"role": role, "parts": found})


def _is_results(content: Content) -> bool:
    """Results stand first in their content; looking at every part would be quadratic in the messages."""
    return "functionResponse" in content["parts"][0]


def _answers(one: PendingCall) -> list[Part]:
    """The result, with its media; one that never came says so, because Google wants as many as there are calls."""
    made, result = one.part["functionCall"], one.result
    response = result.response if result else dict(_NO_RESULT)
    answer: Part = {"functionResponse": {"id": made["id"], "name": made["name"], "response": response}}
    return [answer, *(result.media if result else ())]


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
        parsed = parsed_json(written)
    except ValueError:
        return {"_raw": written}
    return parsed if isinstance(parsed, dict) else {"value": parsed}


def in_words(part: Part) -> str:
    """A part for the transcript."""
    if "text" in part:
        return part["text"]
    if "functionCall" in part:
        made = part["functionCall"]
        return f"{made['name']}({''.join(_IN_WORDS(made['args']))})"
    if "inlineData" in part:
        data = part["inlineData"]
        return f"[{data['mimeType']}, {len(data['data']) * 3 // 4:,} bytes]"
    return "[file]"
