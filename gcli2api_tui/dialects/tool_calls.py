"""Calls of the model and their results: names and ids on the wire, what a tool said, and which call it answers.

A name that Gemini would refuse travels under another; ids of one turn or answer never meet. Results go to their calls
by id where there is one: of several calls with one id the latest turn's, one after another; without an id by the name
of the function, without that by order among the calls that have no id. What could belong to several is refused rather
than guessed. What a tool said never becomes syntax: a result that Google would read as a reference, or whose numbers it
would round, travels as text.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gcli2api_tui.dialects.fields import sound, wrong
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.turns import refers
from gcli2api_tui.gemini.types import Part
from gcli2api_tui.messages.message import say

_FITS = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,63}\Z")
_LONG_NUMBER = re.compile(r"\d{16}")
_EXACT = 2**53
"""Google keeps numbers as doubles: whole ones above this lose their last digits."""
_Key = tuple[str, str]
"""(id, name): of a result with an id the name is empty."""


def wire_name(name: str) -> str:
    """The name Google sees. One that does not fit gets a hash of itself, so that two never meet."""
    if _FITS.match(name):
        return name
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
    plain = re.sub(r"[^A-Za-z0-9_.:-]", "_", name)[:54]
    return f"{plain if plain[:1].isalpha() or plain[:1] == '_' else '_' + plain}_{digest}"


def free_text(args: Mapping[str, object]) -> str:
    """The text that a custom tool gets; a model that gave it another form loses nothing of it."""
    said = args.get("input")
    return said if isinstance(said, str) else compact(args)


class DistinctIds(dict[str, int]):
    """The ids that are taken, and how often each was wanted."""

    def take(self, wanted: str) -> str:
        """`wanted`, or where that is taken the same with a number behind it."""
        count = self.get(wanted, 0)
        identity = wanted if not count else f"{wanted}_{count + 1}"
        while identity in self:
            count += 1
            identity = f"{wanted}_{count + 1}"
        self[wanted] = count + 1
        self.setdefault(identity, 1)
        return identity


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


@dataclass(slots=True, eq=False)
class PendingCall:
    """A call of the model. `run` counts turns: calls with nothing between them are one."""

    part: Part
    run: int
    result: ToolResult | None = None


class Pairing:
    """Hears a conversation in order, then `settle`s."""

    def __init__(self) -> None:
        self._run = 0
        self._interrupted = False
        self._latest: list[PendingCall] = []
        """The calls of this run."""
        self._by_id: defaultdict[str, list[PendingCall]] = defaultdict(list)
        self._by_name: defaultdict[str, list[PendingCall]] = defaultdict(list)
        self._results: list[ToolResult] = []

    def called(self, parts: Sequence[Part]) -> list[PendingCall]:
        """What the model said at once; its calls."""
        self.settle()
        if self._interrupted:
            self._run, self._latest, self._interrupted = self._run + 1, [], False
        calls = [PendingCall(part, self._run) for part in parts if "functionCall" in part]
        for call in calls:
            made = call.part["functionCall"]
            self._by_id[made["id"]].append(call)
            self._by_name[made["name"]].append(call)
        self._latest += calls
        return calls

    def interrupted(self) -> None:
        """Somebody else speaks."""
        self._interrupted = True

    def answered(self, result: ToolResult) -> None:
        self._results.append(result)
        self._interrupted = True

    def settle(self) -> None:
        """Give the results that came since the last calls to theirs: those with ids first, then those with names."""
        if not self._results:
            return
        came: dict[_Key, list[ToolResult]] = {}
        for result in self._results:
            key = (result.identity, "") if result.identity else ("", result.name and wire_name(result.name))
            came.setdefault(key, []).append(result)
        self._results.clear()
        for key in sorted(came, key=lambda key: (not key[0], not key[1])):
            self._give(key, came[key])
        self._give_only_one(came)

    def _give(self, key: _Key, results: Sequence[ToolResult]) -> None:
        identity, name = key
        group, at = (self._by_name, name) if name else (self._by_id, identity)
        if at in group:
            waiting = group[at] = [call for call in group[at] if call.result is None]
            for call, result in zip(_latest(waiting, len(results)), results, strict=False):
                _join(call, result)

    def _give_only_one(self, came: Mapping[_Key, Sequence[ToolResult]]) -> None:
        """A result that says nothing of its call belongs to the one that waits, if only one does."""
        left = [result for result in came.get(("", ""), ()) if not result.answers]
        waiting = [call for call in self._latest if call.result is None] if left else []
        if len(left) == len(waiting) == 1:
            _join(waiting[0], left[0])
        elif waiting:
            wrong(left[0].where, say("request.which_call"))


def _latest(waiting: Sequence[PendingCall], count: int) -> Sequence[PendingCall]:
    """Whom so many results answer: the calls of the latest runs that are enough of them, in order."""
    first = max(0, len(waiting) - count)
    while first and waiting[first - 1].run == waiting[first].run:
        first -= 1
    return waiting[first : first + count]


def _join(call: PendingCall, result: ToolResult) -> None:
    call.result, result.answers = result, True
