"""One try on one credential, as values: a Step says how it is to be made, an Outcome what came of it.

The policy decides on steps by the outcomes before; an Attempt is the step on a credential. attempt.py makes one.
"""

from dataclasses import field
from typing import ClassVar

from gcli2api_tui.events.problems import UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.gemini.abilities import Lesson
from gcli2api_tui.gemini.model_retirement import Retirement
from gcli2api_tui.gemini.repairs import Repair
from gcli2api_tui.gemini.types import GenerateRequest, GenerateResponse, UsageMetadata
from gcli2api_tui.messages.message import NOTHING, Message
from gcli2api_tui.pool.ports import ANY, Lease
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.relay.answer_hops import Checkpoint, Pause
from gcli2api_tui.relay.cut_off_answers import SoFar


@dataclass(frozen=True, slots=True)
class Step:
    """How the next attempt is made; the policy decides it."""

    request: GenerateRequest
    """Without the signatures that its credential needs, unless it was repaired."""
    lease: Lease | None = None
    """Stay on this one; None takes another credential."""
    only: CredentialId = ANY
    """The one credential that can do it."""
    otherwise: "Step | None" = None
    """What to do where that one is not to be had."""
    without: tuple[tuple[CredentialId, ...], ...] = ((),)
    """Whom to pass over; where that leaves nobody, the next of these counts."""
    pause_s: float = 0.0
    renew: bool = False
    """Get a new access token first."""
    repairs: tuple[Repair, ...] = ()
    """What was changed because Google refused the request as it was, and what that teaches if Google answers now."""
    changes: tuple[Message, ...] = ()
    """What the model was known not to take, for people."""
    whole: bool = False
    """Ask for a whole answer; a client that wants a stream gets it from that."""
    empty_counts: bool = False
    """An answer without content is taken as it is."""
    so_far: SoFar | None = None
    """What this attempt continues; None where nothing may be continued."""
    checkpoint: Checkpoint | None = Checkpoint()
    """Where this attempt goes on with a long answer; None where the client does so itself."""
    reason: Message = NOTHING
    """Why there is another attempt, for people; empty where the pool's choice says all."""

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        return tuple(one.lesson for one in self.repairs if one.lesson)

    @property
    def is_later_hop(self) -> bool:
        """Whether it is asked with a token, and so as the first one was."""
        return self.checkpoint is not None and self.checkpoint.token != ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A step on the credential that was leased for it, with the request as that credential needs it."""

    lease: Lease
    request: GenerateRequest
    step: Step


@dataclass(frozen=True, slots=True)
class Answered:
    """A complete answer, and the sink has it. `reason` is Google's finish reason."""

    attempt: Attempt
    reason: str = ""
    value: dict[str, object] = field(default_factory=dict)
    """The answer to a question that is no generation."""
    retires: Retirement | None = None
    """What it said of the end of the model."""
    rest: Checkpoint | None = None
    """Where it would go on, had the client not limited it."""
    begun: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class StoppedAtLimit:
    """An answer that stopped for its length and can go on; the sink has all but its `end`."""

    attempt: Attempt
    end: GenerateResponse
    said: str
    usage: UsageMetadata
    rest: Checkpoint | None = None
    """Where Google itself can go on with it."""
    begun: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class HopEnded:
    """A hop of a long answer, and the sink has it. `said` is its text; None where no text can be joined to it."""

    attempt: Attempt
    pause: Pause
    said: str | None = None
    begun: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Refused:
    """No answer, and the sink has nothing of it. `begun`: Google had begun to answer, and has counted it."""

    attempt: Attempt
    fault: UpstreamFault
    begun: bool = False
    empty: bool = False
    """It was a finished answer without content."""


@dataclass(frozen=True, slots=True)
class Broke:
    """The sink has a part of an answer. `said` is its text; None where nothing can be joined to it."""

    attempt: Attempt
    fault: UpstreamFault
    said: str | None = None
    usage: UsageMetadata = field(default_factory=UsageMetadata)
    pause: Pause | None = None
    """Where a long answer can be resumed."""
    begun: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Left:
    """Cancelled: nobody waits for it any more. `content`: the sink has a part of an answer."""

    attempt: Attempt
    begun: bool = False
    content: bool = False
    pause: Pause | None = None


Served = Answered | StoppedAtLimit | HopEnded
Failed = Refused | Broke
Outcome = Served | Failed | Left
