"""Drives one exchange: lease, attempt, encode, and the next credential when an attempt fails.

In: an Exchange. Out: bytes in its mailbox. Invariants: every lease is released; nothing is retried once the encoder
has been fed; a credential is never blamed for what is not its fault; leaving ends the upstream call at once.
"""

import asyncio
from collections.abc import Mapping, Sequence

from gcli2api_tui.events.ids import CredentialId
from gcli2api_tui.events.problems import FaultKind, NoCredential, Problem, UpstreamFault
from gcli2api_tui.gemini.pieces import Batch, Piece, read
from gcli2api_tui.pool.ports import Lease, Leases
from gcli2api_tui.relay.exchange import Exchange
from gcli2api_tui.relay.repair import repaired
from gcli2api_tui.relay.signatures import Signatures
from gcli2api_tui.relay.verdict import BLAMELESS, broken, pause_s, told
from gcli2api_tui.upstream.ports import Backend


class Pump:
    """One run per exchange."""

    def __init__(
        self, exchange: Exchange, leases: Leases, backends: Mapping[str, Backend], signatures: Signatures
    ) -> None:
        self._exchange = exchange
        self._leases = leases
        self._backends = backends
        self._signatures = signatures
        self._request = exchange.call.request
        """What Google gets: signatures are put in for each lease, and what was repaired stays so."""
        self._repaired = False
        self._tries = 0
        self._tried: dict[CredentialId, FaultKind] = {}
        self._last: UpstreamFault | None = None
        self._empty_once = False

    async def run(self) -> None:
        """To the end, whatever it is; only a cancellation that nobody here asked for goes on."""
        try:
            await self._serve()
        except Problem as problem:
            self._exchange.fail(problem)
        except asyncio.CancelledError:
            if not self._exchange.stopped():
                raise
        finally:
            self._exchange.settle()

    async def _serve(self) -> None:
        while True:
            lease = self._next()
            try:
                fault = await self._on(lease)
            finally:
                self._leases.release(lease)
            if fault is None:
                return
            self._last = fault
            self._tried[lease.credential.id] = fault.kind
            if fault.kind is FaultKind.CLIENT or self._exchange.fed or self._tries >= self._exchange.limits.attempts:
                raise fault
            if pause := pause_s(fault, self._tries):
                await self._exchange.clock.sleep(pause)

    def _next(self) -> Lease:
        """Another credential; when there is none, one again that was not to blame."""
        try:
            return self._lease(self._tried)
        except NoCredential as none_left:
            self._tried = {key: kind for key, kind in self._tried.items() if kind not in BLAMELESS}
            try:
                if self._last and self._last.kind in BLAMELESS:
                    return self._lease(self._tried)
            except NoCredential as still_none:
                raise told(self._last, still_none) from None
            raise told(self._last, none_left) from None

    def _lease(self, tried: Mapping[CredentialId, FaultKind]) -> Lease:
        call = self._exchange.call
        backends = (call.backends & self._backends.keys()) if call.backends else self._backends.keys()
        return self._leases.lease(call.model, tuple(backends), tried=tuple(tried), affinity=call.affinity)

    async def _on(self, lease: Lease) -> UpstreamFault | None:
        """One credential: an attempt, and one more on a new token if the old one was refused."""
        if not self._repaired:
            self._request = self._signatures.attached(lease, self._exchange.call.request)
        fault = await self._repairing(lease, "")
        if fault and fault.kind is FaultKind.AUTH and not self._exchange.fed:
            fault = await self._renewed(lease) or await self._repairing(lease, "again, with a new access token")
        if fault:
            self._leases.failed(lease, fault)
        return fault

    async def _repairing(self, lease: Lease, reason: str) -> UpstreamFault | None:
        """An attempt, and one more for each repair that Google's refusal calls for."""
        fault = await self._attempt(lease, reason)
        while fault and not self._exchange.fed and (better := repaired(self._request, fault)):
            self._request, self._repaired = better, True
            fault = await self._attempt(lease, "again, with the request repaired")
        return fault

    async def _renewed(self, lease: Lease) -> UpstreamFault | None:
        try:
            await self._backend(lease).renew(lease.credential)
        except UpstreamFault as fault:
            return fault
        return None

    async def _attempt(self, lease: Lease, reason: str) -> UpstreamFault | None:
        self._tries += 1
        chronicle = self._exchange.chronicle
        chronicle.picked(lease, reason)
        try:
            await self._ask(lease)
        except UpstreamFault as fault:
            chronicle.attempt_failed(lease, fault)
            return fault
        except asyncio.CancelledError:
            # Google has counted an answer that had begun.
            if chronicle.content_seen:
                self._leases.succeeded(lease, chronicle.usage)
            raise
        self._leases.succeeded(lease, chronicle.usage)
        return None

    async def _ask(self, lease: Lease) -> None:
        call = self._exchange.call
        if not call.stream:
            await self._whole(lease)
        elif call.fake:
            await self._fake(lease)
        else:
            await self._stream(lease)

    async def _stream(self, lease: Lease) -> None:
        exchange, held = self._exchange, list[Batch]()
        async with self._backend(lease).stream(lease.credential, lease.model, self._request) as reads:
            async for responses in reads:
                batch = read(responses)
                self._received(lease, batch)
                if not exchange.fed and not batch.has_content:
                    held.append(batch)
                    continue
                self._release(held)
                exchange.deliver(batch)
                await exchange.mailbox.room()
        if not exchange.fed:
            self._refuse_broken([piece for batch in held for piece in batch.pieces])
            self._release(held)
        exchange.finish(exchange.encoder.finish())

    def _received(self, lease: Lease, batch: Batch) -> None:
        self._signatures.learn(lease, self._request, batch.pieces)
        self._exchange.chronicle.received(batch)

    def _release(self, held: list[Batch]) -> None:
        """Reads without content wait for the first that has some: until then another credential may serve."""
        for batch in held:
            self._exchange.deliver(batch)
        held.clear()

    async def _whole(self, lease: Lease) -> None:
        exchange = self._exchange
        response = await self._backend(lease).generate(lease.credential, lease.model, self._request)
        batch = read([response])
        self._refuse_broken(batch.pieces)
        self._received(lease, batch)
        exchange.fed = True
        exchange.encoder.feed(batch)
        exchange.finish(exchange.encoder.whole())

    async def _fake(self, lease: Lease) -> None:
        """A whole answer as a stream: it opens at once, and heartbeats keep it alive until Google has answered."""
        exchange = self._exchange
        exchange.commit()
        response = await self._backend(lease).generate(lease.credential, lease.model, self._request)
        batch = read([response])
        self._refuse_broken(batch.pieces)
        self._received(lease, batch)
        exchange.deliver(batch)
        exchange.finish(exchange.encoder.finish())

    def _refuse_broken(self, pieces: Sequence[Piece]) -> None:
        """An answer that is none is worth another attempt; an empty one only once, for it may be meant."""
        fault = broken(pieces, empty_is_broken=not self._empty_once)
        if fault:
            self._empty_once = True
            raise fault

    def _backend(self, lease: Lease) -> Backend:
        return self._backends[lease.credential.backend]
