"""The panel's budgets in a real pseudo-terminal, as docs/panel.md tells them.

`python tests/bench/panel_budget.py [--only bytes keys rows throughput memory]`. Bytes a second at 20 events a second
(local, SSH, lite; 80×24; dashboard and requests), key to paint with 20 streams, 5,000 rows paged through, processor
time of a request with the panel against `serve`, memory after 10,000 and 100,000 exchanges. Linux.
"""

import argparse
import asyncio
import contextlib
import fcntl
import os
import pty
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
from measures import GOOGLE_KEY, body, cpu_s, load, ours, programs, rss_mb

SIZE = (80, 24)
MODES = {"local": 30.0, "ssh": 10.0, "lite": 2.0}
"""Refresh → most kB/s."""
EVENTS_OF_ONE = 5
"""Opened, attempt, its end, first byte, finished: a whole answer."""
MODELS = ("gemini-2.5-flash", "gemini-2.5-pro", "gemini-2.5-flash-lite")
RARE = "àáâãäåæçèéêëìíîïðñòóôõöøùúûü"
"""Letters that nothing else on the screen holds: their bytes are the echo."""
PROGRAMS = ("curl/8.5", "OpenAI/Python 2.8.0", "claude-cli/2.0", "Cursor/1.7", "aider/0.86")
SLOW = {"kind": "slow_chunks", "delay_s": 0.1, "count": 10_000}
"""As fast as a model writes: without it each stream comes as fast as this machine can, and measures the machine."""


@dataclass
class Screen:
    """The far end of a pseudo-terminal, read all the time."""

    url: str
    pid: int
    descriptor: int
    received: int = 0
    tail: bytes = b""

    def read(self) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(self.descriptor, 65_536):
                self.received += len(data)
                self.tail = (self.tail + data)[-200_000:]

    def press(self, keys: str) -> None:
        os.write(self.descriptor, keys.encode())

    def painted_s(self, keys: str, words: bytes) -> float:
        """From the key to the words on the terminal."""
        self.tail = b""
        began = time.perf_counter()
        self.press(keys)
        while words not in self.tail:
            assert time.perf_counter() - began < 5, f"{words!r} never came"
            threading.Event().wait(0.0005)
        return time.perf_counter() - began


@contextlib.contextmanager
def panel(google: str, refresh: str = "local") -> Iterator[Screen]:
    """The panel with its server and a key without limits."""
    with tempfile.TemporaryDirectory() as home:
        added = programs.command("creds", "add-key", "--no-check", GOOGLE_KEY, "--home", home)
        assert added.returncode == 0, added.stderr
        near, far = pty.openpty()
        fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))
        port = programs.free_port()
        environment = programs.environment(**programs.towards(google), TERM="xterm-256color", GCLI2API_REFRESH=refresh)
        words = ("-m", "gcli2api_tui", "--home", home, "--port", str(port), "--password", "pwd")
        with subprocess.Popen(
            [sys.executable, *words], env=environment, stdin=far, stdout=far, stderr=far, start_new_session=True
        ) as started:
            os.close(far)
            screen = Screen(f"http://127.0.0.1:{port}", started.pid, near)
            threading.Thread(target=screen.read, daemon=True).start()
            try:
                programs.until(lambda: programs.answers(f"{screen.url}/healthz"), "the server")
                programs.until(lambda: b"Dash" in screen.tail, "the first frame")
                screen.pid = programs.serving(started.pid)
                yield screen
            finally:
                started.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    started.wait(15)
                started.kill()
                os.close(near)


def bytes_a_second(google: str, seconds: float = 15.0) -> None:
    for refresh, most in MODES.items():
        with panel(google, refresh) as screen:
            for tab in "dr":
                screen.press(tab)
                asyncio.run(_paced(screen.url, 2.0))
                before = screen.received
                events = asyncio.run(_paced(screen.url, seconds))
                sent = (screen.received - before) / seconds / 1000
                print(
                    f"{refresh:6} tab {tab}: {sent:5.1f} kB/s (at most {most:.0f}) at {events / seconds:.0f} events/s"
                )


async def _paced(url: str, seconds: float) -> int:
    """Whole answers, so many that 20 things happen each second. Gives how many happened."""
    asked: list[Awaitable[object]] = []
    async with httpx.AsyncClient(timeout=30) as client:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            asked.append(asyncio.ensure_future(_varied(client, url, len(asked))))
            await asyncio.sleep(EVENTS_OF_ONE / 20)
        await asyncio.gather(*asked)
    return len(asked) * EVENTS_OF_ONE


async def _varied(client: httpx.AsyncClient, url: str, number: int) -> None:
    """No two lines of the list alike, as in life."""
    content = {**body(stream=False, words=5 + number * 37 % 300), "model": MODELS[number % len(MODELS)]}
    headers = {"authorization": "Bearer pwd", "user-agent": PROGRAMS[number % len(PROGRAMS)]}
    answer = await client.post(f"{url}/v1/chat/completions", json=content, headers=headers)
    assert answer.status_code == 200, answer.text


def keys_to_paint(google: str, streams: int = 20) -> None:
    """While so many answers run: a letter typed into a filter, and the help, the fullest window, that opens."""
    programs.fetch(f"{google}/sim/faults", SLOW)
    with panel(google) as screen:
        stop = threading.Event()
        running = threading.Thread(target=lambda: asyncio.run(_streams(screen.url, streams, stop)), daemon=True)
        running.start()
        programs.until(lambda: screen.received > 20_000, "the streams")
        screen.painted_s("r", b"following")
        screen.painted_s("/", b"submit")
        typed = [_spaced(lambda letter=letter: screen.painted_s(letter, letter.encode())) for letter in RARE * 2]
        screen.press("\x1b\x1b")
        opened = [_spaced(lambda: _opened_s(screen)) for _ in range(40)]
        stop.set()
        running.join(60)
        for what, took in (("a letter", typed), ("the help", opened)):
            cuts = statistics.quantiles([second * 1000 for second in took], n=20)
            print(f"key to paint with {streams} streams, {what}: median {cuts[9]:.0f} ms, p95 {cuts[-1]:.0f} ms")


def _spaced(press: Callable[[], float]) -> float:
    threading.Event().wait(0.15)
    return press()


def _opened_s(screen: Screen) -> float:
    took = screen.painted_s("?", b"filter,")
    screen.painted_s("\x1b", b"more")
    return took


async def _streams(url: str, count: int, stop: threading.Event) -> None:
    async with httpx.AsyncClient(timeout=120, limits=httpx.Limits(max_connections=count)) as client:

        async def one() -> None:
            content = body(stream=True, words=400)
            while not stop.is_set():
                headers = {"authorization": "Bearer pwd"}
                async with client.stream("POST", f"{url}/v1/chat/completions", json=content, headers=headers) as answer:
                    async for _ in answer.aiter_raw():
                        if stop.is_set():
                            return

        await asyncio.gather(*(one() for _ in range(count)))


def rows_paged(rows: int = 5_000) -> None:
    """In this process: a list of so many requests, paged through, with a new row each time."""
    asyncio.run(_rows_paged(rows))


async def _rows_paged(rows: int) -> None:
    from tui.conftest import AT, FakeControl, FakeReader, exchange

    from gcli2api_tui.clock import Clock
    from gcli2api_tui.tui.app import Panel

    reader = FakeReader()
    reader.change(exchanges=tuple(exchange(number) for number in range(1, rows + 1)))
    app = Panel(reader, FakeControl(), Clock(), refresh_hz=10)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("r")
        await pilot.pause()
        took = []
        for number in range(100):
            new = replace(exchange(rows + number + 1), opened_at=AT + number)
            began = time.perf_counter()
            reader.change(exchanges=(*reader.now.exchanges[1:], new))
            app.pane.update_from(reader.now)
            app.screen.focused.action_page(-1 if number % 2 else 1)  # type: ignore[union-attr]
            took.append((time.perf_counter() - began) * 1000)
            await pilot.pause()
        print(f"{rows:,} rows, a new one and a page: median {statistics.median(took):.1f} ms, worst {max(took):.1f} ms")


def throughput(google: str, rounds: int = 7, count: int = 1200) -> None:
    """Processor time of a request with the panel on, against `serve`, in alternating rounds."""
    with tempfile.TemporaryDirectory() as home, ours(Path(home), google) as (served, pid), panel(google) as screen:
        ratios = []
        for _ in range(rounds):
            plain = _cpu_s(pid, lambda: load(served, stream=False, count=count, at_once=8, words=20))
            shown = _cpu_s(screen.pid, lambda: load(screen.url, stream=False, count=count, at_once=8, words=20))
            ratios.append(shown / plain)
        print(f"processor time of a request, panel against serve: {100 * (statistics.median(ratios) - 1):+.1f} %")


def _cpu_s(pid: int, work: Callable[[], Coroutine[Any, Any, object]]) -> float:
    before = cpu_s(pid)
    asyncio.run(work())
    return cpu_s(pid) - before


def memory(google: str, counts: tuple[int, int] = (10_000, 100_000)) -> None:
    with panel(google) as screen:
        done, sizes = 0, []
        for count in counts:
            while done < count:
                asyncio.run(load(screen.url, stream=False, count=2_000, at_once=8, words=20))
                done += 2_000
            sizes.append(rss_mb(screen.pid))
        print(f"RSS after {counts[0]:,}: {sizes[0]:.1f} MB, after {counts[1]:,}: {sizes[1]:.1f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parts = {"bytes": bytes_a_second, "throughput": throughput, "memory": memory, "keys": keys_to_paint}
    parser.add_argument("--only", nargs="*", default=["bytes", "keys", "rows", "throughput"], choices=[*parts, "rows"])
    only = parser.parse_args().only
    if "rows" in only:
        rows_paged()
    with programs.simulator() as google:
        for name, part in parts.items():
            if name in only:
                part(google)


if __name__ == "__main__":
    main()
