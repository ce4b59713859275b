"""A stand-in for Google that costs almost nothing: answers made beforehand, written on plain asyncio protocols.

`python raw_google.py PORT`. What is answered stands in the request's text: `[bench:events=50,gap=20,first=1000]` is a
stream of 50 events of 200 characters, 20 ms apart, the first after a second; `size=…` is the length of a whole answer.
Each event says when it left (`t=`, monotonic microseconds), so that a client of this machine sees how long it took. It
also answers Chat Completions, in its own words: what a splice without any conversion brings back.
"""

import asyncio
import functools
import json
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

MARK = "Lorem"
"""Every text begins with it: the first content of an answer is where it is."""
TEXT = (MARK + " ipsum dolor sit amet, consetetur sadipscing elitr, sed diam nonumy eirmod tempor ") * 20
EVENT_CHARACTERS = 200
TIME_DIGITS = 15
"""No more: what reads numbers may look twice at longer ones, which Google never sends."""

_LENGTH = re.compile(rb"content-length: *(\d+)", re.I)
_CHUNKED = re.compile(rb"transfer-encoding: *chunked", re.I)
_WHOLE_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=UTF-8\r\ncontent-length: %d\r\n\r\n"
_STREAM_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
_LAST_CHUNK = b"0\r\n\r\n"
_MODELS = json.dumps({
    "models": [{
        "name": "models/gemini-2.5-flash",
        "displayName": "Gemini 2.5 Flash",
        "supportedGenerationMethods": ["generateContent", "countTokens"],
        "inputTokenLimit": 1_048_576,
        "outputTokenLimit": 65_536,
    }]
}).encode()  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """What a prompt asks for; times in milliseconds."""

    events: int = 50
    gap: int = 0
    first: int = 0
    size: int = 1_000

    @property
    def paced(self) -> bool:
        return bool(self.gap)


@functools.lru_cache(maxsize=1_000)
def plan_of(words: bytes) -> Plan:
    pairs = (pair.split("=") for pair in words.decode().split(",") if pair)
    return Plan(**{name: int(value) for name, value in pairs})


@functools.lru_cache(maxsize=100)
def whole(plan: Plan) -> bytes:
    body = json.dumps(_answer((TEXT * (plan.size // len(TEXT) + 1))[: plan.size], "STOP")).encode()
    return _WHOLE_HEAD % len(body) + body


@functools.lru_cache(maxsize=100)
def event(*, last: bool) -> tuple[bytes, bytes]:
    """What is before and behind the time in an event, as a chunk of which only the time changes."""
    text = TEXT[: EVENT_CHARACTERS - 3 - TIME_DIGITS]
    data = b"data: " + json.dumps(_answer(f"{text} t=@", "STOP" if last else "")).encode() + b"\r\n\r\n"
    chunk = b"%x\r\n%s\r\n" % (len(data) - 1 + TIME_DIGITS, data)
    before, _, behind = chunk.partition(b"@")
    return before, behind


def _answer(text: str, finish: str) -> dict[str, object]:
    candidate = {"content": {"parts": [{"text": text}], "role": "model"}, "index": 0}
    return {
        "candidates": [candidate | ({"finishReason": finish} if finish else {})],
        "usageMetadata": {"promptTokenCount": 12, "candidatesTokenCount": 40, "totalTokenCount": 52},
        "modelVersion": "gemini-2.5-flash",
        "responseId": "Zm9vYmFyYmF6",
    }


class Connection(asyncio.Protocol):
    """One connection of a proxy; requests on it come one after another."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._received = bytearray()
        self._needed = 0

    def data_received(self, data: bytes) -> None:
        received = self._received
        received += data
        if len(received) < self._needed:
            return
        if (end := received.find(b"\r\n\r\n") + 4) < 4:
            return
        head = bytes(received[:end])
        if length := _LENGTH.search(head):
            self._needed = end + int(length[1])
        elif _CHUNKED.search(head):
            if not received.endswith(_LAST_CHUNK):
                return
            self._needed = len(received)
        else:
            self._needed = end
        if len(received) >= self._needed:
            body = bytes(received[end:])
            received.clear()
            self._needed = 0
            self._answer(head.partition(b"\r\n")[0], body)

    def _answer(self, line: bytes, body: bytes) -> None:
        path = line.split(b" ", 2)[1]
        at = body.rfind(b"[bench:")
        if at < 0:
            known = _MODELS if path.startswith(b"/v1beta/models") else b"{}"
            self._transport.write(_WHOLE_HEAD % len(known) + known)
            return
        plan = plan_of(body[at + 7 : body.index(b"]", at)])
        streams = b":streamGenerateContent" in path or b'"stream":true' in body
        after = self._begin if streams else lambda plan: self._transport.write(whole(plan))
        self._later(plan.first, lambda: after(plan))

    def _later(self, wait_ms: int, call: Callable[[], None]) -> None:
        if wait_ms:
            self._loop.call_later(wait_ms / 1000, call)
        else:
            call()

    def _begin(self, plan: Plan) -> None:
        self._transport.write(_STREAM_HEAD)
        self._step(plan, 1, self._loop.time())

    def _step(self, plan: Plan, number: int, began: float) -> None:
        """One event, then the next: after its gap, or in the loop's next turn, as each is a write of its own."""
        last = number == plan.events
        before, behind = event(last=last)
        self._transport.write(b"%s%0*d%s" % (before, TIME_DIGITS, time.monotonic_ns() // 1_000, behind))
        if last:
            self._transport.write(_LAST_CHUNK)
        elif not self._transport.is_closing():
            if plan.gap:
                self._loop.call_at(began + number * plan.gap / 1000, self._step, plan, number + 1, began)
            else:
                self._loop.call_soon(self._step, plan, number + 1, began)


async def main(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", port, backlog=2_000)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
