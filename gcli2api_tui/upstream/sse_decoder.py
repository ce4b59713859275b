"""Google's server-sent events, from bytes in any split to whole JSON events.

In: bytes as they come from the network. Out: per feed, the events that are complete. Pure; work is linear in the
bytes. An error frame, one that is not JSON, or an event or a stream beyond all bounds ends the stream: events before
it are kept, `fault` says why. Events as Google sends them all day, each one line of data, an object, and an empty
line, are read in one go; what is in any way unusual, and all behind it, is read line by line, and comes to the same
(tests/upstream/test_sse_decoder.py).
"""

from collections.abc import Iterable

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.messages.message import say
from gcli2api_tui.upstream.answer_json import BOM, EVENTS, LONG_NUMBER, MOST_DEPTH, ON_LOOP, decoded
from gcli2api_tui.upstream.classify import classify
from gcli2api_tui.upstream.google_error import decode
from gcli2api_tui.upstream.response_bodies import MOST_STREAM, MOST_WHOLE, too_large

Read = tuple[list[dict[str, object]], int]
_BEGINS = "data: {"
_AT_VALUE = len(_BEGINS) - 1
_DIGITS_AS_0 = bytes.maketrans(b"0123456789", b"0000000000")
SHORT = 2 * MOST_DEPTH
"""Characters that have no room for so many values in values."""
LONG = 5 * MOST_DEPTH
"""Characters that have room for so many objects in objects; with each array in place of one it takes three less."""


class SseDecoder:
    """One stream. Code Assist's `{"response": …}` wrapper is taken off."""

    def __init__(self, now: float, most_event: int = MOST_WHOLE, most_stream: int = MOST_STREAM) -> None:
        self._most_event = most_event
        self._most_stream = most_stream
        self._bytes = 0
        self._open_bytes = 0
        """Of the event that has not ended."""
        self._begun = False
        self.fault: UpstreamFault | None = None
        self._now = now
        self._line: list[bytes] = []
        """The pieces of the line that has not ended; joined once, so that a long line stays linear."""
        self._data: list[bytes] = []

    def feed(self, received: bytes) -> list[dict[str, object]]:
        """The events that these bytes complete."""
        events: list[dict[str, object]] = []
        self._bytes += len(received)
        if not self._open_bytes:
            found, at = read_usual(received)
            if at:
                if self.fault or [event for event in found if "response" in event or "error" in event]:
                    self._hear(found, events)
                else:
                    events = found
                self._begun = True
                received = received[at:]
        *ended, rest = received.split(b"\n")
        for piece in ended:
            self._open_bytes += len(piece)
            self._line.append(piece)
            line = b"".join(self._line).removesuffix(b"\r")
            self._line.clear()
            self._take(line if self._begun else line.removeprefix(BOM), events)
            self._begun = True
        if rest:
            self._open_bytes += len(rest)
            self._line.append(rest)
        if self._open_bytes > self._most_event or self._bytes > self._most_stream:
            self._end_unbounded()
        return events

    def completes_large(self, received: bytes) -> bool:
        """Whether these bytes end an event that takes long to read, such as one with an image: feed it in a thread."""
        return self._open_bytes + len(received) > ON_LOOP and b"\n" in received

    def _end_unbounded(self) -> None:
        """What is too much is forgotten at once."""
        if self._open_bytes > self._most_event:
            self.fault = self.fault or too_large(say("google.one_event"), self._most_event)
        else:
            self.fault = self.fault or too_large(say("google.stream"), self._most_stream)
        self._line.clear()
        self._data.clear()

    def flush(self) -> list[dict[str, object]]:
        """The connection has ended: the last event may lack its blank line."""
        return self.feed(b"\n\n") if self._open_bytes else []

    def _take(self, line: bytes, events: list[dict[str, object]]) -> None:
        if line.startswith(b"data:"):
            self._data.append(line[5:].removeprefix(b" "))
        elif not line:
            self._open_bytes = 0
            if not self._data:
                return
            data = b"\n".join(self._data)
            self._data.clear()
            if self.fault is None and data.strip() != b"[DONE]":
                self._hear((_value(data),), events)

    def _hear(self, found: Iterable[object], events: list[dict[str, object]]) -> None:
        """Up to one that is a fault."""
        for event in found:
            if self.fault:
                return
            if isinstance(event, list) and len(event) == 1:
                event = event[0]
            if not isinstance(event, dict):
                self.fault = UpstreamFault(FaultKind.PROTOCOL, say("google.stream_broke"))
            elif "error" in event:
                self.fault = classify(200, event, {}, self._now)
            else:
                wrapped = event.get("response")
                events.append(wrapped if isinstance(wrapped, dict) else event)


def _value(data: bytes) -> object:
    try:
        return decoded(data)
    except ValueError:
        return decode(data)


def read_usual(received: bytes) -> Read:
    """Whole events at the beginning, and where they end. None where one may hold what only `decoded` reads rightly."""
    if (
        not received.startswith(b"data: {")
        or len(received) > ON_LOOP
        or LONG_NUMBER in received.translate(_DIGITS_AS_0)
    ):
        return [], 0
    if b"\\" in received and b"\\u" in received:  # one character is looked for at a thirtieth of what two cost
        return [], 0
    try:
        text = received[: received.rfind(b"\n") + 1].decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return [], 0
    events, at = _read(text, "\r\n" if text.endswith("\r\n") else "\n")
    return events, at if text.isascii() else len(text[:at].encode("utf-8", "surrogatepass"))


def _read(text: str, line_end: str) -> Read:
    """No slice is made of an event, and what a stream's events cost most, nothing is called for each but C."""
    scan = EVENTS.scan_once  # type: ignore[attr-defined]  # of json's own decoder; what `raw_decode` calls
    follows, find, count = text.startswith, text.find, text.count
    before, ending = len(line_end) - 1, line_end * 2
    another, behind = ending + _BEGINS, len(ending)
    events: list[dict[str, object]] = []
    at, goes_on = 0, True
    try:
        while goes_on:
            value, end = scan(text, at + _AT_VALUE)
            goes_on = follows(another, end)
            if not (goes_on or follows(ending, end)) or find("\n", at) != end + before:
                break
            size = end - at
            if size > SHORT and size + 3 * count("[", at, end) > LONG and _may_be_deep(text, at, end):
                break
            events.append(value)
            at = end + behind
    except (ValueError, StopIteration, RecursionError):
        pass  # who reads line by line says what is wrong with it
    return events, at


def _may_be_deep(text: str, at: int, end: int) -> bool:
    return text.count("{", at, end) + text.count("[", at, end) > MOST_DEPTH
