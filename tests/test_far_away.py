"""A panel far away: a slow line, one that is cut, and a panel that is stopped or killed. The server does not notice."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from slow_line import SlowLine, slow_line

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.local_files import ExportFiles
from gcli2api_tui.control.remote_cache import Fetched
from gcli2api_tui.control.remote_connection import AdminLine
from gcli2api_tui.control.remote_control import RemoteControl
from gcli2api_tui.control.remote_reader import RemoteReader
from gcli2api_tui.control.verb_results import Keys, Refused
from gcli2api_tui.demo.visit import Visit
from gcli2api_tui.events.records import LogLine
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.tasks import spawn

KEY = Secret("pwd")
Far = tuple[SlowLine, RemoteReader, RemoteControl]
SLOW_BITS, FAR_S = 50_000, 0.4
SCREEN_S, EVENTS_BYTES_PER_S = 5.0, 10_000


@pytest.fixture
async def parts() -> AsyncIterator[Any]:
    visit = Visit(Clock(), "local", "en")
    await visit.begin()
    assert visit.runtime is not None
    yield visit.runtime.parts
    await visit.end()


@asynccontextmanager
async def reading(port: int) -> AsyncIterator[tuple[RemoteReader, RemoteControl]]:
    clock, line = Clock(), AdminLine(f"http://127.0.0.1:{port}", KEY)
    reader = RemoteReader(line, clock, lambda: Keys(KEY, KEY))
    files: Any = ExportFiles  # nothing is written here
    control = RemoteControl(line, reader, files, Fetched(clock, reader.note_change))
    following = spawn("follow", reader.follow())
    try:
        yield reader, control
    finally:
        following.cancel()
        reader.close()
        await line.close()
        await asyncio.wait({following})


@asynccontextmanager
async def far(
    parts: Any, bits_per_s: float, away_s: float
) -> AsyncIterator[tuple[SlowLine, RemoteReader, RemoteControl]]:
    port = int(parts.url.rsplit(":", 1)[1])
    async with slow_line(port, bits_per_s, away_s) as (line, begins), reading(begins) as (reader, control):
        yield line, reader, control


async def until(reader: RemoteReader, holds: Any) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await reader.moved(reader.revision)


@pytest.mark.slow
@pytest.mark.alone
async def test_a_slow_line_shows_a_screen_soon_and_stays_within_its_bytes(parts: Any) -> None:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    async with far(parts, SLOW_BITS, FAR_S) as (line, reader, _):
        await until(reader, lambda: reader.snapshot().exchanges)
        assert loop.time() - begun < SCREEN_S
        assert len(reader.snapshot().credentials) == len(parts.control.snapshot().credentials)
        await reader.first()
        begun, before = loop.time(), line.down
        for number in range(100):  # 20 a second
            parts.ledger.record(LogLine(parts.clock.now(), "info", "test", quoted(f"line {number} of the log")))
            await asyncio.sleep(0.05)
        assert (line.down - before) / (loop.time() - begun) < EVENTS_BYTES_PER_S
        await until(reader, lambda: any("line 99 of" in row.text for row in reader.snapshot().log))


async def test_a_cut_line_is_told_and_comes_back_by_itself(parts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gcli2api_tui.control.remote_connection.SILENCE_S", 0.6)
    monkeypatch.setattr("gcli2api_tui.server.changes_stream.HEARTBEAT_S", 0.1)
    monkeypatch.setattr("gcli2api_tui.server.changes_stream.LOOK_S", 0.1)
    monkeypatch.setattr("gcli2api_tui.control.remote_reader.FIRST_PAUSE_S", 0.1)
    async with far(parts, 50_000_000, 0.001) as (line, reader, control):
        await reader.first()
        run = reader.snapshot().server
        line.cut()
        await until(reader, lambda: reader.snapshot().lost_at is not None)
        refused = await control.stop("now")
        assert isinstance(refused, Refused) and refused.reason.key == "attach.no_line"
        assert reader.snapshot().server == run, "what was known is still shown"
        parts.ledger.record(LogLine(parts.clock.now(), "info", "test", quoted("said meanwhile")))
        line.mend()
        await until(reader, lambda: reader.snapshot().lost_at is None)
        await until(reader, lambda: any(row.text == "said meanwhile" for row in reader.snapshot().log))


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals on Windows")
@pytest.mark.parametrize("told", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_reader_that_is_stopped_or_killed_is_not_noticed(parts: Any, told: signal.Signals) -> None:
    """`curl` would do; a stopped one takes nothing more, while its connection stays."""
    script = (
        "import sys, urllib.request as u; r = u.Request(sys.argv[1], headers={'Authorization': 'Bearer pwd'});"
        "a = u.urlopen(r); print(len(a.readline()), flush=True); [print(1) for _ in a]"
    )
    url = f"{parts.url}/admin/api/changes"
    reader = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, url, stdout=asyncio.subprocess.PIPE, env={"PYTHONUNBUFFERED": "1"}
    )
    try:
        assert reader.stdout is not None and await reader.stdout.readline()
        reader.send_signal(told)
        async with far(parts, 50_000_000, 0.001) as (_, other, _control):
            await other.first()
            for number in range(300):
                parts.ledger.record(LogLine(parts.clock.now(), "info", "test", quoted(f"{number} " + "x" * 900)))
            begun = asyncio.get_running_loop().time()
            await until(other, lambda: any(row.text.startswith("299 ") for row in other.snapshot().log))
            assert asyncio.get_running_loop().time() - begun < 2.0
    finally:
        if reader.returncode is None:
            reader.kill()
        await reader.wait()
