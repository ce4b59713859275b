"""Wrong keys, by the address they come from: slowed after a few, locked out after many, logged once a minute.

In: the address of each wrong key. Out: a pause, or a refusal with the time it lasts. Invariants: a rightful key is
never looked at here, so nobody is locked out who has it; memory and waiting answers are bounded.
"""

import ipaddress
from collections import OrderedDict
from collections.abc import Callable

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.quick_dataclass import dataclass

FREE = 5
"""Wrong keys that cost nothing: a program is set up anew."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.25, 2.0
MOST = 30
LOCKED_S = 300.0
FORGOTTEN_S = 600.0
"""After so long without a wrong key an address is new."""
MOST_ADDRESSES = 1000
MOST_WAITING = 64
"""Answers held back at a time; more are given at once, as in a lockout."""
LOG_S = 60.0
MOST_LINES = 20
"""Lines in a minute about all addresses: whoever has a network of them fills no log."""


@dataclass(slots=True)
class _Address:
    wrong: int = 0
    last_at: float = 0.0
    locked_until: float = 0.0
    told_at: float = float("-inf")
    untold: int = 0


class LockedOut(ClientFault):
    """`seconds`: until wrong keys of this address are looked at again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            say("guard.too_many"),
            status=429,
            code="too_many_wrong_keys",
            way_out=say("guard.locked", seconds=seconds),
            retry_after_s=seconds,
        )


class Lockout:
    """One for a server. Times are the clock's `monotonic`."""

    def __init__(self, clock: Clock, tell: Callable[[str, float], None] = lambda address, until: None) -> None:
        """`tell`: other instances, of an address and until when, by the time of day."""
        self._clock = clock
        self._tell = tell
        self._addresses: OrderedDict[str, _Address] = OrderedDict()
        self._waiting = 0
        self._minute, self._lines, self._unsaid = float("-inf"), 0, 0

    async def wrong_key(self, peer: str) -> None:
        """Count it and take the time it costs. Raises ClientFault 429 while the address is locked out."""
        now = self._clock.monotonic()
        seen = self._seen(peer, now)
        if now >= seen.locked_until:
            seen.wrong, seen.last_at = seen.wrong + 1, now
            if seen.wrong >= MOST:
                seen.wrong, seen.locked_until = FREE, now + LOCKED_S
                self._tell(_network(peer), self._clock.now() + LOCKED_S)
        if now < seen.locked_until or self._waiting >= MOST_WAITING:
            raise LockedOut(max(1, round(seen.locked_until - now)))
        if seen.wrong > FREE:
            await self._pause(min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (seen.wrong - FREE - 1)))

    def heard(self, address: str, until: float) -> None:
        """Another instance has had enough of it."""
        now, left_s = self._clock.monotonic(), min(LOCKED_S, until - self._clock.now())
        if left_s > 0:
            seen = self._seen(address, now)
            seen.wrong, seen.last_at = max(FREE, seen.wrong), now
            seen.locked_until = max(seen.locked_until, now + left_s)

    def guesses(self, peer: str) -> bool:
        """More wrong keys came from there than a setup takes."""
        if not self._addresses:
            return False
        seen = self._addresses.get(_network(peer))
        return seen is not None and seen.wrong > FREE

    def line(self, peer: str, text: Message) -> Message | None:
        """The text to log; None where enough was logged within the minute, about this address or about all."""
        now = self._clock.monotonic()
        seen = self._seen(peer, now)
        if now - seen.told_at < LOG_S:
            seen.untold += 1
            return None
        if now - self._minute >= LOG_S:
            self._minute, self._lines = now, 0
        if self._lines >= MOST_LINES:
            self._unsaid += 1
            return None
        self._lines += 1
        untold, seen.told_at, seen.untold = seen.untold, now, 0
        said = say("guard.more", said=text, untold=untold, peer=peer) if untold else text
        others, self._unsaid = self._unsaid, 0
        return say("guard.more_elsewhere", said=said, untold=others) if others else said

    async def _pause(self, seconds: float) -> None:
        self._waiting += 1
        try:
            await self._clock.sleep(seconds)
        finally:
            self._waiting -= 1

    def _seen(self, peer: str, now: float) -> _Address:
        address = _network(peer)
        seen = self._addresses.setdefault(address, _Address())
        self._addresses.move_to_end(address)
        if seen.wrong and now - seen.last_at > FORGOTTEN_S:
            seen.wrong = 0
        if len(self._addresses) > MOST_ADDRESSES:
            self._addresses.popitem(last=False)
        return seen


def _network(peer: str) -> str:
    """Of IPv6 the half that is one customer's: he has the other half to choose from."""
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return peer
    if address.version == 4:
        return peer
    return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
