"""The gate before Google: what a request may do by its key, and the counting of it.

In: a client key's name, the model, and what the request may use. Out: an Admission, or a ClientFault (401 off, expired
or revoked; 403 a model; 429 a limit, with the true wait). Invariant: what a limit counts is on the disk before Google
is asked, so that neither a crash nor a restart gives anything back.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future

from gcli2api_tui.clients.admission import Admission
from gcli2api_tui.clients.client_key import ClientKey, folded
from gcli2api_tui.clients.counts_and_limits import Counts, Day, Reached, retry_after_s
from gcli2api_tui.clients.key_registry import ClientKeys
from gcli2api_tui.clients.ports import ClientKeyStore, ClientSecond, ClientUse
from gcli2api_tui.clock import Clock
from gcli2api_tui.events.ids import OWN_KEYS
from gcli2api_tui.events.problems import ClientFault, StoreFault
from gcli2api_tui.events.records import ClientKeyId
from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.messages.message import Message, say, span
from gcli2api_tui.pacific_time import next_pacific_midnight, pacific_day

DISK_S = 2.0
"""How long a request waits for a disk; serving needs none."""


class Gate:
    """One per server."""

    def __init__(
        self,
        keys: ClientKeys,
        clock: Clock,
        store: ClientKeyStore,
        uses: Iterable[ClientUse] = (),
        seconds: Iterable[ClientSecond] = (),
        *,
        waits: bool = True,
    ) -> None:
        """`waits`: until the store has a count, before Google is asked."""
        self._waits = waits
        self.keys = keys
        self._clock = clock
        self._store = store
        self._flush = SharedFlush(store.flush)
        self._counts: dict[str, Counts] = {}
        self._running: dict[ClientKeyId, set[Admission]] = {}
        keys.on_shut = self.stop
        self.on_first: Callable[[], object] | None = None
        """Called before the first request that counts for a key: whoever has issued none needs no counts."""
        for use in uses:
            self.counts(use.name).restore(use)
        for second in seconds:
            self.counts(second.name).restore_second(second, clock.monotonic(), clock.now())

    async def admit(self, key: ClientKeyId, model: str, *, counted: bool, tokens: Callable[[], int] = int) -> Admission:
        """Let a request in. `counted`: it asks for an answer, and may use so many tokens."""
        if key in OWN_KEYS:
            return Admission()
        known = self._serving(key)
        require_model(known, model, counted=counted)
        admission = self._begun(known, tokens) if counted else self._open(known)
        if counted and known.is_limited and self._waits:
            await self._kept(admission)
        if admission.stopped:
            admission.close()
            raise shut(key, self.keys.named(key), self._clock.now())
        return admission

    def counts(self, name: str) -> Counts:
        return self._counts.setdefault(folded(name), Counts())

    def settled(self, row: ExchangeRow) -> None:
        """What an answer turned out to use; it counts for the day on which it ended."""
        key, used = row.client_key, row.usage
        if key in OWN_KEYS or not (tokens := used.prompt + used.thoughts + used.output):
            return
        day = pacific_day(self._clock.now())
        self.counts(key).day(day).tokens += tokens
        self._store.add_client_use(ClientUse(key, day, 0, tokens))

    def heard(self, counted: ClientUse | ClientSecond) -> None:
        """Another instance has let requests in, or knows what they used."""
        if isinstance(counted, ClientUse):
            self.counts(counted.name).restore(counted)
        else:
            self.counts(counted.name).restore_second(counted, self._clock.monotonic(), self._clock.now())

    def flights(self) -> dict[ClientKeyId, int]:
        """Requests that run on this instance."""
        return {ClientKeyId(name): counts.in_flight for name, counts in self._counts.items() if counts.in_flight}

    def in_flight(self, elsewhere: Mapping[ClientKeyId, int]) -> None:
        """On all other instances together."""
        for name in {*self._counts, *map(folded, elsewhere)}:
            self.counts(name).elsewhere = elsewhere.get(ClientKeyId(name), 0)

    def stop(self, key: ClientKeyId) -> None:
        """End whatever runs for it."""
        for admission in tuple(self._running.get(key, ())):
            admission.stop()

    def _serving(self, name: ClientKeyId) -> ClientKey:
        """It may have changed since the key was looked at: a body takes its time."""
        key, now = self.keys.named(name), self._clock.now()
        if key is None or not key.serves(now):
            raise shut(name, key, now)
        return key

    def _begun(self, key: ClientKey, tokens: Callable[[], int]) -> Admission:
        """Looked at and counted in one step."""
        now, moment = self._clock.now(), self._clock.monotonic()
        day = pacific_day(now)
        counts, reserved = self.counts(key.name), tokens() if key.tpd is not None else 0
        today = counts.day(day)
        if reached := counts.reached(key, today, moment, next_pacific_midnight(now) - now):
            raise limit_reached(key, reached)
        counts.begin(today, moment, now, reserved)
        self._store.add_client_use(ClientUse(key.name, day, 1, reserved))
        self._store.add_client_second(ClientSecond(key.name, int(now), 1))
        admission = self._open(key)

        def over(closed: Admission) -> None:
            self._forget(key.name, closed)
            counts.in_flight -= 1
            if reserved:
                self._settled(key.name, counts.day(day), day, reserved, keeps=closed.keeps)

        admission.on_close = over
        return admission

    def _settled(self, name: ClientKeyId, that_day: Day, day: str, reserved: int, *, keeps: bool) -> None:
        that_day.reserved -= reserved
        if not keeps:
            that_day.tokens -= reserved
            self._store.add_client_use(ClientUse(name, day, 0, -reserved))

    def _open(self, key: ClientKey) -> Admission:
        if self.on_first:
            begin, self.on_first = self.on_first, None
            begin()
        name = key.name
        admission = Admission(key.group, key.thinking, key.service_tier)
        admission.on_close = lambda closed: self._forget(name, closed)
        self._running.setdefault(name, set()).add(admission)
        return admission

    def _forget(self, name: ClientKeyId, admission: Admission) -> None:
        running = self._running.get(name, set())
        running.discard(admission)
        if not running:
            self._running.pop(name, None)

    async def _kept(self, admission: Admission) -> None:
        """A disk that refuses or is slow keeps nobody from an answer: the counts of this run are exact without it."""
        try:
            with contextlib.suppress(TimeoutError, StoreFault):
                await asyncio.wait_for(asyncio.shield(self._flush.next()), DISK_S)
        except asyncio.CancelledError:
            admission.close()
            raise


def shut(name: str, key: ClientKey | None, now: float) -> ClientFault:
    """Why it serves nobody."""
    return ClientFault(why_shut(name, key, now), status=401, code="invalid_api_key", way_out=say("clients.ask_owner"))


def why_shut(name: str, key: ClientKey | None, now: float) -> Message:
    if key is None or key.revoked_at is not None:
        return say("clients.is_revoked", name=name)
    return say("clients.is_off" if key.state(now) == "off" else "clients.has_expired", name=name)


def require_model(key: ClientKey, model: str, *, counted: bool) -> None:
    """Raises ClientFault 403. What asks for no answer (a file, a list) needs no model."""
    if (model or counted) and not key.may_use(model):
        raise KeyRefused(
            say("clients.not_allowed", name=key.name, model=model),
            status=403,
            param="model",
            code="model_not_allowed",
            way_out=say("clients.allowed", models=", ".join(key.models[:20])),
        )


class KeyRefused(ClientFault):
    """What the client's own key does not allow, or not now; no credential is at fault, and nobody was asked."""


def limit_reached(key: ClientKey, reached: Reached) -> KeyRefused:
    wait_s = retry_after_s(reached)
    return KeyRefused(
        say(f"clients.limit_{reached.limit}", name=key.name, most=reached.most),
        status=429,
        code="rate_limit_exceeded",
        way_out=say("clients.room_in", span=span(wait_s)),
        retry_after_s=wait_s,
    )


class SharedFlush:
    """Waiting for the disk together: one flush runs, and one more waits, however many ask.

    A future is done only by a flush that began after it was asked for, so that all told before is on the disk.
    """

    def __init__(self, flush: Callable[[], "Future[None]"]) -> None:
        self._flush = flush
        self._runs = False
        self._next: asyncio.Future[None] | None = None

    def next(self) -> "asyncio.Future[None]":
        """Others wait for it too: never cancel it. It fails as the flush does."""
        if self._next is None:
            loop = asyncio.get_running_loop()
            self._next = loop.create_future()
            self._next.add_done_callback(lambda done: done.cancelled() or done.exception())  # all may have left
            if not self._runs:
                self._runs = True
                loop.call_soon(self._begin)  # with all who come in this turn
        return self._next

    def _begin(self) -> None:
        asked, self._next = self._next, None
        if asked is None:
            self._runs = False
            return
        asyncio.wrap_future(self._flush()).add_done_callback(lambda done: self._end(asked, done))

    def _end(self, asked: "asyncio.Future[None]", done: "asyncio.Future[None]") -> None:
        if done.cancelled():
            asked.cancel()
        elif error := done.exception():
            asked.set_exception(error)
        else:
            asked.set_result(None)
        self._begin()
