"""What the benchmarks share: processes, CPU and memory of a process, and a client that reads to the end."""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

TESTS = Path(__file__).parent.parent
sys.path.insert(0, str(TESTS))

import programs  # noqa: E402 - found through the line above

GOOGLE_KEY = "AIza-sim-key-0002"
"""A key of the simulator's default world that has no limits."""

MODEL = "gemini-2.5-flash"


def cpu_s(pid: int) -> float:
    """CPU seconds of a process, with threads that have ended (Linux: the kernel's clock of another process)."""
    with contextlib.suppress(OSError):
        return time.clock_gettime((~pid << 3) | 2)
    return 0.0


def rss_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextlib.contextmanager
def process(*words: str, google: str = "", **extra: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Any command in the background, without output, stopped at the end."""
    towards = programs.towards(google) if google else {}
    with subprocess.Popen(
        words,
        # With `-m`: the version that is installed beside `python`, not the one at hand. A script needs its own folder.
        env=programs.environment(**({"PYTHONSAFEPATH": "1"} if "-m" in words else {}), **towards, **extra),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as started:
        try:
            yield started
        finally:
            started.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                started.wait(15)
            started.kill()


@contextlib.contextmanager
def ours(home: Path, google: str, python: str = sys.executable) -> Iterator[tuple[str, int]]:
    """`serve` with the simulator's unlimited key; gives its URL and its process id.

    `python` may be another version's.
    """
    added = [python, "-m", "gcli2api_tui", "creds", "add-key", "--no-check", GOOGLE_KEY, "--home", str(home)]
    subprocess.run(added, env=programs.environment(PYTHONSAFEPATH="1"), check=True, capture_output=True)
    port = programs.free_port()
    words = ("-m", "gcli2api_tui", "serve", "--home", str(home), "--port", str(port), "--password", "pwd")
    with process(python, *words, google=google) as started:
        url = f"http://127.0.0.1:{port}"
        programs.until(lambda: programs.answers(f"{url}/healthz"), "our server")
        yield url, started.pid


def body(*, stream: bool, words: int) -> dict[str, Any]:
    return {"model": MODEL, "stream": stream, "messages": [{"role": "user", "content": f"Go. [sim:words={words}]"}]}


async def ask(client: httpx.AsyncClient, url: str, *, stream: bool, words: int) -> tuple[int, float]:
    """One request, read to its end; (events that came, seconds to the first byte of the answer's body)."""
    began, first, events = time.perf_counter(), 0.0, 0
    headers = {"authorization": "Bearer pwd"}
    content = body(stream=stream, words=words)
    async with client.stream("POST", f"{url}/v1/chat/completions", json=content, headers=headers) as answer:
        assert answer.status_code == 200, (await answer.aread())[:500]
        async for piece in answer.aiter_raw():
            first = first or time.perf_counter() - began
            events += piece.count(b"data:")
    return events, first


async def load(url: str, *, stream: bool, count: int, at_once: int, words: int) -> list[tuple[int, float]]:
    """`count` requests, `at_once` of them in flight."""
    gate = asyncio.Semaphore(at_once)
    async with httpx.AsyncClient(timeout=120, limits=httpx.Limits(max_connections=at_once)) as client:

        async def one() -> tuple[int, float]:
            async with gate:
                return await ask(client, url, stream=stream, words=words)

        return await asyncio.gather(*(one() for _ in range(count)))
