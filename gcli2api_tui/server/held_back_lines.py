"""Log lines about client keys that ask for more than they may: one a minute and key, with the count of the others.

In: whose key it is, and the line. Out: the line to log, or None. A tool that tries again and again fills no log; how
many keys there are bounds the memory.
"""

from dataclasses import dataclass

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.records import ClientKeyId
from gcli2api_tui.messages.message import Message, say

LINE_S = 60.0


@dataclass(slots=True)
class _Told:
    at: float
    untold: int = 0


class HeldBackLines:
    """One for a server."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._told: dict[ClientKeyId, _Told] = {}

    def line(self, key: ClientKeyId, text: Message) -> Message | None:
        """None where this minute has its line about the key."""
        now, before = self._clock.monotonic(), self._told.get(key)
        if before is not None and now - before.at < LINE_S:
            before.untold += 1
            return None
        self._told[key] = _Told(now)
        untold = before.untold if before is not None else 0
        return say("clients.held_back_more", said=text, n=untold) if untold else text
