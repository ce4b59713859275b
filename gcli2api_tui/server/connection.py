"""One connection of a client on Hypercorn: where it stands, since when, and how it ends.

In: asyncio's streams. Invariants: a connection that its client closed is released at once, none waits for a task of
its own, and after an answer to half a request the rest is thrown away for a moment, so that the answer arrives.
A seam: it overrides parts of Hypercorn 0.18's TCPServer; tests/server/test_seam.py names the versions tested.
"""

import asyncio
import contextlib
from collections.abc import Callable
from enum import StrEnum
from functools import partial

from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.asyncio.worker_context import AsyncioSingleTask, WorkerContext
from hypercorn.config import Config
from hypercorn.events import Closed, Event, RawData, Updated
from hypercorn.typing import AppWrapper, ConnectionState

from gcli2api_tui.ledger.metrics import Metrics
from gcli2api_tui.server.connection_admission import Turns
from gcli2api_tui.server.http1 import Http1, raw_refusal

_READ = 2**16
_MOST_WAITING = 2**16
"""Bytes that the client has not taken; above it nothing more is made for it. As asyncio's own streams have it."""
TLS = b"\x16\x03"
"""How a client says hello that is pointed at https."""


class Phase(StrEnum):
    """What a connection is doing."""

    WAITING = "waiting"
    """For the next request, or the first."""
    HEAD = "head"
    """A request has begun to arrive."""
    ANSWERING = "answering"
    """The app has it; its body may still arrive."""
    LEAVING = "leaving"
    """All is said; what still comes is thrown away."""


class Connection(TCPServer):
    """`moved` hears of each change of phase, and what was before: whoever keeps many need not look at all of them.

    `spoke_tls` hears the address of a client that began with TLS; `counted` sums up bytes, `turns` says when a request
    begins.
    """

    def __init__(
        self,
        app: AppWrapper,
        config: Config,
        context: WorkerContext,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        moved: "Callable[[Connection, Phase], None]",
        spoke_tls: Callable[[str], None],
        counted: Metrics,
        turns: Turns,
    ) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(app, loop, config, context, ConnectionState({}), reader, writer)
        # The idle task that Hypercorn starts for each request held a connection whose client had gone for 75 s.
        self.idle_task = _NoTask()
        self._moved, self._spoke_tls, self._counted, self._turns = moved, spoke_tls, counted, turns
        self.phase, self.since = Phase.WAITING, loop.time()
        self.waits_its_turn = False
        """It is we who take our time."""
        self.stuck_since: float | None = None
        """Since when the client has not taken what was written."""
        self._transport = writer.transport
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

    def abort(self) -> None:
        """At once, whatever is unsent."""
        self._transport.abort()

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
        inner = self.protocol.protocol
        return isinstance(inner, Http1) and inner.receiving

    async def protocol_send(self, event: Event) -> None:
        if isinstance(event, RawData):
            await self._write(event.data)
        elif isinstance(event, Updated):
            self._enter(Phase.WAITING if event.idle else Phase.ANSWERING)
        elif isinstance(event, Closed):
            self.leave()
            # The app, where it still answers, hears that nobody listens.
            await self.protocol.handle(Closed())

    async def _write(self, data: bytes) -> None:
        self._collect(data)
        waiting = self._unsent_bytes + self._transport.get_write_buffer_size()
        if waiting > _MOST_WAITING or self.phase is Phase.LEAVING:
            await self._drain()

    def _write_at_once(self, data: bytes) -> bool:
        """Unless something is to be waited for: then False, and nothing is written."""
        waiting = self._unsent_bytes + self._transport.get_write_buffer_size()
        if waiting > _MOST_WAITING or self.phase is Phase.LEAVING:
            return False
        self._collect(data)
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
                await self.protocol.handle(Closed())
            finally:
                self.stuck_since = None

    def _flush(self) -> None:
        if self._unsent:
            data = self._unsent[0] if len(self._unsent) == 1 else b"".join(self._unsent)
            self._unsent.clear()
            self._unsent_bytes = 0
            self.writer.write(data)

    async def _read_data(self) -> None:
        outer = self.protocol
        outer.protocol = inner = Http1(
            outer.app,
            outer.config,
            outer.context,
            outer.task_group,
            outer.state,
            outer.ssl,
            outer.client,
            outer.server,
            outer.send,
        )
        inner.write, inner.write_at_once = self._write, self._write_at_once
        inner.turn = partial(self._turns.take, self._peer())
        while not self.reader.at_eof():
            try:
                data = await self.reader.read(_READ)
            except OSError:
                break
            self._counted.received_bytes += len(data)
            if self.phase is Phase.WAITING and data:
                self._enter(Phase.HEAD)
                if data.startswith(TLS):
                    self._spoke_tls(self._peer())
                self.waits_its_turn = True
                await inner.turn()
                self.waits_its_turn, self.since = False, self.loop.time()
                inner.may_begin = True
            if self.phase is not Phase.LEAVING:
                await outer.handle(RawData(data))
        await outer.handle(Closed())

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
            before, self.phase, self.since = self.phase, phase, self.loop.time()
            self._moved(self, before)


class _NoTask(AsyncioSingleTask):
    async def restart(self, task_group: object, action: object) -> None:
        pass

    async def stop(self) -> None:
        pass
