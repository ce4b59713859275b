"""What an attacker may try at the doors, each measured on a real process: `python tests/bench/attacks.py [ATTACK …]`.

The attacker is a process of its own. Beside it five streams run and somebody with the right key asks: the longest gap
in a stream (less the pause that Google makes), the longest wait for an answer, and what memory and log grew by, are
printed and have bounds.
All traffic is on 127.0.0.0/8. Linux only (reads /proc, and binds other loopback addresses). Ends with status 1 if
something does not hold. `tests/test_attacks.py` runs a short form of each.
"""

import argparse
import asyncio
import contextlib
import io
import json
import os
import ssl
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from measures import GOOGLE_KEY, process, programs, rss_mb

KEY, PANEL = "the-right-client-key", "the-right-panel-key"
STREAMS, CHUNK_S, WORDS = 5, 0.05, 600
STUTTER_S = 0.3
"""More than without the attack: the machine may be busy with other things."""
ALONE_S = 3.0
MEMORY_MB = 60.0
LARGE_BODY_MB = 300.0
"""What a body at the limit of 64 MB may cost while it is read: docs/performance.md."""
LINES_A_MINUTE = 20
GET = b"GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n\r\n"
POST = b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n" % KEY.encode()

Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Besieged:
    """The server, and how those fare who mean well. `size` makes an attack smaller than it is by default."""

    port: int
    google: str
    pid: int
    size: float = 1.0
    certificate: str = ""
    gaps: list[float] = field(default_factory=lambda: [0.0])
    waits: list[float] = field(default_factory=lambda: [0.0])
    said: list[str] = field(default_factory=list)
    heaviest: float = 0.0
    over: bool = False
    """Then they end at their next piece: cancelled while it connects, anyio leaves its socket to the collector."""

    @property
    def scheme(self) -> str:
        return "https" if self.certificate else "http"

    def many(self, count: int) -> int:
        return max(1, round(count * self.size))

    def trusted(self) -> ssl.SSLContext | bool:
        return ssl.create_default_context(cadata=self.certificate) if self.certificate else False

    async def open(self, address: str = "127.0.0.1", *, plain: bool = False) -> Pair:
        tls = self.trusted() if self.certificate and not plain else None
        return await asyncio.open_connection("127.0.0.1", self.port, local_addr=(address, 0), ssl=tls or None)

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=f"{self.scheme}://127.0.0.1:{self.port}", verify=self.trusted(), timeout=60)


# Those who mean well


async def keep_streaming(it: Besieged, running: asyncio.Event) -> None:
    async with it.client() as client:
        while not it.over:
            last, words = 0.0, f"Go. [sim:words={WORDS}]"
            body = {"model": "gemini-2.5-flash", "stream": True, "messages": [{"role": "user", "content": words}]}
            headers = {"authorization": f"Bearer {KEY}"}
            async with client.stream("POST", "/v1/chat/completions", json=body, headers=headers) as answer:
                assert answer.status_code == 200, await answer.aread()
                async for piece in answer.aiter_raw():
                    if it.over:
                        return
                    if b'"content":"' not in piece:
                        continue
                    now = time.monotonic()
                    if last:
                        it.gaps.append(now - last - CHUNK_S)
                        running.set()
                    last = now


async def keep_asking(it: Besieged) -> None:
    """With the right key, on a connection of its own each time."""
    while not it.over:
        began = time.monotonic()
        async with it.client() as client:
            answer = await client.get("/v1/models", headers={"authorization": f"Bearer {KEY}"})
            assert answer.status_code == 200
        it.waits.append(time.monotonic() - began)
        await asyncio.sleep(0.05)


async def keep_weighing(it: Besieged) -> None:
    while not it.over:
        it.heaviest = max(it.heaviest, rss_mb(it.pid))
        await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def attacker(it: Besieged, name: str) -> AsyncIterator[None]:
    """In a process that yields to those who mean well; what it holds open is held until the block ends."""
    told = json.dumps([name, it.port, it.google, it.size, it.certificate])
    words = [sys.executable, str(Path(__file__)), "--told", told]
    child = await asyncio.create_subprocess_exec(*words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout and child.stdin
    line = await child.stdout.readline()
    assert line, f"{name} broke off"
    it.said.append(line.decode().strip())
    yield
    child.stdin.close()
    await child.wait()


async def attack_alone(told: str) -> None:
    """What the attacker's process does."""
    os.nice(10)
    name, port, google, size, certificate = json.loads(told)
    it = Besieged(port, google, 0, size, certificate)
    async with ATTACKS[name](it):
        print("; ".join(it.said), flush=True)
        await asyncio.to_thread(sys.stdin.read)


async def withstand(it: Besieged, name: str) -> list[str]:
    """What did not hold."""
    async with httpx.AsyncClient() as google:
        fault = {"kind": "slow_chunks", "delay_s": CHUNK_S, "count": 1000}
        (await google.post(f"{it.google}/sim/faults", json=fault)).raise_for_status()
    events = [asyncio.Event() for _ in range(STREAMS)]
    good = [asyncio.ensure_future(keep_streaming(it, event)) for event in events]
    good += [asyncio.ensure_future(keep_asking(it)), asyncio.ensure_future(keep_weighing(it))]
    await asyncio.gather(*(event.wait() for event in events))
    it.gaps, it.waits = [0.0], [0.0]
    await asyncio.sleep(ALONE_S)
    alone, before = max(it.gaps), rss_mb(it.pid)
    it.heaviest, it.gaps, it.waits, began = before, [0.0], [0.0], time.monotonic()
    async with attacker(it, name):
        took, waits = time.monotonic() - began, sorted(it.waits)
    it.over = True
    failed = [end for end in await asyncio.gather(*good, return_exceptions=True) if end is not None]
    async with it.client() as client:
        seen = (await client.get("/admin/api/snapshot", headers={"authorization": f"Bearer {PANEL}"})).json()
    grown, lines = it.heaviest - before, sum("The key is wrong" in row["text"] for row in seen["log"])
    print(
        f"{name}: {'; '.join(it.said)}. In {took:.1f} s: longest gap in a stream {max(it.gaps):.3f} s ({alone:.3f} "
        f"before), longest wait with the right key {waits[-1]:.2f} s (median {waits[len(waits) // 2]:.3f}), memory "
        f"{grown:+.1f} MB, {lines} lines of log",
        flush=True,
    )
    wrong = {
        "a stream or a question failed": bool(failed),
        "a stream stuttered": max(it.gaps) > alone + STUTTER_S,
        "memory grew": grown > (LARGE_BODY_MB if name in LARGE_BODIES else MEMORY_MB),
        "the log filled up": lines > LINES_A_MINUTE * (2 + took // 60),
    }
    return [f"{name}: {what}" for what, holds in wrong.items() if holds]


# The attacks


Attack = Callable[[Besieged], contextlib.AbstractAsyncContextManager[None]]


def _at_once(work: Callable[[Besieged], Awaitable[None]]) -> Attack:
    @contextlib.asynccontextmanager
    async def attack(it: Besieged) -> AsyncIterator[None]:
        await work(it)
        yield

    return attack


async def guess(it: Besieged, addresses: Sequence[str], count: int, workers: int = 50) -> None:
    """Wrong keys over connections that are kept, from each address in turn; the right key from the same ones."""
    statuses, left = Counter[int](), iter(range(count))

    async def work(number: int) -> None:
        reader, writer = await it.open(addresses[number % len(addresses)])
        for one in left:
            writer.write(GET % b"sk-wrong-%d" % one)
            statuses[await _status(reader)] += 1
        writer.write(GET % KEY.encode())
        assert await _status(reader) == 200, "the right key from an address that is locked out"
        writer.close()

    await asyncio.gather(*(work(number) for number in range(max(workers, len(addresses)))))
    assert set(statuses) <= {401, 429}, statuses
    it.said.append(f"{count} wrong keys from {len(addresses)} addresses: {dict(sorted(statuses.items()))}")


async def _status(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = next((int(line.split(": ")[1]) for line in head.split("\r\n") if line.startswith("content-length")), 0)
    await reader.readexactly(length)
    return int(head.split(" ")[1])


async def one_address(it: Besieged) -> None:
    await guess(it, ["127.0.0.9"], it.many(10_000))


async def two_hundred_addresses(it: Besieged) -> None:
    await guess(it, [f"127.1.{number}.1" for number in range(1, 201)], it.many(10_000))


@contextlib.asynccontextmanager
async def held(it: Besieged, count: int, sent: bytes, *, plain: bool = False) -> AsyncIterator[list[Pair]]:
    """So many connections that send this and no more."""
    pairs = []
    for _ in range(it.many(count)):
        pairs.append(await it.open(plain=plain))
        pairs[-1][1].write(sent)
    yield pairs
    for _, writer in pairs:
        writer.transport.abort()


@contextlib.asynccontextmanager
async def slow_loris(it: Besieged) -> AsyncIterator[None]:
    """Headers and bodies a byte at a time."""
    head, body = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-", POST + b"Content-Length: 99999\r\n\r\n{"
    async with held(it, 300, head) as heads, held(it, 300, body) as bodies:
        for _ in range(max(2, it.many(10))):
            for _, writer in (*heads, *bodies):
                writer.write(b"a")
            await asyncio.sleep(0.5)
        it.said.append(f"{len(heads)} slow heads, {len(bodies)} slow bodies")
        yield


@contextlib.asynccontextmanager
async def idle(it: Besieged) -> AsyncIterator[None]:
    async with held(it, 2000, b"") as pairs:
        await asyncio.sleep(2.0)
        it.said.append(f"{len(pairs)} idle connections, {sum(not reader.at_eof() for reader, _ in pairs)} still there")
        yield


@contextlib.asynccontextmanager
async def handshakes(it: Besieged) -> AsyncIterator[None]:
    """TLS that begins and never goes on, and TLS that is done and says nothing."""
    hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
    async with held(it, 500, hello, plain=True), held(it, 500, b"", plain=True), held(it, 200, b"") as done:
        await asyncio.sleep(2.0)
        it.said.append(f"{it.many(1000)} handshakes that never end, {len(done)} idle connections over TLS")
        yield


async def ten_gigabytes(it: Besieged) -> None:
    """Declared; and as chunks that say they are huge."""
    statuses = Counter[int]()
    for framing in (b"Content-Length: 10737418240\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFF\r\n"):
        for path in (b"/v1/chat/completions", b"/admin/api/credentials"):
            key = KEY if path.startswith(b"/v1") else PANEL
            for _ in range(it.many(20)):
                reader, writer = await it.open()
                writer.write(
                    b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n" % (path, key.encode())
                )
                writer.write(framing)
                with contextlib.suppress(OSError):
                    for _ in range(80):
                        writer.write(b"x" * 2**20)
                        await asyncio.wait_for(writer.drain(), 0.2)
                with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
                    statuses[await asyncio.wait_for(_status(reader), 5)] += 1
                writer.transport.abort()
                if framing.startswith(b"T"):
                    break
    assert set(statuses) <= {413, 400}, statuses
    it.said.append(f"bodies of 10 GB: {dict(sorted(statuses.items()))}")


async def zip_bombs(it: Besieged) -> None:
    """Entries that unpack to 1 GB each, a bomb of gzip, and 100,000 entries."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(10):
            with archive.open(f"{number}.json", "w", force_zip64=True) as entry:
                for _ in range(it.many(50)):
                    entry.write(b" " * 2**20)
    entries = io.BytesIO()
    with zipfile.ZipFile(entries, "w") as archive:
        for number in range(it.many(100_000)):
            archive.writestr(f"{number}.json", "")
    statuses = Counter[int]()
    async with it.client() as client:
        panel, own = ({"authorization": f"Bearer {key}"} for key in (PANEL, KEY))
        for bomb in (packed.getvalue(), entries.getvalue()):
            statuses[(await client.post("/admin/api/credentials", content=bomb, headers=panel)).status_code] += 1
        squeezed = await asyncio.to_thread(_gzip_of, 200 * 2**20)
        headers = {**own, "content-type": "application/json", "content-encoding": "gzip"}
        for _ in range(3):
            answer = await client.post("/v1/chat/completions", content=squeezed, headers=headers)
            statuses[answer.status_code] += 1
    assert set(statuses) <= {409, 413}, statuses
    it.said.append(f"bombs of ZIP and gzip: {dict(sorted(statuses.items()))}")


def _gzip_of(size: int) -> bytes:
    import gzip

    return gzip.compress(b" " * size)


async def header_flood(it: Besieged) -> None:
    statuses = Counter[int]()
    for flood in (
        b"a: b\r\n" * 50_000,
        b"a: " + b"b" * 2_000_000 + b"\r\n",
        b"".join(b"X-%d: y\r\n" % n for n in range(101)),
    ):
        for _ in range(it.many(50)):
            reader, writer = await it.open()
            writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + flood + b"\r\n")
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                statuses[await _status(reader)] += 1
            writer.transport.abort()
    assert set(statuses) <= {431, 400}, statuses
    it.said.append(f"floods of headers: {dict(sorted(statuses.items()))}")


async def garbage(it: Besieged) -> None:
    """Behind a request that is well, on one connection; and chunks whose sizes mean nothing."""
    statuses = Counter[int]()
    tails = (b"\x00\xff" * 30_000, b"GET / HTTP/9.9\r\n\r\n" * 500, GET % b"x" * 200, b"\r\n" * 30_000)
    chunks = (b"-1\r\n", b"0x10\r\n", b"1 1\r\n", b"9" * 5000 + b"\r\n", b"\r\n\r\n", b"1;" + b"a" * 90_000)
    for sent in (
        *(GET % KEY.encode() + tail for tail in tails),
        *(POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunk for chunk in chunks),
    ):
        for _ in range(it.many(30)):
            reader, writer = await it.open()
            writer.write(sent)
            with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
                statuses[await asyncio.wait_for(_status(reader), 1)] += 1
            writer.transport.abort()
    assert all(status < 500 for status in statuses), statuses
    it.said.append(f"garbage behind requests and in chunks: {dict(sorted(statuses.items()))}")


ATTACKS: dict[str, Attack] = {
    "one-address": _at_once(one_address),
    "two-hundred-addresses": _at_once(two_hundred_addresses),
    "slow-loris": slow_loris,
    "idle": idle,
    "ten-gigabytes": _at_once(ten_gigabytes),
    "bombs": _at_once(zip_bombs),
    "headers": _at_once(header_flood),
    "garbage": _at_once(garbage),
    "handshakes": handshakes,
}
OVER_TLS = ("handshakes",)
LARGE_BODIES = ("bombs", "ten-gigabytes")


@contextlib.contextmanager
def besieged(google: str, *, tls: bool = False, size: float = 1.0) -> Iterator[Besieged]:
    with tempfile.TemporaryDirectory() as folder:
        home, port, variables = Path(folder) / "home", programs.free_port(), {}
        added = programs.command("creds", "add-key", "--no-check", GOOGLE_KEY, "--home", str(home))
        assert added.returncode == 0, added.stderr
        text = ""
        if tls:
            import certificates

            chain, key = certificates.make(home)
            text = Path(chain).read_text()
            variables = {"GCLI2API_TLS_CERT": chain, "GCLI2API_TLS_KEY": key}
        words = ("serve", "--home", str(home), "--port", str(port), "--password", KEY)
        variables |= {"GCLI2API_PANEL_PASSWORD": PANEL, **programs.towards(google)}
        with process(sys.executable, "-m", "gcli2api_tui", *words, **variables) as server:
            programs.until(lambda: server.poll() is not None or (home / "run.json").exists(), "the server")
            pid = json.loads((home / "run.json").read_text())["pid"]
            yield Besieged(port, google, pid, size, text)


def run(name: str, google: str, size: float = 1.0) -> list[str]:
    """What did not hold."""
    with besieged(google, tls=name in OVER_TLS, size=size) as it:
        return asyncio.run(withstand(it, name))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("attacks", nargs="*", choices=[*ATTACKS, []], metavar="ATTACK", help=", ".join(ATTACKS))
    parser.add_argument("--size", type=float, default=1.0, help="of each attack, 1 is whole")
    parser.add_argument("--told", help=argparse.SUPPRESS)
    asked, wrong = parser.parse_args(), []
    if asked.told:
        asyncio.run(attack_alone(asked.told))
        return 0
    with programs.simulator() as google:
        for name in asked.attacks or ATTACKS:
            wrong += run(name, google, asked.size)
    print("\n".join(f"WRONG {what}" for what in wrong) or "all held")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
