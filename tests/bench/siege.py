"""The server under clients that mean no good, each measured on a real process: `python tests/bench/siege.py PART`.

`files`: 5,000 requests one after another, each on a connection of its own, under `ulimit -n 256`: none refused.
`crowd`: 1,000 idle connections and 300 half requests beside 20 streams: no stream stutters beyond 0.3 s.
`h2c`: clients that want HTTP/2 in both ways and then send for 5 s: memory stays flat.
`slow`: half requests and a body of one byte a second end by themselves, and do not hold a stop.
`body`: 60 MB in one request: memory at its peak, and how long others wait.
All traffic is on 127.0.0.1. Linux only (reads /proc). Ends with status 1 if something does not hold.
"""

import argparse
import asyncio
import contextlib
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import httpx
from measures import GOOGLE_KEY, programs, rss_mb

KEY = "Authorization: Bearer pwd"
STUTTER_S = 0.3
STREAMS, IDLE, HALF = 20, 1000, 300
CHUNK_S = 0.05
WORDS = 1500


class Siege:
    """The server that is besieged, and what did not hold."""

    def __init__(self, url: str, google: str, process: "subprocess.Popen[bytes]") -> None:
        self.url, self.google, self.process = url, google, process
        self.port = int(url.rpartition(":")[2])
        self.wrong: list[str] = []
        self._gaps: list[float] = []
        self._running, self._all_at = 0, 0.0

    def check(self, holds: bool, what: str) -> None:
        print(("" if holds else "WRONG ") + what, flush=True)
        if not holds:
            self.wrong.append(what)

    # ulimit -n 256

    async def files(self, count: int = 5000) -> None:
        began, statuses = time.monotonic(), Counter[str]()
        for _ in range(count):
            statuses[await self._fresh()] += 1
        took = time.monotonic() - began
        self.check(statuses == {"200": count}, f"{count} fresh connections one after another: {dict(statuses)}")
        print(f"in {took:.1f} s; open files at the end: {self._open_files()}")

    async def _fresh(self) -> str:
        """The client closes, the server is not asked to."""
        try:
            async with asyncio.timeout(5):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                try:
                    writer.write(f"GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\n{KEY}\r\n\r\n".encode())
                    return (await reader.readuntil(b"\r\n")).split(b" ")[1].decode()
                finally:
                    writer.close()
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            return type(error).__name__

    def _open_files(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    # 1,000 idle connections and 300 half requests

    async def crowd(self) -> None:
        alone = await self._longest_gap(None)
        held: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

        async def gather() -> None:
            half = b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nX-"
            for number in range(IDLE + HALF):
                held.append(await self._held(half if number % 13 < 3 else b""))

        crowded = await self._longest_gap(gather)
        still = sum(not reader.at_eof() for reader, _ in held)
        print(f"{len(held)} connections were opened, {still} are still there; {self._open_files()} open files")
        self.check(crowded <= STUTTER_S, f"longest gap in {STREAMS} streams: {crowded:.3f} s ({alone:.3f} s alone)")
        for _, writer in held:
            writer.transport.abort()

    async def _held(self, sent: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(sent)
        return reader, writer

    async def _longest_gap(self, meanwhile: Callable[[], Awaitable[None]] | None) -> float:
        """Between two pieces of any stream while all of them run, less the pause that Google makes."""
        self._gaps, self._running = [0.0], 0
        async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=STREAMS)) as client:
            fault = {"kind": "slow_chunks", "delay_s": CHUNK_S, "count": STREAMS}
            (await client.post(f"{self.google}/sim/faults", json=fault)).raise_for_status()
            streams = [asyncio.ensure_future(self._stream(client)) for _ in range(STREAMS)]
            while self._running < STREAMS:
                await asyncio.sleep(0.01)
            if meanwhile:
                await meanwhile()
                self.check(not any(stream.done() for stream in streams), "the crowd came while all streams ran")
            await asyncio.gather(*streams)
        return max(self._gaps)

    async def _stream(self, client: httpx.AsyncClient) -> None:
        message = {"role": "user", "content": f"Go. [sim:words={WORDS}]"}
        body = {"model": "gemini-2.5-flash", "stream": True, "messages": [message]}
        last = 0.0
        headers = dict([KEY.split(": ")])
        async with client.stream("POST", f"{self.url}/v1/chat/completions", json=body, headers=headers) as answer:
            assert answer.status_code == 200, await answer.aread()
            async for piece in answer.aiter_raw():
                now = time.monotonic()
                if b'"content":"' not in piece:  # heartbeats, before Google's first word
                    continue
                if not last:
                    self._running, self._all_at = self._running + 1, now
                elif self._running == STREAMS and last > self._all_at:
                    self._gaps.append(now - last - CHUNK_S)
                last = now

    # HTTP/2 without TLS

    async def h2c(self, seconds: float = 5.0) -> None:
        upgrade = b"GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade, HTTP2-Settings\r\n"
        upgrade += b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n"
        before = rss_mb(self.process.pid)
        firsts = await asyncio.gather(*(self._flood(start, seconds) for start in (upgrade, b"PRI * HTTP/2.0\r\n\r\n")))
        grown = rss_mb(self.process.pid) - before
        self.check(all(b"HTTP/1.1 4" in first for first in firsts), f"both ways are refused: {firsts}")
        self.check(grown < 5, f"memory grew by {grown:.1f} MB in {seconds:.0f} s")

    async def _flood(self, start: bytes, seconds: float) -> bytes:
        """Connects anew whenever it is thrown out; the first line of the first answer."""
        frame, first = b"\x00\x40\x00\x00\x00\x00\x00\x00\x01" + b"x" * 0x4000, b""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            reader, writer = await self._held(start)
            with contextlib.suppress(OSError):
                first = first or await reader.readuntil(b"\r\n")
                while time.monotonic() < end:
                    writer.write(frame)
                    await writer.drain()
            writer.transport.abort()
        return first

    # Half requests and slow bodies

    async def slow(self) -> None:
        heads = await asyncio.gather(*(self._until_closed(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n") for _ in range(50)))
        took = max(at for at, _ in heads)
        self.check({said for _, said in heads} == {b"408"}, f"50 half requests: 408 after {took:.1f} s")
        head = (
            f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\n{KEY}\r\nContent-Length: 9999\r\n\r\n".encode()
        )
        at, said = await self._until_closed(head, trickle=True)
        self.check(said == b"408", f"a byte a second: {said!r} after {at:.1f} s")
        held = [await self._held(head + b"{") for _ in range(50)] + [await self._held(head[:50]) for _ in range(50)]
        await self._fresh()
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(self.process.wait, 30)
        took = time.monotonic() - began
        self.check(took < 3, f"a stop beside 100 of them took {took:.1f} s")
        for _, writer in held:
            writer.transport.abort()

    async def _until_closed(self, sent: bytes, *, trickle: bool = False) -> tuple[float, bytes]:
        began = time.monotonic()
        reader, writer = await self._held(sent)
        answer = asyncio.ensure_future(reader.readuntil(b"\r\n"))
        while not answer.done():
            await asyncio.wait([answer], timeout=1.0)
            if trickle:
                writer.write(b"x")
        writer.transport.abort()
        return time.monotonic() - began, answer.result().split(b" ")[1]

    # 60 MB

    async def body(self, size_mb: int = 60) -> None:
        image = "data:image/png;base64," + "iVBORw0KGgoA" * (size_mb * 2**20 // 12)
        parts = [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": image}}]
        content = json.dumps({"model": "gemini-2.5-flash", "messages": [{"role": "user", "content": parts}]}).encode()
        before = rss_mb(self.process.pid)
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5", encoding="ascii")
        waits: list[float] = []
        probing = asyncio.ensure_future(self._probe(waits))
        headers = {"authorization": "Bearer pwd", "content-type": "application/json"}
        status = await asyncio.to_thread(self._post, content, headers)
        probing.cancel()
        peak = self._peak_mb() - before
        self.check(status == 200, f"{len(content) / 1e6:.0f} MB: status {status}")
        print(f"memory at its peak: {peak / (len(content) / 1e6):.1f} times its size; longest wait {max(waits):.2f} s")

    def _post(self, content: bytes, headers: dict[str, str]) -> int:
        return httpx.post(f"{self.url}/v1/chat/completions", content=content, headers=headers, timeout=300).status_code

    async def _probe(self, waits: list[float]) -> None:
        while True:
            began = time.monotonic()
            await self._fresh()
            waits.append(time.monotonic() - began)
            await asyncio.sleep(0.02)

    def _peak_mb(self) -> float:
        lines = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e6


@contextlib.contextmanager
def besieged(open_files: int = 0) -> Iterator[Siege]:
    """`serve` before the stand-in, in a shell with that limit on open files."""
    with tempfile.TemporaryDirectory() as folder, programs.simulator() as google:
        home, port = str(Path(folder) / "home"), programs.free_port()
        added = programs.command("creds", "add-key", "--no-check", GOOGLE_KEY, "--home", home)
        assert added.returncode == 0, added.stderr
        serve = [sys.executable, "-m", "gcli2api_tui", "serve", "--home", home, "--port", str(port)]
        limit = f"ulimit -n {open_files}; " if open_files else ""
        words = ["sh", "-c", limit + 'exec "$@"', "sh", *serve, "--password", "pwd"]
        environment = programs.environment(**programs.towards(google))
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(words, env=environment, **quiet) as process:
            try:
                url = f"http://127.0.0.1:{port}"
                programs.until(lambda: programs.answers(f"{url}/healthz"), "the server")
                yield Siege(url, google, process)
            finally:
                process.kill()


PARTS: dict[str, tuple[Callable[[Siege], Awaitable[None]], int]] = {
    "files": (Siege.files, 256),
    "crowd": (Siege.crowd, 0),
    "h2c": (Siege.h2c, 0),
    "slow": (Siege.slow, 0),
    "body": (Siege.body, 0),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART", help=", ".join(PARTS))
    broken = 0
    for name in parser.parse_args().parts or PARTS:
        part, open_files = PARTS[name]
        print(f"-- {name}", flush=True)
        with besieged(open_files) as siege:
            asyncio.run(part(siege))
            broken += len(siege.wrong)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
