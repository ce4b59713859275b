"""Requests that no client sends, by the thousand, over raw sockets: targets, headers, framing.

`python tests/server/fuzz_requests.py [--count 4000] [--seed 1]` runs against the real listener with the app of these
tests; a short form is in test_fuzz_requests.py. Broken are: a status of 500 and above other than 501 to 504 of ours,
a hang, a connection that ends without a word on a whole request, and anything the server logs as an error.

Last result: see the end of docs/architecture.md.
"""

import argparse
import asyncio
import random
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

HANG_S = 10.0
KEY = b"authorization: Bearer client-key"

TARGETS = (
    b"/",
    b"/v1/models",
    b"/v1/chat/completions",
    b"/healthz",
    b"/admin/api/snapshot",
    b"/auth/callback",
    b"",
    b"*",
    b"?",
    b"?x=1",
    b"foo",
    b"//",
    b"///",
    b"/..",
    b"/../../etc/passwd",
    b"http://[",
    b"http://[::1",
    b"http://",
    b"http:",
    b"http://a/b?c",
    b"https://x:99999999/",
    b"ftp://x/",
    b"http://u@h/",
    b"host:443",
    b"/%",
    b"/%zz",
    b"/%00",
    b"/%0a",
    b"/%ff%fe",
    b"/%e4%bd%a0",
    b"/v1/models/%2e%2e",
    b"/v1/models/" + b"a" * 9000,
    b"/" + b"%41" * 3000,
    b"/#f",
    b"/?%",
    b"/v1/models?limit=" + b"9" * 5000,
    b"/v1beta/models?pageSize=" + b"9" * 5000,
    b"/v1beta/models?pageToken=-1",
    b"/v1/responses/resp_1/input_items?limit=" + b"1" * 5000,
    b"/?key=%ff",
    b"/?" + b"&" * 5000,
    b"/?" + b"a=1&" * 2000,
    b"/auth/callback?state=%ed%a0%80",
    b"/auth/callback?code=&state=",
    b"/v1/models/a:b:c",
    b"/v1/responses/%F0%9F%98%80",
    b"\x00",
    b"/\xff",
    b"/a b",
    b"/\t",
    b"/;jsessionid=1",
    b"/v1/models;x",
    b'/{}|\\^`<>"',
)
METHODS = (
    b"GET",
    b"POST",
    b"HEAD",
    b"OPTIONS",
    b"DELETE",
    b"PUT",
    b"CONNECT",
    b"TRACE",
    b"PRI",
    b"get",
    b"G@T",
    b"",
    b"X" * 300,
)
VERSIONS = (
    b"HTTP/1.0",
    b"HTTP/2.0",
    b"HTTP/0.9",
    b"HTTP/9.9",
    b"HTTP/1",
    b"http/1.1",
    b"",
    b"FTP/1.1",
)
HEADERS = (
    KEY,
    b"authorization: Bearer nope",
    b"authorization: \xff\xfe",
    b"authorization: Basic xx",
    b"x-api-key: client-key",
    b"content-length: 5",
    b"content-length: -1",
    b"content-length: 5, 5",
    b"content-length: 5, 6",
    b"content-length: " + b"9" * 5000,
    b"content-length: 99999999999999999999",
    b"content-length: 0x5",
    b"content-length: +5",
    b"content-length:",
    b"content-length: 70000000",
    b"transfer-encoding: chunked",
    b"transfer-encoding: gzip, chunked",
    b"transfer-encoding: xchunked",
    b"transfer-encoding:\x0bchunked",
    b"transfer-encoding: identity",
    b"Transfer-Encoding : chunked",
    b"upgrade: websocket",
    b"connection: upgrade",
    b"upgrade: h2c",
    b"connection: upgrade, http2-settings",
    b"http2-settings: AAMAAABkAARAAAAAAAIAAAAA",
    b"connection: close",
    b"connection: keep-alive",
    b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
    b"sec-websocket-version: 13",
    b"expect: 100-continue",
    b"expect: 200-ok",
    b"host: evil.example",
    b"host: [",
    b"host: [::1",
    b"host:",
    b"host: a b",
    b"origin: null",
    b"content-encoding: gzip",
    b"content-encoding: br",
    b"content-type: \xff",
    b"cookie: " + b"a" * 9000,
    b"x: " + b"b" * 70000,
    b" folded: yes",
    b": empty",
    b"no colon",
    b"x\x00y: 1",
    b"x: a\x00b",
    b"x: a\x0cb",
    b"x:\ty",
    b"range: bytes=0-",
    b"if-none-match: *",
    b"accept-encoding: \x80",
    b"user-agent: " + b"\xe4" * 500,
    b"date: never",
    b"x-goog-api-key: \xc3\xa9",
    b"anthropic-version: ",
    b"access-control-request-method: POST",
)
BODIES = (
    b"",
    b"hello",
    b"{}",
    b"0\r\n\r\n",
    b"5\r\nhello\r\n0\r\n\r\n",
    b"5\r\nhello0\r\n\r\n",
    b"zz\r\n",
    b"-1\r\n",
    b"f" * 40 + b"\r\n",
    b"5;ext=" + b"a" * 9000 + b"\r\nhello\r\n0\r\n\r\n",
    b"5\r\nhel",
    b"0\r\nx: y\r\n\r\n",
    b"0\r\nbad trailer\r\n\r\n",
    b"\x1f\x8b\x08\x00",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"\x00" * 100,
    b"[" * 70000,
)
STARTS = (
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"\r\n\r\n\r\n",
    b"\n",
    b"\x00" * 1000,
    b"A" * 200_000,
    b"GET / HTTP/1.1\n\n",
    b"GET / HTTP/1.1\r\n" + b"a:b\r\n" * 20_000 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"a:b\r\n" * 99 + b"\r\n",
    b"SSH-2.0-x\r\n",
    b"\xff\xf4\xff\xfd\x06",
)


@dataclass
class Found:
    """How they were answered, and what must not be."""

    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def made(rng: random.Random) -> bytes:
    """One request, mostly well-formed but for a thing or two."""
    if rng.random() < 0.05:
        return rng.choice(STARTS)
    if rng.random() < 0.1:
        return _mutated(rng, _request(rng))
    return _request(rng)


def _request(rng: random.Random) -> bytes:
    method = rng.choice(METHODS[:5]) if rng.random() < 0.8 else rng.choice(METHODS)
    target = rng.choice(TARGETS[:6]) if rng.random() < 0.5 else rng.choice(TARGETS)
    lines = [b" ".join((method, target, b"HTTP/1.1" if rng.random() < 0.8 else rng.choice(VERSIONS)))]
    if rng.random() < 0.9:
        lines.append(b"Host: 127.0.0.1")
    if rng.random() < 0.5:
        lines.append(KEY)
    lines += rng.sample(HEADERS, rng.choice((0, 0, 0, 1, 1, 1, 2, 4)))
    return b"\r\n".join(lines) + b"\r\n\r\n" + rng.choice(BODIES)


def _mutated(rng: random.Random, request: bytes) -> bytes:
    changed = bytearray(request)
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(changed))
        changed[place : place + rng.choice((0, 1, 3))] = bytes(rng.choices(range(256), k=rng.choice((0, 1, 2))))
    return bytes(changed) or b"\n"


async def fuzz(port: int, count: int, seed: int, at_once: int = 16) -> Found:
    """Send them, each on a connection of its own that the client half-closes when it is done."""
    rng, found = random.Random(seed), Found()
    requests = iter([made(rng) for _ in range(count)])

    async def worker() -> None:
        for request in requests:
            try:
                async with asyncio.timeout(HANG_S):
                    await _judge(port, request, found)
            except TimeoutError:
                found.wrong.append(f"hangs: {request[:300]!r}")

    await asyncio.gather(*(worker() for _ in range(at_once)))
    return found


async def _judge(port: int, request: bytes, found: Found) -> None:
    answer = await ask(port, request)
    status = answer.split(b" ", 2)[1].decode("latin-1") if answer.startswith(b"HTTP/1.1 ") else "nothing"
    found.statuses[status] += 1
    if status[0] == "5" or (status == "nothing" and answer):
        found.wrong.append(f"{status}: {request[:300]!r} → {answer[:200]!r}")
    if status[0] == "4" and not request.startswith(b"HEAD") and b'"message"' not in answer and b"<h1>" not in answer:
        found.wrong.append(f"{status} without words: {request[:300]!r} → {answer[:200]!r}")


async def ask(port: int, request: bytes) -> bytes:
    """The first kilobytes that come back; nothing if the server waits for more and the client goes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        try:
            async with asyncio.timeout(0.5):
                return await reader.read(4096)
        except TimeoutError:  # it waits for the rest of the request
            writer.write_eof()
            return await reader.read(4096)
    except OSError:
        return b""
    finally:
        writer.transport.abort()


async def run(count: int, seed: int) -> Found:
    """Against the listener with the app of these tests."""
    from conftest import Runtime

    from gcli2api_tui.clock import Clock
    from gcli2api_tui.server.hypercorn_server import bind, serve

    runtime, stop, listener = Runtime(), asyncio.Event(), bind("127.0.0.1", 0)
    # Whoever guesses keys is kept waiting; no time is measured here.
    runtime.services.lockout._clock = Clock(now=lambda: 1000.0, sleep=lambda seconds: asyncio.sleep(0))
    crashes: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: crashes.append(str(context)))
    serving = asyncio.ensure_future(serve(runtime.app, listener, stop.wait, lambda: 1.0))
    found = await fuzz(listener.getsockname()[1], count, seed)
    stop.set()
    await asyncio.wait_for(serving, 10)
    errors = [event.text for event in runtime.recorder.lines if event.level == "error"]
    found.wrong += [*(f"logged: {text}" for text in errors), *(f"crashed: {text}" for text in crashes)]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    found = asyncio.run(run(options.count, options.seed))
    print(f"{options.count} requests, seed {options.seed}: {dict(found.statuses.most_common())}")
    for what in found.wrong[:20]:
        print(f"WRONG {what}")
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
