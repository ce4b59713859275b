"""What follows an attempt: the one place for retries, repairs, continuations, blame and the final error. Pure.

In: a call and the outcomes of its attempts so far. Out: the next Step, or None and then what the client gets. The rule,
as the documents tell it: a request that Google refused for its form is repaired, a refused token renewed, and the same
credential asked again; who refuses otherwise is passed over, however many they are; trouble that is nobody's fault is
tried again after a pause, `limits.attempts` times in all; with content out, an answer is only continued.
"""

from collections.abc import Callable, Sequence

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.events.problems import FaultKind, NoCredential, Problem, UpstreamFault
from gcli2api_tui.gemini.abilities import Abilities, taught
from gcli2api_tui.gemini.finish_reasons import DIVERGED
from gcli2api_tui.gemini.fit_to_model import fitted
from gcli2api_tui.gemini.owned_resources import names_a_thing
from gcli2api_tui.gemini.repairs import Refusal, repaired
from gcli2api_tui.gemini.types import UsageMetadata
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.pool.ports import Group
from gcli2api_tui.quick_dataclass import dataclass, replace
from gcli2api_tui.relay import fault_rules, hop_resumption
from gcli2api_tui.relay.answer_hops import Checkpoint, Pause
from gcli2api_tui.relay.cut_off_answers import MOST, SoFar, joinable
from gcli2api_tui.relay.fault_rules import RATE_LIMITS, RETRYABLE, retries_exhausted
from gcli2api_tui.relay.hop_resumption import Stood, Unended, ends_with_model
from gcli2api_tui.relay.ports import Limits
from gcli2api_tui.relay.steps_and_outcomes import (
    Answered,
    Broke,
    Failed,
    HopEnded,
    Outcome,
    Refused,
    Served,
    Step,
    StoppedAtLimit,
)

NOT_OF_QUESTIONS = RETRYABLE | {FaultKind.CLIENT, FaultKind.MODEL}
"""Of a question that is no generation, these say nothing of a credential."""

KnownModel = Callable[[str], bool]
"""Whether the catalogue has a model; any other is a thing of somebody's."""

BEGINNING, IN_WORDS = Checkpoint(), Checkpoint(said="")
"""Where each answer begins; `said` is kept of those that a client may ask the rest of."""

_NEVER_CONTINUED = frozenset({FaultKind.CLIENT, FaultKind.RESOURCE})


@dataclass(frozen=True, slots=True)
class Policy:
    """One per call; it remembers nothing, the outcomes say all."""

    call: Call
    group: Group
    """The credentials that may serve whoever asks."""
    limits: Limits = Limits()
    """Those of the moment at which it began."""
    known_model: KnownModel = lambda model: True
    abilities: Abilities = Abilities()
    """What the model takes of this call."""
    counted: bool = True
    """Google counts this call against a quota."""
    unheard: frozenset[FaultKind] = frozenset()
    """Faults of this call that tell the pool nothing."""
    heirs: bool = True
    """A 404 may mean that the model has ended, and its successor answer. That of vectors may mean no more than that
    this model makes none; and a successor's would be others."""
    opening: Message = NOTHING
    """Why this call is asked and not the client's own."""
    unended: Unended | None = None
    """The answer that the client asks the rest of."""

    def next(self, outcomes: Sequence[Outcome]) -> Step | None:
        """The next attempt; None when there is nothing better to try."""
        if not outcomes:
            return self._first()
        match outcomes[-1]:
            case Refused() as refused if refused.attempt.step.is_later_hop:
                return self._renewed(refused, outcomes) or self._hop_again(refused, outcomes)
            case Refused() as refused:
                return self._repaired(refused) or self._renewed(refused, outcomes) or self._another(refused, outcomes)
            case HopEnded(pause=pause) as ended:
                return self._resumed(ended, pause, outcomes)
            case Broke(fault=fault, pause=Pause() as pause) as broke if fault.kind not in _NEVER_CONTINUED:
                return self._resumed(broke, pause, outcomes)
            case StoppedAtLimit() as stopped:
                return self._unlimited(stopped)
            case Broke(attempt, fault, str() as said, usage) if fault.kind not in _NEVER_CONTINUED:
                return self._continued(attempt.step, said, usage)
        return None

    def _first(self) -> Step:
        call = self.call
        so_far = SoFar() if call.full and joinable(call.request) else None
        request, changes = fitted(self.abilities, call.request)
        known = self.abilities.long_decode and not ends_with_model(call.request)
        beginning = None if call.own_hops else (IN_WORDS if known else BEGINNING)
        whole = call.fake or not call.stream
        step = Step(request, whole=whole, so_far=so_far, checkpoint=beginning, reason=self.opening, changes=changes)
        return self._rest_of(self.unended, step) if self.unended else step

    def _rest_of(self, unended: Unended, anew: Step) -> Step:
        """Google's own going on, and where that is not to be had, the conversation as it stands."""
        request, changes = fitted(self.abilities, unended.request)
        return replace(
            anew,
            request=request,
            changes=changes,
            only=unended.credential,
            otherwise=anew,
            so_far=anew.so_far and replace(anew.so_far, text=unended.checkpoint.said or ""),
            checkpoint=unended.checkpoint,
            reason=say("why.rest", tokens=f"{unended.checkpoint.made:,}"),
        )

    def _repaired(self, refused: Refused) -> Step | None:
        """The same credential, with what Google refused changed or left out."""
        attempt = refused.attempt
        known = taught(self.abilities, attempt.step.lessons)
        repair = repaired(Refusal(attempt.request, refused.fault, known))
        if repair is None:
            return None
        repairs = (*attempt.step.repairs, repair)
        return replace(_same(refused), request=repair.request, repairs=repairs, reason=repair.said)

    def _renewed(self, refused: Refused, outcomes: Sequence[Outcome]) -> Step | None:
        """The same credential on a new access token, once."""
        lease = refused.attempt.lease
        again = any(one.attempt.step.renew for one in outcomes if one.attempt.lease is lease)
        if refused.fault.kind is not FaultKind.AUTH or again:
            return None
        return replace(_same(refused), renew=True, reason=say("why.new_token"))

    def _another(self, refused: Refused, outcomes: Sequence[Outcome]) -> Step | None:
        """Another credential, after a pause where Google is in trouble; one again that was not to blame."""
        failed = _failed(outcomes)
        troubles = [one.fault.kind for one in failed if one.fault.kind in RETRYABLE]
        if fault_rules.is_hopeless(refused.fault) or retries_exhausted(troubles, self.limits.attempts):
            return None
        step = refused.attempt.step
        return self._explained(
            replace(
                step,
                lease=None,
                renew=False,
                without=fault_rules.passed_over(failed),
                pause_s=fault_rules.pause_s(refused.fault, len(troubles)),
                whole=step.whole or fault_rules.whole_is_better(failed),
                empty_counts=step.empty_counts or refused.empty,
            )
        )

    def rested(self, step: Step, outcomes: Sequence[Outcome]) -> Step:
        """The same step after a wait: who named the end of a limit may be asked again."""
        limits = (one for one in _failed(outcomes) if one.fault.kind in RATE_LIMITS and one.fault.hint_s)
        over = {one.attempt.lease.credential.id for one in limits}
        return replace(step, without=(tuple(key for key in step.without[-1] if key not in over),))

    def _resumed(self, last: HopEnded | Broke, pause: Pause, outcomes: Sequence[Outcome]) -> Step | None:
        """The next of a long answer, from the credential that began; where that is not to be had, what else."""
        step, otherwise = hop_resumption.resumed(outcomes), self._continued_by_text(last, pause)
        if step is None:
            return otherwise
        if otherwise is None and not pause.checkpoint.shown:
            otherwise = replace(self._first(), without=(hop_resumption.began(outcomes),))
        failed = hop_resumption.stalled(outcomes)
        if retries_exhausted(failed, self.limits.attempts):
            return otherwise
        wait_s = fault_rules.pause_s(last.fault, len(failed)) if isinstance(last, Broke) and failed else 0.0
        return replace(step, pause_s=wait_s, otherwise=otherwise)

    def _continued_by_text(self, last: HopEnded | Broke, pause: Pause) -> Step | None:
        """A full answer, from any credential."""
        usage = pause.end.get("usageMetadata") or {}
        return None if last.said is None else self._continued(last.attempt.step, last.said, usage)

    def _hop_again(self, refused: Refused, outcomes: Sequence[Outcome]) -> Step | None:
        """From the same credential, after a pause: a limit's own length is what the pool makes of it."""
        failed = hop_resumption.stalled(outcomes)
        passing = refused.fault.kind in RETRYABLE | RATE_LIMITS and refused.fault.reason != DIVERGED
        if not passing or retries_exhausted(failed, self.limits.attempts):
            return refused.attempt.step.otherwise
        return replace(hop_resumption.asked_again(refused), pause_s=fault_rules.pause_s(refused.fault, len(failed)))

    def _unlimited(self, stopped: StoppedAtLimit) -> Step | None:
        """The rest of a full answer: from Google itself where it gave a token, else by the text."""
        attempt, rest = stopped.attempt, stopped.rest
        by_text = self._continued(attempt.step, stopped.said, stopped.usage)
        if by_text is None or rest is None or attempt.step.so_far is None:
            return by_text
        return replace(
            by_text,
            only=attempt.lease.credential.id,
            otherwise=by_text,
            so_far=attempt.step.so_far.after(stopped.said, {}),
            checkpoint=replace(rest, request=hop_resumption.raised(rest.request, rest.made, self.call.request)),
        )

    def _continued(self, step: Step, said: str, usage: UsageMetadata) -> Step | None:
        """The rest of an answer that was cut, from any credential."""
        if step.so_far is None or not step.so_far.may_go_on:
            return None
        so_far = step.so_far.after(said, usage)
        fresh = Step(step.request, repairs=step.repairs, whole=step.whole, empty_counts=True, so_far=so_far)
        return self._explained(replace(fresh, checkpoint=None) if self.call.own_hops else fresh)

    def _explained(self, step: Step) -> Step:
        if step.whole and self.call.stream and not self.call.fake:
            return replace(step, reason=say("why.whole"))
        if step.so_far and step.so_far.continuations:
            reason = say("why.continues", round=step.so_far.continuations, most=MOST)
            return replace(step, reason=reason)
        return replace(step, reason=NOTHING)

    def judged(self, failed: Failed) -> Failed:
        """The outcome with its fault as what it is for this request."""
        if not fault_rules.is_doubtful(failed.fault):
            return failed
        call = self.call
        names = not self.known_model(call.model) or names_a_thing(call.request, call.model)
        return replace(failed, fault=fault_rules.about_a_thing(failed.fault)) if names else failed

    def blamed(self, last: Outcome) -> UpstreamFault | None:
        """What the pool hears of a lease that is given back, by its last outcome."""
        if not isinstance(last, Failed):
            return None
        fault = last.fault
        if isinstance(last, Broke) and fault.kind is FaultKind.AUTH:
            return None  # nothing was renewed yet: the token is to blame, not the sign-in
        about_it = fault.kind is not FaultKind.RESOURCE and not fault_rules.is_unheard(fault)
        return fault if about_it and fault.kind not in self.unheard else None

    def blamed_at_last(self, outcomes: Sequence[Outcome]) -> list[Failed]:
        """Whom else, now that they are served, broken off or given up."""
        served = bool(outcomes) and isinstance(outcomes[-1], Served)
        failed = _failed(outcomes)
        found = fault_rules.to_blame(failed, served=served) if failed else []
        return [one for one in found if one.fault.kind not in self.unheard]

    def result(self, outcomes: Sequence[Outcome], nobody: Problem | None) -> Answered | Stood | Problem:
        """What the client gets when there is no next step; `nobody` says why no credential could be had for one."""
        if outcomes and isinstance(outcomes[-1], Answered):
            return outcomes[-1]
        stood = hop_resumption.as_it_stood(outcomes)
        failed = _failed(outcomes)
        trouble = nobody or (failed[-1].fault if failed else None)
        if stood and (stood.has_content or trouble is None):
            return replace(stood, why=trouble.message if trouble else say("relay.too_many_hops"))
        return self.final_error(outcomes, nobody)

    def final_error(self, outcomes: Sequence[Outcome], nobody: Problem | None) -> Problem:
        """Of several truths one: what broke the answer off, what Google said of the request, a known waiting time."""
        broke = next((one for one in reversed(outcomes) if isinstance(one, Broke)), None)
        if broke:
            return broke.fault
        failed = _failed(outcomes)
        if not isinstance(nobody, NoCredential):
            return nobody or failed[-1].fault
        heard = fault_rules.heard(failed)
        if heard is None:
            return nobody
        # Where Google counts nothing the pool has learnt of no limit, and its waiting time is none; of the one
        # credential that was chosen Google's own words tell more.
        waits = self.counted and nobody.retry_after_s is not None and not self.call.only
        return nobody if waits and heard.kind is not FaultKind.RESOURCE else heard


def _same(refused: Refused) -> Step:
    """Once more on the same credential."""
    return replace(refused.attempt.step, lease=refused.attempt.lease, renew=False, pause_s=0.0)


def _failed(outcomes: Sequence[Outcome]) -> list[Failed]:
    """The failures since the answer was begun, or last continued: of each lease the last."""
    failed: list[Failed] = []
    after = None
    for one in reversed(outcomes):
        if after and not isinstance(one, Refused):
            break
        if isinstance(one, Failed) and (after is None or after.attempt.lease is not one.attempt.lease):
            failed.append(one)
        after = one
    return failed[::-1]
