"""A line as bad as wanted, between a client and a server of this machine: slow, far away, cut, or stopped.

In: a port to lead to. Out: a port that leads there at so many bits a second, each way with half the round trip. `cut`
loses what is on its way and takes nothing until `mend`; nobody is told, as when a cable is pulled.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager

OnItsWay = asyncio.Queue[tuple[float, bytes]]
PIECE = 512
ON_ITS_WAY = 64
"""Pieces that the line holds; then whoever sends has to wait."""


class SlowLine:
    def __init__(self, port: int, bits_per_s: float, round_trip_s: float) -> None:
        self._port, self._bytes_per_s, self._half_s = port, bits_per_s / 8, round_trip_s / 2
        self.whole = asyncio.Event()
        self.whole.set()
        self.down, self.up = 0, 0
        """Bytes that came through, towards the client and towards the server."""
        self._free_at = {"down": 0.0, "up": 0.0}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ends: list[asyncio.StreamWriter] = []

    def cut(self) -> None:
        self.whole.clear()

    def mend(self) -> None:
        self.whole.set()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._ends += (writer, there_writer)
        for way, source, target in (("up", reader, there_writer), ("down", there_reader, writer)):
            on_its_way: OnItsWay = asyncio.Queue(ON_ITS_WAY)
            self._spawn(self._take(way, source, on_its_way))
            self._spawn(self._give(way, on_its_way, target))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take(self, way: str, source: asyncio.StreamReader, on_its_way: OnItsWay) -> None:
        """Pieces share the line: the next one is taken when the one before is on its way."""
        loop = asyncio.get_running_loop()
        piece = b"x"
        while piece:
            try:
                piece = await source.read(PIECE)
            except OSError:
                piece = b""
            self._free_at[way] = max(loop.time(), self._free_at[way]) + len(piece) / self._bytes_per_s
            await on_its_way.put((self._free_at[way] + self._half_s, piece))
            await asyncio.sleep(self._free_at[way] - loop.time())

    async def _give(self, way: str, on_its_way: OnItsWay, target: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        try:
            while True:
                at, piece = await on_its_way.get()
                await asyncio.sleep(at - loop.time())
                await self.whole.wait()
                if not piece:
                    return
                setattr(self, way, getattr(self, way) + len(piece))
                target.write(piece)
                await target.drain()
        except OSError:
            pass
        finally:
            target.close()

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        for end in self._ends:  # a task that was cancelled before it began closes nothing
            end.transport.abort()


@asynccontextmanager
async def slow_line(port: int, bits_per_s: float, round_trip_s: float) -> AsyncIterator[tuple[SlowLine, int]]:
    """The line, and the port that it begins at."""
    line = SlowLine(port, bits_per_s, round_trip_s)
    server = await asyncio.start_server(line.accept, "127.0.0.1", 0)
    try:
        yield line, server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await line.close()
