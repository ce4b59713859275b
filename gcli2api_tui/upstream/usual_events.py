"""Events as Google sends them all day, read in one go: each one line of data, an object, and an empty line.

In: the bytes of one read. Out: their objects, and how many of the bytes those took. Pure. Invariant: what is in any way
unusual, and all behind it, is left to who reads line by line; what is read here, that would read alike
(tests/upstream/test_usual_events.py).
"""

from gcli2api_tui.upstream.response_bodies import MOST_DEPTH, ON_LOOP, PLAIN, reads_plainly

Read = tuple[list[dict[str, object]], int]
_BEGINS = "data: {"
_AT_VALUE = len(_BEGINS) - 1
SHORT = 2 * MOST_DEPTH
"""Characters that have no room for so many values in values."""


def read_usual(received: bytes) -> Read:
    if not received.startswith(b"data: {") or len(received) > ON_LOOP or not reads_plainly(received):
        return [], 0
    try:
        text = received[: received.rfind(b"\n") + 1].decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return [], 0
    events, at = _read(text, "\r\n" if text.endswith("\r\n") else "\n")
    return events, at if text.isascii() else len(text[:at].encode("utf-8", "surrogatepass"))


def _read(text: str, line_end: str) -> Read:
    """No slice is made of an event, and what a stream's events cost most, nothing is called for each but C."""
    scan = PLAIN.scan_once  # type: ignore[attr-defined]  # of json's own decoder; what `raw_decode` calls
    ending, before = line_end * 2, len(line_end) - 1
    events: list[dict[str, object]] = []
    at = 0
    try:
        while text.startswith(_BEGINS, at):
            value, end = scan(text, at + _AT_VALUE)
            if not text.startswith(ending, end) or text.find("\n", at) != end + before:
                break
            if end - at > SHORT and _may_be_deep(text, at, end):
                break
            events.append(value)
            at = end + len(ending)
    except (ValueError, StopIteration, RecursionError):
        pass  # who reads line by line says what is wrong with it
    return events, at


def _may_be_deep(text: str, at: int, end: int) -> bool:
    return text.count("{", at, end) + text.count("[", at, end) > MOST_DEPTH
