"""A request while it runs: its tasks, what is due at which time, and how it ends from outside.

In: what every request is served with, a call's policy, the recorder, the client's response. Out: the response, ended.
Invariants: a cancellation is never swallowed unless somebody here asked for it; of several reasons to stop the first
counts; whatever happens the client's answer ends, and the ledger knows how. A stream runs in a task of its own, a whole
answer in that of whoever asks for it: of that nothing can be read before its end.
"""

import asyncio
from collections.abc import Coroutine
from typing import Literal

from gcli2api_tui.clients.admission import key_shut
from gcli2api_tui.events.problems import ClientFault, FaultKind, Problem, UpstreamFault
from gcli2api_tui.gemini.catalogue import Model
from gcli2api_tui.gemini.stream_parts import read
from gcli2api_tui.messages.message import say
from gcli2api_tui.pool.affinity import conversation_of
from gcli2api_tui.quick_dataclass import replace
from gcli2api_tui.relay.attempt import Generating
from gcli2api_tui.relay.hop_resumption import Stood, as_it_stood
from gcli2api_tui.relay.recorder import ExchangeRecorder
from gcli2api_tui.relay.response import Response
from gcli2api_tui.relay.retry_loop import RelayServices, RetryLoop
from gcli2api_tui.relay.retry_policy import Policy
from gcli2api_tui.relay.steps_and_outcomes import Answered
from gcli2api_tui.tasks import crashed_in, spawn

Stop = Literal["client", "deadline", "silence", "person", "key"]
OVERDUE: tuple[Stop, ...] = ("deadline", "silence")
BY_CHOICE: tuple[Stop, ...] = ("client", "person")


class Lifetime:
    """The tasks of one request, and what ends them."""

    def __init__(self, deadline_s: float, silence_s: float = 0.0) -> None:
        self.stopped_by: Stop | None = None
        self._deadline_s = deadline_s
        self._silence_s = silence_s
        self._tasks: list[asyncio.Task[object]] = []
        self._broken_off = False
        self._cancelled = 0
        """How often a task was cancelled from here, and that was not taken back."""
        self._earlier = 0
        """Cancellations that the task of whoever asks had before."""

    def start(self, name: str, work: Coroutine[object, object, None]) -> "asyncio.Task[object]":
        task: asyncio.Task[object] = spawn(name, work)
        self._tasks.append(task)
        return task

    def stop(self, why: Stop) -> None:
        """End all of it, for a reason that comes before any other."""
        if not self.stopped_by:
            self.stopped_by = why
            self.end()

    def break_off(self) -> None:
        """End what the work waits for just now, and not the work; it asks `was_broken_off`."""
        self._broken_off = True
        self._cancel(self._tasks[0])

    def was_broken_off(self) -> bool:
        """Whether the cancellation that came was no more than that; then it is taken back."""
        found, self._broken_off = self._broken_off and not self.stopped_by, False
        return found and self.take_back()

    def take_back(self) -> bool:
        """The cancellations that came from here. Whether nobody else wants one."""
        left = self._earlier
        if self._cancelled and (task := asyncio.current_task()):
            while self._cancelled:
                self._cancelled -= 1
                left = task.uncancel()
        return left <= self._earlier

    def end(self) -> None:
        """Cancel all tasks but the one that asks."""
        current = asyncio.current_task()
        for task in self._tasks:
            if task is not current:
                self._cancel(task)

    def _cancel(self, task: "asyncio.Task[object]") -> None:
        self._cancelled += 1
        task.cancel()

    def forget(self) -> None:
        """The tasks, which have been ended: they hold all that the request had, in a circle with this one."""
        self._tasks.clear()

    def problem(self) -> Problem | None:
        """What the client hears; None where nobody stopped it, or nobody listens."""
        match self.stopped_by:
            case "deadline":
                span = f"{self._deadline_s:g}"
                return UpstreamFault(FaultKind.TIMEOUT, say("relay.too_late", span=span), status=504)
            case "silence":
                return self.silent()
            case "person":
                return ClientFault(say("relay.stopped"), status=499, code="cancelled")
            case "key":
                return key_shut()
        return None

    def silent(self) -> UpstreamFault:
        """Google has begun to answer, and says no more."""
        return UpstreamFault(FaultKind.TIMEOUT, say("relay.silent", span=f"{self._silence_s:g}"), status=504)


class Exchange(Lifetime):
    """A request whose client gets a response as it comes: content within the deadline, then without silence."""

    def __init__(self, means: RelayServices, policy: Policy, recorder: ExchangeRecorder, response: Response) -> None:
        self._limits = limits = policy.limits
        super().__init__(limits.request_deadline_s, limits.silence_s)
        self.number = recorder.exchange
        self._call = policy.call
        self._clock = means.clock
        self._learn = means.signatures.learn
        self._recorder = recorder
        self._response = response
        self._attempts = RetryLoop(
            means, policy, recorder, policy.call.affinity or conversation_of(policy.call.request)
        )
        self._hosted = False
        """It runs in the task of whoever asks: when that is cancelled, the client has left."""
        self._began = began = means.clock.monotonic()
        self._deadline, self._hold = began + limits.request_deadline_s, began + limits.first_byte_hold_s
        self._settled = False

    def begin(self) -> None:
        """In a task of its own."""
        self.start(f"exchange {self.number}", self._run())

    def first_look(self) -> float:
        """Before that nothing can be due, whatever comes."""
        due = min(self._deadline, self._began + min(self._limits.heartbeat_s, self._limits.silence_s))
        return min(due, self._hold) if self._call.stream else due

    async def run_here(self) -> None:
        """The same in the task of whoever asks: of a whole answer nothing can be read before its end."""
        if self.stopped_by:
            self._settle()
            return
        self._hosted = True
        self._stay_in(asyncio.current_task())
        try:
            await self._run()
        except Exception as error:  # as in a task of its own: the log says where, and the client has its answer
            crashed_in(f"exchange {self.number}", error)
        finally:
            alone = self.take_back()
        if not alone:
            raise asyncio.CancelledError

    def _stay_in(self, host: "asyncio.Task[object] | None") -> None:
        """No frame that a cancellation passes may hold the task: it holds the cancellation."""
        if host:
            self._tasks.append(host)
            self._earlier = host.cancelling()

    async def _run(self) -> None:
        """To the end, whatever it is; only a cancellation that nobody here asked for goes on."""
        ask = Generating(self._response, self._learn, self, self._limits, commit_first=self._call.fake).ask
        try:
            result = await self._attempts.run(ask, self._succeeded)
            if not isinstance(result, Answered):
                self._end(result)
        except asyncio.CancelledError:
            if self.stopped_by is None:
                self.stopped_by = "client" if self._hosted else None
                raise
            self._end_stopped()
        finally:
            self._settle()

    def _succeeded(self, model: str, heir: Model) -> None:
        self._response.answered_by = heir.id
        self._recorder.succeeded(model, heir.id)

    def _end(self, result: Stood | Problem) -> None:
        if isinstance(result, Problem):
            self._response.fail(result)
            return
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

    def leave(self) -> None:
        """The client has all of it, or has gone."""
        if not self._settled:
            self.stop("client")
            # One that is cancelled before its first step never reaches its own `finally`: settle here too.
            self._settle()
        self.forget()

    def _settle(self) -> None:
        """Whatever happened, and however often it is called: the ledger knows the end, and the response is over."""
        if self._settled:
            return
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
            self._settled = True
            self._response.close()
            self.end()

    def look(self) -> float:
        """Commit after the hold, keep a waiting client's connection alive, end what is overdue. When to look again."""
        moment = self._clock.monotonic()
        if self._settled:
            return moment + self._limits.heartbeat_s
        overdue = self._response.overdue(self._deadline, self._limits.silence_s)
        following = moment + self._limits.heartbeat_s
        if moment >= overdue:
            self._end_overdue()
            return following
        if not self._call.stream:
            return min(overdue, following)
        # A stream must not stand silent.
        beat = self._hold if moment < self._hold else self._response.beat(self._limits.heartbeat_s)
        return min(overdue, following, beat)

    def _end_overdue(self) -> None:
        """Without content all of it, else what is silent: that may be resumed."""
        if not self._response.has_content:
            self.stop("deadline")
            return
        self._response.listens_no_more()
        self.break_off()


def crashed() -> Problem:
    """What a client hears of a fault of our own."""
    return Problem(say("relay.failed"), say("relay.logs_say_more"))
