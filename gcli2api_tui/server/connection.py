"""One connection of a client on Hypercorn: whose turn it is on it, since when, and how it ends.

In: asyncio's streams. Out: usual requests to the app (usual_request.py), all else to h11 (http1.py). Invariants: a
connection that its client closed is released at once, none waits for a task of its own, and after an answer to half a
request the rest is thrown away for a moment, so that the answer arrives.
A seam: it overrides parts of Hypercorn 0.18's TCPServer; tests/server/test_seam.py names the versions tested.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from functools import partial

from hypercorn.asyncio.task_group import _handle
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.asyncio.worker_context import AsyncioSingleTask, WorkerContext
from hypercorn.events import Closed, Event, RawData, Updated
from hypercorn.typing import AppWrapper, ConnectionState

from gcli2api_tui.ledger.metrics import Metrics
from gcli2api_tui.server import usual_request
from gcli2api_tui.server.answer_head import DatedConfig
from gcli2api_tui.server.connection_admission import Turns
from gcli2api_tui.server.connection_phase import Phase
from gcli2api_tui.server.http1 import Http1, raw_refusal
from gcli2api_tui.server.usual_exchange import ARRIVES, UsualExchange
from gcli2api_tui.server.usual_request import ClientReader, Place, UsualRequest

_MOST_WAITING = 2**16
"""Bytes that the client has not taken; above it nothing more is made for it. As asyncio's own streams have it."""
TLS = b"\x16\x03"
"""How a client says hello that is pointed at https."""


class Connection(TCPServer):
    """`yielding` are those that may lose their place, by phase, the longest first; each finds its own place there.

    `spoke_tls` hears the address of a client that began with TLS; `counted` sums up bytes, `turns` says when a request
    begins.
    """

    config: DatedConfig
    reader: ClientReader

    def __init__(
        self,
        app: AppWrapper,
        config: DatedConfig,
        context: WorkerContext,
        reader: ClientReader,
        writer: asyncio.StreamWriter,
        yielding: "Mapping[Phase, dict[Connection, None]]",
        spoke_tls: Callable[[str], None],
        counted: Metrics,
        turns: Turns,
    ) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(app, loop, config, context, ConnectionState({}), reader, writer)
        # The idle task that Hypercorn starts for each request held a connection whose client had gone for 75 s.
        self.idle_task = _NoTask()
        self._h11: Http1
        self._usual: UsualExchange | None = None
        """The one that runs, or that ended with the connection."""
        self._yielding, self._spoke_tls, self._counted, self._turns = yielding, spoke_tls, counted, turns
        self.phase, self.since = Phase.WAITING, loop.time()
        self.waits_its_turn = False
        """It is we who take our time."""
        self.stuck_since: float | None = None
        """Since when the client has not taken what was written."""
        self._transport = writer.transport
        self.abort = writer.transport.abort
        """Ends it at once, whatever is unsent."""
        self._unsent: list[bytes] = []
        self._unsent_bytes = 0

    def refuse(self, status: int) -> None:
        """Say why and leave; only where no answer has begun."""
        self._flush()
        self.writer.write(raw_refusal(status))
        self.leave()

    def leave(self) -> None:
        """No more requests. What was written is still sent."""
        if self.phase is Phase.LEAVING:
            return
        linger = self.phase is not Phase.WAITING and self._arriving()
        self._enter(Phase.LEAVING)
        if linger and self.writer.can_write_eof():
            with contextlib.suppress(OSError, RuntimeError):
                self._flush()
                self.writer.write_eof()
        else:
            self._close_once()

    def drop_unasked(self) -> None:
        """End it unless a whole request has come, or an answer is still on its way."""
        if self.phase is Phase.WAITING:
            self.leave()
        elif self._arriving() if self.phase is not Phase.LEAVING else not self.sending:
            self.abort()

    @property
    def sending(self) -> bool:
        """Something that was written has not gone out."""
        return bool(self._unsent) or self._transport.get_write_buffer_size() > 0

    def _arriving(self) -> bool:
        if self.phase is not Phase.ANSWERING:
            return True
        return self._usual.missing > 0 if self._usual else self._h11.receiving

    # What leaves

    async def protocol_send(self, event: Event) -> None:
        """h11 speaks."""
        if isinstance(event, RawData):
            await self.write(event.data)
        elif isinstance(event, Updated):
            self._enter(Phase.WAITING if event.idle else Phase.ANSWERING)
        elif isinstance(event, Closed):
            self.leave()
            await self._nobody_listens()

    async def write(self, data: bytes) -> None:
        self._collect(data)
        waiting = self._unsent_bytes + self._transport.get_write_buffer_size()
        if waiting > _MOST_WAITING or self.phase is Phase.LEAVING:
            await self._drain()

    def write_at_once(self, data: bytes) -> bool:
        waiting = self._unsent_bytes + self._transport.get_write_buffer_size() + len(data)
        if waiting > _MOST_WAITING or self.phase is Phase.LEAVING:
            return False
        self._collect(data)
        return True

    def end_at_once(self, data: bytes, goes_on: bool) -> bool:
        if data:
            waiting = self._unsent_bytes + self._transport.get_write_buffer_size() + len(data)
            if waiting > _MOST_WAITING or self.phase is Phase.LEAVING:
                return False
            self._counted.sent_bytes += len(data)
            self._unsent.append(data)
        self._flush()  # nothing more will come that could leave with it
        self.over(goes_on)
        return True

    def _collect(self, data: bytes) -> None:
        """Head, body and end of an answer come one by one, and leave in one packet where they come in one turn."""
        self._counted.sent_bytes += len(data)
        if not self._unsent and self.phase is not Phase.LEAVING:
            self.loop.call_soon(self._flush)
        self._unsent.append(data)
        self._unsent_bytes += len(data)

    async def _drain(self) -> None:
        async with self.send_lock:
            try:
                self._flush()
                self.stuck_since = self.loop.time()
                await self.writer.drain()
            except (ConnectionError, RuntimeError):
                await self._nobody_listens()
            finally:
                self.stuck_since = None

    def _flush(self) -> None:
        if self._unsent:
            data = self._unsent[0] if len(self._unsent) == 1 else b"".join(self._unsent)
            self._unsent.clear()
            self._unsent_bytes = 0
            self.writer.write(data)

    # What comes

    async def _read_data(self) -> None:
        h11, turns = self._speak_h11(), self._turns
        self.reader.begin = self._begin_at_once
        while not self.reader.at_eof():
            try:
                data = await self.reader.next()
            except OSError:
                break
            self._counted.received_bytes += len(data)
            if self.phase is Phase.WAITING and data:
                self._enter(Phase.HEAD)
                if data.startswith(TLS):
                    self._spoke_tls(self._peer())
                if not turns.begins_at_once():
                    self.waits_its_turn = True
                    await h11.turn()
                    self.waits_its_turn, self.since = False, self.loop.time()
                h11.may_begin = True
            if self.phase is not Phase.LEAVING:
                await self._take(h11, data)
        await self._nobody_listens()

    def _speak_h11(self) -> Http1:
        """In place of Hypercorn's."""
        outer = self.protocol
        given = outer.app, outer.config, outer.context, outer.task_group, outer.state, outer.ssl
        here = outer.client, outer.server
        outer.protocol = self._h11 = Http1(*given, *here, outer.send)
        self._h11.turn = partial(self._turns.take, self._peer())
        self._place = Place("https" if outer.ssl else "http", self.config.root_path, *here, outer.state)
        return self._h11

    async def _take(self, h11: Http1, data: bytes) -> None:
        while True:
            if usual := self._usual:
                if usual.is_cut(data):
                    if not usual.begun:
                        await h11.refuse_behind(last=usual.last)
                    await self.protocol_send(Closed())
                    return
                data = await usual.take(data)
                if not data or self._usual:
                    return
            if not (self._may_be_usual() and (asked := usual_request.read(data))):
                break
            self._enter(Phase.ANSWERING)
            if not h11.may_begin:
                await h11.turn()
            self._begin(asked)
            if not (data := asked.body[asked.length :]):
                return
        await h11.handle(RawData(data))

    def _may_be_usual(self) -> bool:
        """The next request; h11 has nothing of one."""
        at_rest = not self._h11.has_heard or self._h11.at_rest
        return at_rest and self._h11.keep_alive_requests < self.config.keep_alive_max_requests

    def _begin_at_once(self, asked: UsualRequest, size: int) -> bool:
        if self.phase is not Phase.WAITING or not self._may_be_usual() or not self._turns.begins_at_once():
            return False
        self._counted.received_bytes += size
        self._enter(Phase.ANSWERING)
        self._begin(asked)
        return True

    def _begin(self, asked: UsualRequest) -> None:
        """As h11's `_create_stream` does."""
        self._h11.may_begin = False
        self._h11.keep_alive_requests += 1
        self._usual = usual = UsualExchange(self.config, asked, self)
        scope = self._place.scope(asked)
        scope["extensions"] = {ARRIVES: usual}
        self._task_group.spawn(_handle, self.app, self.config, scope, usual.receive, usual.send, _unasked, _unasked)

    def over(self, goes_on: bool) -> None:
        if goes_on and not self.context.terminated.is_set():
            self._usual = None
            self._enter(Phase.WAITING)
        else:
            self.leave()

    async def _nobody_listens(self) -> None:
        """The app, where it still answers, hears it."""
        if self._usual:
            self._usual.leave()
        else:
            await self.protocol.handle(Closed())

    def _peer(self) -> str:
        return str((self.writer.get_extra_info("peername") or ("",))[0])

    async def _close(self) -> None:
        self._enter(Phase.LEAVING)
        self._close_once()
        with contextlib.suppress(OSError, RuntimeError):
            await self.writer.wait_closed()

    def _close_once(self) -> None:
        """A transport of asyncio's TLS that is closed twice answers no more questions."""
        if not self.writer.is_closing():
            self._flush()
            self.writer.close()

    def _enter(self, phase: Phase) -> None:
        if phase is not self.phase and self.phase is not Phase.LEAVING:
            if (those := self._yielding.get(self.phase)) is not None:
                those.pop(self, None)
            if (those := self._yielding.get(phase)) is not None:
                those[self] = None
            self.phase, self.since = phase, self.loop.time()


def _unasked(*_: object) -> None:
    """What WSGI apps would need; ours is none."""


class _NoTask(AsyncioSingleTask):
    async def restart(self, task_group: object, action: object) -> None:
        pass

    async def stop(self) -> None:
        pass
