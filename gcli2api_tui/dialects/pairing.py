"""Which result belongs to which call of the model.

In: the calls and the results of a conversation in their order. Out: each call has its result or none; a result that
answers no call says so. By id where there is one: of several calls with one id the latest turn's, one after another.
Without an id by the name of the function, without that by order among the calls that have no id. What could belong to
several is refused rather than guessed.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gcli2api_tui.dialects.declarations import wire_name
from gcli2api_tui.dialects.fields import wrong
from gcli2api_tui.dialects.tool_results import ToolResult
from gcli2api_tui.gemini.types import Part
from gcli2api_tui.messages.message import say

_Key = tuple[str, str]
"""(id, name): of a result with an id the name is empty."""


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
