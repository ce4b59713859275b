"""A Gemini answer → the bytes of the same answer: events, an array that grows, or one body.

In: the responses as Google gave them, unwrapped. Out: the same, not re-interpreted; signatures, grounding and
modelVersion stay where they were. A stream that never said how it ended does not get an end made up.
"""

from typing import Any, NoReturn

from gcli2api_tui.dialects.call import Refusal
from gcli2api_tui.dialects.errors import google_error, google_refusal
from gcli2api_tui.dialects.sse import CONTENT_TYPE, compact
from gcli2api_tui.events.problems import FaultKind, Problem, UpstreamFault
from gcli2api_tui.gemini.service_tier import without_tier
from gcli2api_tui.gemini.stream_parts import Batch, BlockedPart, EndPart, UsagePart
from gcli2api_tui.gemini.types import GenerateResponse
from gcli2api_tui.json_encoder import encoder
from gcli2api_tui.messages.message import say

_ASCII = encoder(separators=(",", ":"))


class NativeEncoder:
    """The way back of one exchange (dialects.call.Encoder). `events` is `alt=sse`; without it a stream is an array."""

    # Google's SDKs take a comment for a broken line of JSON; all of them skip an empty line, and so does an array.
    heartbeat = b"\n"

    def __init__(self, *, stream: bool, events: bool = True) -> None:
        self.content_type = CONTENT_TYPE if stream and events else "application/json"
        self.finish_reason = ""
        self._stream = stream
        self._events = events
        self._sent = False
        self._kept: list[GenerateResponse] = []
        self._ends: dict[int, str] = {}
        self._spoke: set[int] = set()
        self._blocked = ""

    def opening(self) -> bytes:
        """The bracket of an array; events need none."""
        return b"[" if self._stream and not self._events else b""

    def feed(self, batch: Batch) -> bytes:
        """The responses of one read."""
        self._watch(batch)
        responses = without_tier(batch.responses) if batch.tier else batch.responses
        if self._stream:
            return b"".join(map(self._item, responses))
        self._kept += responses
        return b""

    def finish(self) -> bytes:
        """The end of a stream: Google marks it in the last response, only an array is closed."""
        self._settle()
        return self._closing()

    def whole(self) -> bytes:
        """The body."""
        self._settle()
        return _written(self._kept[0] if len(self._kept) == 1 else _joined(self._kept))

    def error(self, problem: Problem) -> bytes:
        """Google's error object as the last item."""
        return self._item(google_error(problem)) + self._closing()

    def refuse(self, problem: Problem) -> Refusal:
        """The same as an HTTP answer."""
        return google_refusal(problem)

    def _item(self, value: object) -> bytes:
        if self._events:
            return b"data: " + _written(value) + b"\r\n\r\n"
        comma, self._sent = (b",\r\n" if self._sent else b""), True
        return comma + _written(value)

    def _closing(self) -> bytes:
        return b"" if self._events else b"]"

    def _watch(self, batch: Batch) -> None:
        for part in batch.parts:
            if isinstance(part, EndPart):
                self._ends[part.choice] = part.reason
            elif isinstance(part, BlockedPart):
                self._blocked = part.reason
            elif not isinstance(part, UsagePart):
                self._spoke.add(part.choice)

    def _settle(self) -> None:
        if not self._ends and not self._blocked:
            _cut()
        if not self._blocked and self._spoke - self._ends.keys():
            _cut()
        self.finish_reason = self._ends[min(self._ends)] if self._ends else self._blocked


def _cut() -> NoReturn:
    raise UpstreamFault(FaultKind.PROTOCOL, say("google.cut"), way_out=say("try_again"))


def _written(value: object) -> bytes:
    """JSON; half a character, which UTF-8 cannot hold, travels as the escape it came as."""
    try:
        return compact(value).encode()
    except UnicodeEncodeError:
        return "".join(_ASCII(value)).encode()


def _joined(responses: list[GenerateResponse]) -> dict[str, object]:
    """Several responses as one: parts one after another, of everything else the last word."""
    body: dict[str, object] = {}
    candidates: dict[int, dict[str, Any]] = {}
    parts: dict[int, list[object]] = {}
    for response in responses:
        body.update(response)
        for position, candidate in enumerate(response.get("candidates") or ()):
            index = candidate.get("index", position)
            known, content = candidates.setdefault(index, {}), candidate.get("content") or {}
            parts.setdefault(index, []).extend(content.get("parts") or ())
            known.update({**candidate, "content": {**known.get("content", {}), **content, "parts": parts[index]}})
    if candidates:
        body["candidates"] = [candidates[index] for index in sorted(candidates)]
    return body
