"""All connections of clients: how many there may be, how long each may take, and their end at a stop.

In: a listening socket. Invariants: who sends no whole request can hold no place for long, and none at all while
others want it; files for Google's side are never given to clients; whoever finds no place is told so, once a minute
also the log.
"""

import asyncio
import contextlib
import errno
import os
import socket
import ssl
from collections.abc import Awaitable, Callable

from hypercorn.app_wrappers import ASGIWrapper
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.typing import ASGIFramework

from gcli2api_tui.ledger.metrics import Metrics
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.server.answer_head import DatedConfig
from gcli2api_tui.server.connection import Connection
from gcli2api_tui.server.connection_admission import Turns, crowd
from gcli2api_tui.server.connection_phase import Phase
from gcli2api_tui.server.http1 import raw_refusal
from gcli2api_tui.server.tls_handshakes import Greetings, Missed
from gcli2api_tui.server.usual_request import ClientReader
from gcli2api_tui.tasks import spawn

_NO_FILES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long a connection may stay in a phase, in seconds."""

    idle_s: float = 75.0
    head_s: float = 20.0
    """From the first byte of a request to the end of its headers."""
    linger_s: float = 5.0
    """After an answer to half a request, until the connection is cut."""
    stuck_s: float = 300.0
    """While a client takes nothing of its answer."""
    yielding_s: float = 2.0
    """A head that has taken so long loses its place to a new connection."""
    just_come_s: float = 0.1
    """At a stop, a connection that is younger than this is heard: its request is on its way."""
    sweep_s: float = 1.0
    log_s: float = 60.0


class Connections:
    """`log` takes a line for people, `missed` the address and the fault of one whose TLS is not ours.

    `places` is read at the start of `serve`; `tls` is asked for each connection, where https is spoken;
    `guesses` knows the addresses that wrong keys come from.
    """

    def __init__(
        self,
        app: ASGIFramework,
        config: DatedConfig,
        places: int,
        log: Callable[[Message], None] = lambda line: None,
        bounds: Bounds | None = None,
        *,
        missed: Missed = lambda peer, why: None,
        counted: Metrics | None = None,
        tls: Callable[[], ssl.SSLContext] | None = None,
        guesses: Callable[[str], bool] = lambda peer: False,
    ) -> None:
        self._app, self._config, self._places, self._log = ASGIWrapper(app), config, places, log
        self._bounds, self._missed, self._counted = bounds or Bounds(), missed, counted or Metrics()
        self._turns = Turns(guesses)
        self._greetings = Greetings(tls, self._begin, missed) if tls else None
        self._context = WorkerContext(None)
        self._tasks: dict[Connection, asyncio.Task[None]] = {}
        self._occupied = asyncio.Event()
        """There is a connection; without one nothing needs to be swept, and the processor sleeps."""
        self._yielding: dict[Phase, dict[Connection, None]] = {
            phase: {} for phase in (Phase.WAITING, Phase.LEAVING, Phase.HEAD)
        }
        """Those that may lose their place, the longest first."""
        self._admitting = self._ending = False
        self._spare: int | None = None
        self._turned_away, self._told_at = 0, float("-inf")

    def __len__(self) -> int:
        return len(self._tasks) + (len(self._greetings) if self._greetings else 0)

    async def serve(
        self, listener: socket.socket, stopped: Callable[[], Awaitable[object]], drain_s: Callable[[], float]
    ) -> None:
        """Until `stopped()` returns; running answers then have `drain_s()` seconds to end."""
        self._keep_spare()
        accepting = spawn("accept", self._accept(listener))
        sweeping = spawn("sweep", self._keep_sweeping())
        try:
            await stopped()
        finally:
            self._ending = True
            if not self._admitting:  # whoever is half inside comes in
                accepting.cancel()
            await asyncio.wait([accepting])
            listener.close()
            try:
                await self._drain(drain_s())
            finally:
                sweeping.cancel()
                self._drop_spare()

    # Beginning

    async def _accept(self, listener: socket.socket) -> None:
        while not self._ending:
            try:
                socks = await crowd(listener, self._places - len(self) - 1)
            except OSError as error:
                if error.errno in _NO_FILES:
                    await self._out_of_files(listener)
                else:  # the caller has already gone
                    await asyncio.sleep(0)
                continue
            if len(self) >= self._places and not self._make_room():
                for sock in socks:
                    self._turn_away(sock)
                await asyncio.sleep(0)
                continue
            self._admitting = True
            await asyncio.gather(*map(self._admit, socks))
            self._admitting = False

    async def _admit(self, sock: socket.socket) -> None:
        if self._greetings is not None:
            self._greetings.begin(sock)
            return
        loop = asyncio.get_running_loop()
        reader = ClientReader(loop=loop)
        streams = asyncio.StreamReaderProtocol(reader, loop=loop)
        try:
            transport, _ = await loop.connect_accepted_socket(lambda: streams, sock)
        except OSError:
            sock.close()
            return
        except asyncio.CancelledError:  # at a stop
            sock.close()
            raise
        self._begin(reader, asyncio.StreamWriter(transport, streams, reader, loop))

    def _begin(self, reader: ClientReader, writer: asyncio.StreamWriter) -> None:
        heard = self._yielding, self._spoke_tls, self._counted, self._turns
        connection = Connection(self._app, self._config, self._context, reader, writer, *heard)
        self._yielding[connection.phase][connection] = None
        task = spawn("connection", connection.run())
        self._tasks[connection] = task
        self._occupied.set()
        task.add_done_callback(lambda _: self._forget(connection))

    def _spoke_tls(self, peer: str) -> None:
        self._missed(peer, say("caller.https"))

    def _forget(self, connection: Connection) -> None:
        self._tasks.pop(connection, None)
        for those in self._yielding.values():
            those.pop(connection, None)

    # No room

    def _make_room(self) -> bool:
        """Close the connection that has waited longest for a request, or one that takes too long over half of one."""
        longest_ago = asyncio.get_running_loop().time() - self._bounds.yielding_s
        if waiting := next(iter(self._yielding[Phase.WAITING]), None):
            waiting.leave()
            return True
        if self._greetings is not None and self._greetings.end_oldest(longest_ago):
            return True
        for phase in (Phase.LEAVING, Phase.HEAD):
            first = next(iter(self._yielding[phase]), None)
            if first and first.since <= longest_ago:
                self._yielding[phase].pop(first)
                first.abort()
                return True
        return False

    async def _out_of_files(self, listener: socket.socket) -> None:
        """The spare file takes the caller in for long enough to say no."""
        self._make_room()
        if self._spare is not None:
            self._drop_spare()
            with contextlib.suppress(OSError):
                sock, _ = listener.accept()
                self._turn_away(sock)
            self._keep_spare()
        await asyncio.sleep(0 if self._spare is not None else 0.1)

    def _turn_away(self, sock: socket.socket) -> None:
        self._turned_away += 1
        with contextlib.suppress(OSError):
            if self._greetings is not None:  # words in plain text would be noise
                raise ConnectionAbortedError
            sock.setblocking(False)
            # What has come is read, else closing would reset the connection before the answer is seen.
            with contextlib.suppress(BlockingIOError):
                sock.recv(2**16)
            sock.send(raw_refusal(503))
            sock.shutdown(socket.SHUT_WR)
        sock.close()
        self._tell()

    def _tell(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._told_at >= self._bounds.log_s:
            self._log(say("net.no_room", open=len(self), turned=self._turned_away))
            self._turned_away, self._told_at = 0, now

    def _keep_spare(self) -> None:
        with contextlib.suppress(OSError):
            self._spare = os.open(os.devnull, os.O_RDONLY)

    def _drop_spare(self) -> None:
        if self._spare is not None:
            os.close(self._spare)
            self._spare = None

    # What takes too long

    async def _keep_sweeping(self) -> None:
        while True:
            if not self._tasks:
                self._occupied.clear()
                await self._occupied.wait()
            await asyncio.sleep(self._bounds.sweep_s)
            now = asyncio.get_running_loop().time()
            for connection in list(self._tasks):
                self._sweep(connection, now - connection.since, now)

    def _sweep(self, connection: Connection, passed: float, now: float) -> None:
        bounds = self._bounds
        if connection.stuck_since is not None and now - connection.stuck_since > bounds.stuck_s:
            connection.abort()
        elif connection.phase is Phase.WAITING and passed > bounds.idle_s:
            connection.leave()
        elif connection.phase is Phase.HEAD and passed > bounds.head_s and not connection.waits_its_turn:
            connection.refuse(408)
        elif connection.phase is Phase.LEAVING and passed > (bounds.stuck_s if connection.sending else bounds.linger_s):
            connection.abort()

    # The end

    async def _drain(self, drain_s: float) -> None:
        """Half requests have nothing to lose and go at once; who has come a moment ago may still ask."""
        if drain_s and self._just_come():
            await asyncio.sleep(self._bounds.just_come_s)
        await self._context.terminated.set()
        if self._greetings is not None:
            await self._greetings.close()
        for connection in list(self._tasks):
            connection.drop_unasked()
        try:
            await self._ended(drain_s)
        finally:  # a second stop cancels the wait
            for connection, task in list(self._tasks.items()):
                connection.abort()
                task.cancel()
        await self._ended(None)

    def _just_come(self) -> bool:
        now = asyncio.get_running_loop().time()
        asking = (one for one in self._tasks if one.phase in (Phase.WAITING, Phase.HEAD))
        return any(now - one.since < self._bounds.just_come_s for one in asking)

    async def _ended(self, at_most_s: float | None) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=at_most_s)
