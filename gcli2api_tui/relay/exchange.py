"""One exchange: what its pump, its timekeeper and its client share, and how it ends.

Up to the commit a failure becomes a real status; after it an error object in the dialect's own shape, and never a
finish reason that nobody gave. `settle` is synchronous and may be called any number of times.
"""

import asyncio
from collections.abc import Callable
from typing import Literal

from gcli2api_tui.clock import Clock
from gcli2api_tui.dialects.call import Call, Encoder
from gcli2api_tui.events.problems import ClientFault, FaultKind, Problem, UpstreamFault
from gcli2api_tui.gemini.stream_parts import Batch
from gcli2api_tui.messages.message import say
from gcli2api_tui.relay.limits import Limits
from gcli2api_tui.relay.ports import Opened
from gcli2api_tui.relay.rate_limit_headers import Headers
from gcli2api_tui.relay.recorder import ExchangeRecorder
from gcli2api_tui.relay.response_buffer import ResponseBuffer

Stop = Literal["", "client", "deadline", "person"]


class Exchange:
    """Mutable, and lives as long as the request."""

    def __init__(
        self,
        call: Call,
        encoder: Encoder,
        recorder: ExchangeRecorder,
        limits: Limits,
        clock: Clock,
        rate_limit_headers: Callable[[], Headers] = tuple,
    ) -> None:
        self.call = call
        self.encoder = encoder
        self.recorder = recorder
        self.limits = limits
        self.clock = clock
        self._figures = rate_limit_headers
        """Headers that tell what the pool has left, at the moment an answer goes out."""
        self.buffer = ResponseBuffer(limits.unread_bytes)
        self.tasks: list[asyncio.Task[None]] = []
        self.fed = False
        """The encoder has something of this attempt: another one can only continue it."""
        self._stop: Stop = ""
        self._sent_at = clock.monotonic()
        self._finished = False

    def commit(self) -> None:
        """Send the 200; a stream's opening goes with it."""
        if not self.buffer.opened:
            self.buffer.open(Opened(200, (("content-type", self.encoder.content_type), *self._figures())))
            if self.call.stream:
                self.send(self.encoder.opening())

    def send(self, data: bytes) -> None:
        self._sent_at = self.clock.monotonic()
        self.buffer.put(data)

    def deliver(self, batch: Batch) -> None:
        """Content: from here on there is no other credential. A stream's 200 is out with it."""
        self.fed = True
        if self.call.stream:
            self.commit()
            self.send(self.encoder.feed(batch))
        else:
            self.encoder.feed(batch)

    def finish(self, tail: bytes) -> None:
        """The answer is complete."""
        self.commit()
        self.send(tail)
        self._finished = True

    def fail(self, problem: Problem) -> None:
        """End with an error: a status if none is out, else an error object."""
        if self.buffer.opened:
            self.send(self.encoder.error(problem))
            self.recorder.failed(200, problem)
        else:
            refusal = self.encoder.refuse(problem)
            self.buffer.open(Opened(refusal.status, (*refusal.headers, *self._figures())))
            self.send(refusal.body)
            self.recorder.failed(refusal.status, problem)

    def stop(self, why: Stop) -> None:
        """End from outside; the first reason counts."""
        if not self._stop and not self.recorder.ended:
            self._stop = why
            for task in self.tasks:
                task.cancel()

    @property
    def late(self) -> bool:
        """The deadline has stopped it."""
        return self._stop == "deadline"

    def stopped(self) -> bool:
        """Say what a cancellation means to the client; False when nobody here asked for it."""
        match self._stop:
            case "deadline":
                span = f"{self.limits.request_deadline_s:g}"
                self.fail(UpstreamFault(FaultKind.TIMEOUT, say("relay.too_late", span=span), status=504))
            case "person":
                problem = ClientFault(say("relay.stopped"), status=499, code="cancelled")
                self.recorder.cancelled()
                self.fail(problem)
            case "client":
                self.recorder.cancelled()
            case "":
                return False
        return True

    def settle(self) -> None:
        """Whatever happened: the ledger knows how it ended, and the client's generator ends."""
        try:
            if self._finished:
                self.recorder.finished(self.encoder.finish_reason)
            elif not self.recorder.ended and not self.stopped():
                self.fail(Problem(say("relay.failed"), say("relay.logs_say_more")))
        finally:
            self.buffer.close()
            for task in self.tasks:
                if task is not asyncio.current_task():
                    task.cancel()

    async def keep_time(self) -> None:
        """Commit after the hold, keep a waiting client's connection alive, end at the deadline."""
        began = self.clock.monotonic()
        deadline, hold = began + self.limits.request_deadline_s, began + self.limits.first_byte_hold_s
        while (moment := self.clock.monotonic()) < deadline:
            due = [deadline]
            if self.call.stream:
                due.append(self._beat(moment) if moment >= hold else hold)
            await self.clock.sleep(max(0.001, min(due) - moment))
        self.stop("deadline")

    def _beat(self, moment: float) -> float:
        """A heartbeat if it is time; the moment of the next."""
        self.commit()
        if moment - self._sent_at >= self.limits.heartbeat_s:
            self.send(self.encoder.heartbeat)
        return self._sent_at + self.limits.heartbeat_s
