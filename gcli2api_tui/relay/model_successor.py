"""A request whose model has ended, as one for its successor; and what is known of ends where nothing is.

In: a call and the model that answers in its place. Out: the call that Google is asked. Pure.
"""

from collections.abc import Collection
from dataclasses import replace

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.events.problems import Problem, UpstreamFault
from gcli2api_tui.gemini.catalogue import Model
from gcli2api_tui.gemini.model_retirement import Retirement, for_successor


def succeeded(call: Call, heir: Model) -> Call:
    """The same request for another model, by that one's rules."""
    return replace(call, model=heir.id, backends=heir.backends, request=for_successor(heir, call.request))


class NoEnds:
    """Implements ModelEnds: no model ends."""

    def asked(self, model: str) -> None:
        """Nobody counts."""

    def left(self, model: str, backends: Collection[str]) -> tuple[str, ...]:
        return tuple(backends)

    def remembered(self, model: str) -> Problem:
        raise LookupError(model)

    def refused(self, model: str, backend: str, fault: UpstreamFault) -> bool:
        return False

    def told(self, backend: str, retirement: Retirement) -> None:
        """Nobody listens."""

    def heir(self, model: str, problem: Problem) -> Model | None:
        return None

    def explained(self, model: str, problem: Problem) -> Problem:
        return problem
