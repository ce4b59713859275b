"""What the client of an exchange gets: a status when it is certain, then the bytes that its encoder makes.

In: batches of an answer, its end, or a Problem. Out: the items of `ResponseBuffer`, and what the recorder is told of
them. Up to the commit a failure becomes a real status; after it an error object in the dialect's own shape, and never
a finish reason that nobody gave.
"""

import asyncio
import math
from collections.abc import Callable

from gcli2api_tui.clock import Clock
from gcli2api_tui.dialects.call import Encoder
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.gemini.service_tier import HEADER
from gcli2api_tui.gemini.stream_parts import Batch
from gcli2api_tui.pool.ports import RemainingQuota
from gcli2api_tui.relay.ports import ClientWriter, Opened
from gcli2api_tui.relay.recorder import ExchangeRecorder

Headers = tuple[tuple[str, str], ...]


class Response:
    """One per exchange; a Sink."""

    def __init__(
        self,
        encoder: Encoder,
        recorder: ExchangeRecorder,
        clock: Clock,
        remaining_quota: Callable[[], RemainingQuota | None],
        passed_on: Callable[[float], None],
        *,
        stream: bool,
        unread_bytes: int,
        writer: ClientWriter | None = None,
    ) -> None:
        self.finished = False
        self.crowded = False
        """The client is too slow: wait for `room` before more is fed."""
        self._accepted: Callable[[], None] | None = None
        self.has_content = False
        """Google has begun to answer in earnest, whether or not the client has it yet."""
        self._heard_at = math.inf
        """Without end while Google is not asked: a pause or a wait of ours is no silence of its own."""
        self._thinks_until = -math.inf
        """A later hop of a long answer may think as long as the first before it says anything."""
        self.answered_by = ""
        """The model, where it is not the one that was asked for."""
        self._encoder = encoder
        self._recorder = recorder
        self._clock = clock
        self._stream = stream
        self._remaining_quota = remaining_quota
        self._buffer = ResponseBuffer(unread_bytes, passed_on, writer)
        self._sent_at = clock.monotonic()
        self._tier = ""
        self.taken, self.more = self._buffer.taken, self._buffer.more
        self.close = self._buffer.close

    def commit(self) -> None:
        """Send the 200; a stream's opening goes with it."""
        if not self._buffer.opened:
            tier = ((HEADER, self._tier),) if self._tier else ()
            self._open(200, (("content-type", self._encoder.content_type), *tier))
            if self._stream:
                self._send(self._encoder.opening())

    def listens(self, think_s: float, accepted: Callable[[], None] | None) -> None:
        """Google is asked from now on, and may take so long until it says something."""
        self._heard_at = self._clock.monotonic()
        self._thinks_until = self._heard_at + think_s
        self._accepted = accepted

    def listens_no_more(self) -> None:
        self._heard_at = math.inf

    def overdue(self, deadline: float, silence_s: float) -> float:
        """When it ends unless something comes of it: the deadline is for the first content."""
        return max(self._thinks_until, self._heard_at + silence_s if self.has_content else deadline)

    def heard(self, *, content: bool) -> None:
        """Google takes the request, or has said something."""
        self._heard_at = self._clock.monotonic()
        if content:
            self.has_content, self._thinks_until = True, -math.inf
        if self._accepted:
            self._accepted()

    async def room(self) -> None:
        """Wait until the client has taken enough: that is no silence of Google's."""
        self._heard_at = math.inf
        await self._buffer.room()
        self.crowded = False
        self._heard_at = self._clock.monotonic()

    def feed(self, batch: Batch) -> None:
        """The next of the answer. A stream's 200 is out with it."""
        self._recorder.received(batch)
        self._tier = batch.tier or self._tier
        if not self._stream:
            self._encoder.feed(batch)
            return
        if not self._buffer.opened:
            self.commit()
        data = self._encoder.feed(batch)
        self._sent_at = self._clock.monotonic()
        self._buffer.put(data, self._heard_at)
        self.crowded = self._buffer.crowded

    def finish(self) -> None:
        """The answer is complete. Raises UpstreamFault(PROTOCOL) where the encoder finds none."""
        tail = self._encoder.finish() if self._stream else self._encoder.whole()
        if not self._buffer.opened:
            self.commit()
        self._send(tail)
        self._buffer.end()
        self.finished = True

    def fail(self, problem: Problem) -> None:
        """End with an error: a status if none is out, else an error object."""
        if self._buffer.opened:
            self._send(self._encoder.error(problem))
            self._recorder.failed(200, problem)
        else:
            refusal = self._encoder.refuse(problem)
            self._open(refusal.status, refusal.headers)
            self._send(refusal.body)
            self._recorder.failed(refusal.status, problem)

    def beat(self, every_s: float) -> float:
        """Keep a waiting stream alive: the 200, and a heartbeat if it is time. Returns when the next is due."""
        self.commit()
        if self._clock.monotonic() - self._sent_at >= every_s:
            self._send(self._encoder.heartbeat)
        return self._sent_at + every_s

    @property
    def finish_reason(self) -> str:
        """The dialect's word for how it ended."""
        return self._encoder.finish_reason

    def _open(self, status: int, headers: Headers) -> None:
        model = (("x-gcli2api-model", self.answered_by),) if self.answered_by else ()
        number = self._recorder.exchange
        more = (("x-gcli2api-exchange", str(number)), *model, *rate_limit_headers(self._remaining_quota()))
        self._buffer.open(Opened(status, (*headers, *more), number))

    def _send(self, data: bytes) -> None:
        self._sent_at = self._clock.monotonic()
        self._buffer.put(data)


class ResponseBuffer:
    """Between an exchange and its client: one `Opened`, then bytes, coalesced while the client is busy.

    One writer, one reader. The writer may always put; it asks `room` before it reads on, so that a slow client slows
    Google down instead of filling memory.
    """

    def __init__(
        self,
        unread_bytes: int,
        passed_on: Callable[[float], None] = lambda came_at: None,
        writer: ClientWriter | None = None,
    ) -> None:
        """`passed_on` hears when what the reader waited for came, as it is taken."""
        self._most = unread_bytes
        self._passed_on = passed_on
        self._reader: asyncio.Future[None] | None = None
        """While it waits: done when there is something for it."""
        self._writer = writer
        self._goes_straight = False
        """The head went by the writer: what comes while the reader waits goes there, and the reader goes on waiting."""
        self._came_at = math.inf
        """Of what the reader waits for; without end where it has no time, or the reader is busy."""
        self._unread: list[bytes] = []
        self._size = 0
        self.opened = False
        """The status is out: no other can be sent."""
        self._head: Opened | None = None
        """Until it is taken."""
        self._closed = False
        self.crowded = False
        """The client is too slow: more than it should is unread."""
        self._space: asyncio.Event | None = None

    def open(self, opened: Opened) -> None:
        """Commit to a status; only the first counts."""
        if self.opened:
            return
        self._goes_straight = self._writer is not None and self._reader is not None and self._writer.begin(opened)
        self.opened = True  # not before: where a head could not be made, an error has one of its own
        if not self._goes_straight:
            self._head = opened
            self._wake()

    def put(self, data: bytes, came_at: float = math.inf) -> None:
        """Add bytes for the client, that came from Google then."""
        if data and not self._closed:
            if self._reader is not None:
                self._came_at = min(self._came_at, came_at)
                if self._writer and self._goes_straight and not self._unread and self._writer.pass_on(data):
                    self._count()
                    return
            self._unread.append(data)
            self._size += len(data)
            if self._size > self._most:
                self.crowded = True
            self._wake()

    def end(self) -> None:
        """All of it was put: the client need not wait until whoever put it is at its own end."""
        if self._writer and self._goes_straight and self._reader is not None and not self._unread:
            self._writer.end()

    async def room(self) -> None:
        """Wait until the client has taken enough."""
        if self.crowded:
            self._space = asyncio.Event()
            await self._space.wait()

    def close(self) -> None:
        """No more bytes will come."""
        self._closed = True
        self._wake()

    async def more(self) -> bool:
        """Wait until there is something; False where no more will come."""
        while not (self._head or self._unread):
            if self._closed:
                return False
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        return True

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def taken(self) -> Opened | bytes:
        """The next of what the client gets, in order, where there is something."""
        if head := self._head:
            self._head = None
            return head
        data = self._unread[0] if len(self._unread) == 1 else b"".join(self._unread)
        self._unread.clear()
        self._size = 0
        self.crowded = False
        if self._space:
            self._space.set()
        self._count()
        return data

    def _count(self) -> None:
        if self._came_at < math.inf:
            self._passed_on(self._came_at)
            self._came_at = math.inf


def rate_limit_headers(known: RemainingQuota | None) -> Headers:
    """`x-ratelimit-{limit,remaining,reset}-requests`, as OpenAI's clients read them: the model's day over the pool."""
    if known is None:
        return ()
    return (
        ("x-ratelimit-limit-requests", str(known.limit)),
        ("x-ratelimit-remaining-requests", str(known.remaining)),
        ("x-ratelimit-reset-requests", span(known.resets_in_s)),
    )


def span(seconds: float) -> str:
    """As OpenAI writes it: `8h44m12s`, `6m0s`, `1s`. Rounded up, so that nobody comes too early."""
    whole = -int(-seconds // 1)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return f"{hours}h{minutes}m{rest}s"
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
