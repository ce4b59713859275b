"""Memory under many slow streams, and under clients that stop reading: ours alone, with a Google of a few lines.

`python tests/bench/slow_streams.py [--streams 1000] [--events 15] [--gap 1.5] [--stopped 10]`. Prints the memory of an
idle server, the most with all streams at once and how many of them came to their end; then what each client costs that
asked for sixty megabytes and reads none. Nothing is kept for the panel meanwhile: that has a bound of its own. Linux
only (reads /proc).
"""

import argparse
import asyncio
import contextlib
import json
import resource
import socket
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from measures import MODEL, ours, rss_mb

from gcli2api_tui.tasks import run

MOST_FILES = 8192
FLOOD = 3_000
"""Events of 20 kB."""
SETTLED_S = 6.0


def main() -> None:
    options = _options()
    resource.setrlimit(resource.RLIMIT_NOFILE, (MOST_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    run(_measured(options))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=1_000)
    parser.add_argument("--events", type=int, default=15)
    parser.add_argument("--gap", type=float, default=1.5)
    parser.add_argument("--stopped", type=int, default=10)
    return parser.parse_args()


async def _measured(options: argparse.Namespace) -> None:
    async with _google(options.events, options.gap) as google:
        with tempfile.TemporaryDirectory() as home:
            Path(home, "config.toml").write_text("keep_bodies = 0\n")
            with ours(Path(home), google) as (url, pid):
                port = int(url.rsplit(":", 1)[1])
                await _streamed(port)
                print(f"idle: {rss_mb(pid):.0f} MB")
                await _crowd(port, pid, options.streams)
                await _stopped(port, pid, options.stopped)


async def _crowd(port: int, pid: int, count: int) -> None:
    door, most = asyncio.Semaphore(50), 0.0
    running = asyncio.gather(*(_streamed(port, door) for _ in range(count)))
    while not running.done():
        most = max(most, rss_mb(pid))
        await asyncio.sleep(0.1)
    print(f"{count} streams at once: {sum(await running)} complete, {most:.0f} MB at most")


async def _stopped(port: int, pid: int, count: int) -> None:
    before, clients = rss_mb(pid), []
    for _ in range(count):
        clients.append(socket.create_connection(("127.0.0.1", port)))
        clients[-1].sendall(_request("flood"))
    await asyncio.sleep(SETTLED_S)
    print(f"{count} clients that read nothing: {(rss_mb(pid) - before) / count:.2f} MB each")
    for client in clients:
        client.close()


async def _streamed(port: int, door: asyncio.Semaphore | None = None) -> bool:
    """Whether an answer came whole."""
    async with door or contextlib.nullcontext():
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_request("go"))
    answer = b""
    while not answer.endswith(b"\r\n0\r\n\r\n") and (received := await reader.read(65_536)):
        answer += received
    writer.close()
    return b"data: [DONE]" in answer


def _request(words: str) -> bytes:
    body = json.dumps({"model": MODEL, "stream": True, "messages": [{"role": "user", "content": words}]}).encode()
    head = "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer pwd\r\n"
    return f"{head}content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


@contextlib.asynccontextmanager
async def _google(events: int, gap_s: float) -> AsyncIterator[str]:
    """Answers each request with a slow stream, or with as much as is taken."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await _answer(reader, writer)

    async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = next((line for line in head.split(b"\r\n") if line.startswith(b"content-length:")), b":0")
        floods = b"flood" in await reader.readexactly(int(length.partition(b":")[2]))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        for _ in range(FLOOD if floods else events):
            writer.write(_chunk("z" * 20_000 if floods else "word " * 8))
            await writer.drain()
            await asyncio.sleep(0 if floods else gap_s)
        writer.write(_chunk("", "STOP") + b"0\r\n\r\n")

    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=4096)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def _chunk(text: str, finish: str = "") -> bytes:
    candidate = {"content": {"parts": [{"text": text}], "role": "model"}, "index": 0}
    ended = {**candidate, "finishReason": finish} if finish else candidate
    event = {"candidates": [ended], "usageMetadata": {"promptTokenCount": 7, "candidatesTokenCount": 40}}
    data = f"data: {json.dumps(event)}\r\n\r\n".encode()
    return b"%x\r\n%s\r\n" % (len(data), data)


if __name__ == "__main__":
    main()
