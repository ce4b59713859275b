"""What follows a hop of a long answer, and what an answer ends with that cannot go on. Pure; the policy asks.

A token is good on the credential that began, for the request that began: a hop is asked for there or nowhere. One that
failed passingly is asked for again, as often as any request in trouble; a token that is new is progress, and counts
from the beginning. Where nothing goes on, the client has what there is, as an answer that was too long.
"""

from collections.abc import Sequence
from dataclasses import replace

from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.gemini.finish_reasons import DIVERGED
from gcli2api_tui.gemini.types import GenerateResponse
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.relay.attempt import Broke, HopEnded, Left, Outcome, Refused, Step, StoppedAtLimit
from gcli2api_tui.relay.hops import MOST_HOPS, Checkpoint

MOST_REQUESTS = 2 * MOST_HOPS
"""For one answer, those included that failed."""


@dataclass(frozen=True, slots=True)
class Stood:
    """An answer that goes no further: `end` is all that the client has not got of it."""

    end: GenerateResponse
    checkpoint: Checkpoint | None = None
    """Of a long answer."""
    why: Message = NOTHING

    @property
    def has_content(self) -> bool:
        return self.checkpoint is None or self.checkpoint.shown


def resumed(outcomes: Sequence[Outcome]) -> Step | None:
    """The next hop, or the rest of one that broke off."""
    last = outcomes[-1]
    if not isinstance(last, HopEnded | Broke) or last.pause is None or len(outcomes) >= MOST_REQUESTS:
        return None
    checkpoint = last.pause.checkpoint
    if checkpoint.hop > MOST_HOPS or (isinstance(last, Broke) and last.fault.reason == DIVERGED):
        return None
    step = last.attempt.step
    so_far = step.so_far.extended(last.said) if step.so_far and last.said is not None else None
    key = "why.hop" if isinstance(last, HopEnded) else "why.hop_again"
    return replace(
        step,
        reason=say(key, hop=checkpoint.hop, tokens=f"{checkpoint.made:,}"),
        lease=None,
        only=last.attempt.lease.credential.id,
        without=((),),
        pause_s=0.0,
        renew=False,
        empty_counts=True,
        so_far=so_far,
        checkpoint=checkpoint,
    )


def asked_again(refused: Refused) -> Step:
    """The same hop once more, on the same credential."""
    return replace(refused.attempt.step, lease=None, renew=False, only=refused.attempt.lease.credential.id)


def began(outcomes: Sequence[Outcome]) -> tuple[CredentialId, ...]:
    """Who has begun the answer, and could not go on with it."""
    return tuple({one.attempt.lease.credential.id: None for one in outcomes if isinstance(one, HopEnded | Broke)})


def stalled(outcomes: Sequence[Outcome]) -> list[FaultKind]:
    """The failures since the last token that was new."""
    last = outcomes[-1]
    reached = last.pause.checkpoint if isinstance(last, Broke) and last.pause else last.attempt.step.checkpoint
    kinds: list[FaultKind] = []
    for one in reversed(outcomes):
        began = one.attempt.step.checkpoint
        if not isinstance(one, Refused | Broke) or not began or not reached or began.token != reached.token:
            break
        kinds.append(one.fault.kind)
    return kinds


def as_it_stood(outcomes: Sequence[Outcome]) -> Stood | None:
    """The answer that Google ended at its limit or between two hops, where what should follow has brought nothing.

    A long answer stands wherever it broke off: what the client has of it is good, and it is not complete.
    """
    for one in reversed(outcomes):
        if isinstance(one, StoppedAtLimit):
            return Stood(one.end)
        if isinstance(one, HopEnded | Broke | Left) and one.pause:
            return Stood(one.pause.end, one.pause.checkpoint)
        if not isinstance(one, Refused) and not (isinstance(one, Left) and not one.content):
            return None
    return None
