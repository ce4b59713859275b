"""Google's server-sent events, from bytes in any split to whole JSON events.

In: bytes as they come from the network. Out: per feed, the events that are complete. Pure; work is linear in the
bytes. An error frame, or one that is not JSON, ends the stream: events before it are kept, `fault` says why.
"""

import json
from typing import Any

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.upstream.classify import classify
from gcli2api_tui.upstream.google_error import decode


class Frames:
    """One stream. Code Assist's `{"response": …}` wrapper is taken off."""

    def __init__(self, now: float) -> None:
        self.fault: UpstreamFault | None = None
        self._now = now
        self._line: list[bytes] = []
        """The pieces of the line that has not ended; joined once, so that a long line stays linear."""
        self._data: list[bytes] = []

    def feed(self, received: bytes) -> list[dict[str, Any]]:
        """The events that these bytes complete."""
        *ended, rest = received.split(b"\n")
        events: list[dict[str, Any]] = []
        for piece in ended:
            self._line.append(piece)
            line = b"".join(self._line).removesuffix(b"\r")
            self._line.clear()
            self._take(line, events)
        if rest:
            self._line.append(rest)
        return events

    def flush(self) -> list[dict[str, Any]]:
        """The connection has ended: the last event may lack its blank line."""
        return self.feed(b"\n\n")

    def _take(self, line: bytes, events: list[dict[str, Any]]) -> None:
        if line.startswith(b"data:"):
            self._data.append(line[5:].removeprefix(b" "))
        elif not line and self._data:
            data = b"\n".join(self._data)
            self._data.clear()
            if self.fault is None and data.strip() != b"[DONE]":
                self._event(data, events)

    def _event(self, data: bytes, events: list[dict[str, Any]]) -> None:
        decoded = _decoded(data)
        if isinstance(decoded, list) and len(decoded) == 1:
            decoded = decoded[0]
        if not isinstance(decoded, dict):
            self.fault = UpstreamFault(FaultKind.PROTOCOL, "Google's stream broke off inside an event.")
        elif "error" in decoded:
            self.fault = classify(200, decoded, {}, self._now)
        else:
            wrapped = decoded.get("response")
            events.append(wrapped if isinstance(wrapped, dict) else decoded)


def _decoded(data: bytes) -> object:
    try:
        return json.loads(data)
    except ValueError:
        return decode(data)
