"""What whoever tests wrote down for the model to answer next, and for which request.

Turns are `{"text"?: str, "calls"?: [{"tool": pattern, "args"?: {…}}]}`: the next one goes to the next request that
declares functions that may be called and a match for every pattern; others get the usual answer. Arguments that are
demanded and left out are made up.
"""

import re
from collections import deque
from collections.abc import Iterable, Mapping

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.simulator.request_shape import Function, Request
from gcli2api_tui.simulator.sample_values import sample
from gcli2api_tui.simulator.tool_calls import declarations, mode, parameters


@dataclass(frozen=True, slots=True)
class ScriptedCall:
    """`tool` is searched for in the declared names; the first that has it is called."""

    tool: re.Pattern[str]
    args: Mapping[str, object]

    def chosen(self, declared: Iterable[Function]) -> Function | None:
        return next((one for one in declared if self.tool.search(one["name"])), None)


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer of the model, not yet fitted to a request."""

    text: str = ""
    calls: tuple[ScriptedCall, ...] = ()


@dataclass(frozen=True, slots=True)
class Lines:
    """One answer of the model, for the request that it was taken by; `calls` are `functionCall` values."""

    text: str
    calls: tuple[dict[str, object], ...]


class Script:
    """The turns that wait, in order."""

    def __init__(self) -> None:
        self._turns: deque[Turn] = deque()

    def __len__(self) -> int:
        return len(self._turns)

    def add(self, turns: object) -> None:
        """Raises ValueError when it is no list of turns; nothing is added then."""
        if not isinstance(turns, list):
            raise ValueError("A script is a list of turns.")
        self._turns.extend([_turn(one) for one in turns])

    def clear(self) -> None:
        self._turns.clear()

    def take(self, request: Request) -> Lines | None:
        """The next turn as an answer to `request`; None when there is none, or it is not for this one."""
        declared = [] if mode(request) == "NONE" else list(declarations(request))
        if not self._turns or not declared:
            return None
        turn = self._turns[0]
        calls: list[dict[str, object]] = []
        for call in turn.calls:
            function = call.chosen(declared)
            if function is None:
                return None
            calls.append({"name": function["name"], "args": {**sample(parameters(function), ""), **call.args}})
        self._turns.popleft()
        return Lines(turn.text, tuple(calls))


def _turn(value: object) -> Turn:
    if not isinstance(value, dict) or not value.keys() <= {"text", "calls"}:
        raise ValueError("A turn is {text?, calls?}.")
    if not value.get("text") and not value.get("calls"):
        raise ValueError("A turn has text or calls.")
    return Turn(str(value.get("text", "")), tuple(_call(one) for one in value.get("calls", ())))


def _call(value: object) -> ScriptedCall:
    if not isinstance(value, dict) or "tool" not in value or not value.keys() <= {"tool", "args"}:
        raise ValueError("A call is {tool, args?}.")
    try:
        return ScriptedCall(re.compile(value["tool"]), dict(value.get("args", {})))
    except (re.error, TypeError) as error:
        raise ValueError(f"The call of {value['tool']!r} cannot be read: {error}") from None
