"""A request whose client waits or reads: a task for the answer, and what is due at which time.

In: what wiring gives every request, a call's policy, the recorder, the client's response. Out: the response, ended.
Invariants: a cancellation is never swallowed unless somebody here asked for it; whatever happens the client's answer
ends, and the ledger knows how.
"""

import asyncio

from gcli2api_tui.events.problems import FaultKind, Problem, UpstreamFault
from gcli2api_tui.gemini.catalogue import Model
from gcli2api_tui.gemini.stream_parts import read
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import replace
from gcli2api_tui.relay.affinity import affinity_of
from gcli2api_tui.relay.attempt import Answered, Attempt, Broke, Left, Outcome
from gcli2api_tui.relay.exchange import ExchangeLoop
from gcli2api_tui.relay.generation import generate
from gcli2api_tui.relay.lifetime import BY_CHOICE, OVERDUE, Lifetime, Stop, crashed
from gcli2api_tui.relay.policy import Policy
from gcli2api_tui.relay.recorder import ExchangeRecorder
from gcli2api_tui.relay.response import Response
from gcli2api_tui.relay.resumption import Stood, as_it_stood
from gcli2api_tui.relay.services import RelayServices
from gcli2api_tui.relay.timekeeper import Timekeeper
from gcli2api_tui.upstream.ports import Backend


class Exchange(Lifetime):
    """A request whose client gets a response as it comes: content within the deadline, then without silence."""

    def __init__(
        self,
        means: RelayServices,
        policy: Policy,
        recorder: ExchangeRecorder,
        response: Response,
        timekeeper: Timekeeper,
    ) -> None:
        self._limits = policy.limits
        super().__init__(self._limits.request_deadline_s, self._limits.silence_s)
        self._call = policy.call
        self._clock = means.clock
        self._learn = means.signatures.learn
        self._recorder = recorder
        self._response = response
        self._attempts = ExchangeLoop(means, policy, recorder, affinity_of(policy.call))
        response.on_heard = self._attempts.place.accepted
        self._timekeeper = timekeeper
        began = means.clock.monotonic()
        self._deadline, self._hold = began + self._limits.request_deadline_s, began + self._limits.first_byte_hold_s

    def begin(self) -> None:
        """Both: the answer, and its time."""
        self.start(f"exchange {self._recorder.exchange}", self.run())
        self._timekeeper.begin(self)

    async def run(self) -> None:
        """To the end, whatever it is; only a cancellation that nobody here asked for goes on."""
        try:
            self._end(await self._attempts.run(self._generate, self._succeeded))
        except asyncio.CancelledError:
            if self.stopped_by is None:
                raise
            self._end_stopped()
        finally:
            self.settle()

    def _succeeded(self, model: str, heir: Model) -> None:
        self._response.answered_by = heir.id
        self._recorder.succeeded(model, heir.id)

    async def _generate(self, attempt: Attempt, backend: Backend) -> Outcome:
        if self._call.fake:
            self._response.commit()
        self._response.listens(self._limits.request_deadline_s if attempt.step.is_later_hop else 0.0)
        outcome = await generate(attempt, backend, self._response, self._learn)
        self._response.listens_no_more()
        return self._after_silence(outcome) if isinstance(outcome, Left) and self.was_broken_off() else outcome

    def _after_silence(self, left: Left) -> Outcome:
        """A long answer can be resumed; another one ends here."""
        if left.pause:
            fault = UpstreamFault(
                FaultKind.TIMEOUT, say("relay.silent", span=f"{self._limits.silence_s:g}"), status=504
            )
            return Broke(left.attempt, fault, pause=left.pause)
        self.stop("silence")
        return left

    def _end(self, result: Answered | Stood | Problem) -> None:
        if isinstance(result, Problem):
            self._response.fail(result)
        elif isinstance(result, Stood):
            if at := result.checkpoint:
                self._recorder.warn(say("relay.stood", hop=at.hop, tokens=f"{at.made:,}", why=result.why))
            self._response.feed(read([result.end]))
            self._response.finish()

    def _end_stopped(self) -> None:
        """An answer that stood at its limit when the deadline came is good as Google ended it."""
        stood = as_it_stood(self._attempts.outcomes)
        if stood and self.stopped_by in OVERDUE and (problem := self.problem()):
            self._end(replace(stood, why=problem.message))
            return
        if self.stopped_by in BY_CHOICE:
            self._recorder.cancelled()
        if problem := self.problem():
            self._response.fail(problem)

    def stop(self, why: Stop) -> None:
        if not self._recorder.ended:
            super().stop(why)

    def settle(self) -> None:
        """Whatever happened, and however often it is called: the ledger knows the end, and the response is over."""
        try:
            if self._response.finished:
                self._recorder.finished(self._response.finish_reason)
            elif not self._recorder.ended and self.stopped_by:
                self._end_stopped()
            elif not self._recorder.ended:
                self._response.fail(crashed())
        finally:
            if not self._recorder.ended:
                self._recorder.failed(500, crashed())
            self._response.close()
            self._timekeeper.end(self)
            self.end()

    def look(self) -> float:
        """Commit after the hold, keep a waiting client's connection alive, end what is overdue."""
        moment = self._clock.monotonic()
        if moment >= self._response.overdue(self._deadline, self._limits.silence_s):
            self._end_overdue()
            return moment + self._limits.heartbeat_s
        if not self._call.stream or moment < self._hold:
            return self._next(moment, self._hold)
        return self._next(moment, self._response.beat(self._limits.heartbeat_s))

    def _next(self, moment: float, beat: float) -> float:
        """When to look again; `beat` is for streams, which must not stand silent."""
        overdue = self._response.overdue(self._deadline, self._limits.silence_s)
        return min(overdue, moment + self._limits.heartbeat_s, beat if self._call.stream else overdue)

    def _end_overdue(self) -> None:
        """Without content all of it, else what is silent: that may be resumed."""
        if not self._response.has_content:
            self.stop("deadline")
            return
        self._response.listens_no_more()
        self.break_off()
