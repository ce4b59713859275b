"""What a repair is: a refusal of Google's goes into a family, and a better request comes out, or None.

`learnt_from` makes the repair of a refusal that is about an ability of the model: what it teaches is tried on the
request, by the fitters that will apply it beforehand from then on.
"""

from collections.abc import Callable

from gcli2api_tui.events.problems import UpstreamFault
from gcli2api_tui.gemini.abilities import Abilities, Lesson, taught
from gcli2api_tui.gemini.fitting import fitted
from gcli2api_tui.gemini.types import GenerateRequest
from gcli2api_tui.messages.message import NOTHING, Message, joined, say
from gcli2api_tui.quick_dataclass import dataclass

_LONGEST_WORDS = 300


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request, and why Google did not take it. `abilities`: what is known of the model, not what was applied."""

    request: GenerateRequest
    fault: UpstreamFault
    abilities: Abilities

    @property
    def words(self) -> str:
        return self.fault.message


@dataclass(frozen=True, slots=True)
class Repair:
    """The same request, better."""

    request: GenerateRequest
    said: Message = NOTHING
    """What was changed, as "M takes no MINIMAL: sent LOW"; for the log and the hop."""
    lesson: Lesson | None = None
    """What is known of the model if Google answers now; None where it is about this request alone."""


Family = Callable[[Refusal], Repair | None]
"""None where the refusal is none of the family's, or nothing is left to change: so no repair is made twice."""


def learnt_from(refusal: Refusal, ability: str, value: str = "") -> Repair | None:
    """The request without what the model has just refused."""
    lesson = Lesson(refusal.abilities.model, ability, value, refusal.words[:_LONGEST_WORDS])
    request, changes = fitted(taught(refusal.abilities, [lesson]), refusal.request)
    return Repair(request, joined(*changes), lesson) if changes else None


def changed_to(request: GenerateRequest, refusal: Refusal, lesson: Lesson | None = None) -> Repair | None:
    """A repair of this request in particular; None where it is the same as before."""
    return Repair(request, say("why.repaired"), lesson) if request != refusal.request else None
