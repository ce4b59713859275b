"""Drives one exchange: lease, attempt, encode, and the next credential when an attempt fails.

In: an Exchange. Out: bytes in its response buffer. Invariants: every lease is released; nothing is repeated to a
client that has content already; a credential is never blamed for what is not its fault; leaving ends the upstream call
at once.
"""

import asyncio
from collections.abc import Mapping

from gcli2api_tui.events.problems import FaultKind, NoCredential, Problem, UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.gemini.finish_reasons import LIMITED_USE, unknown
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.pool.ports import Lease, Leases
from gcli2api_tui.relay.affinity import affinity_of
from gcli2api_tui.relay.blame import Blame, Known, final
from gcli2api_tui.relay.continuation import MOST, Continuation
from gcli2api_tui.relay.delivery import Delivery
from gcli2api_tui.relay.exchange import Exchange
from gcli2api_tui.relay.repair import repaired
from gcli2api_tui.relay.signatures import Signatures
from gcli2api_tui.relay.verdict import BLAMELESS, given_up, is_hopeless, pause_s
from gcli2api_tui.upstream.ports import Backend


class Pump:
    """One run per exchange."""

    def __init__(
        self,
        exchange: Exchange,
        leases: Leases,
        backends: Mapping[str, Backend],
        signatures: Signatures,
        known: Known,
    ) -> None:
        self._exchange = exchange
        self._leases = leases
        self._known = known
        self._backends = backends
        self._signatures = signatures
        self._request = exchange.call.request
        """What Google gets: signatures are put in for each lease, and what was repaired stays so."""
        self._affinity = affinity_of(exchange.call)
        self._repaired = False
        self._troubles: list[FaultKind] = []
        """Faults that were nobody's. Only these are limited: any other takes its credential out of this request."""
        self._tried: dict[CredentialId, FaultKind] = {}
        self._last: UpstreamFault | None = None
        self._blame = self._new_blame()
        self._cut: Problem | None = None
        """What broke off the answer that is being continued."""
        self._continuation = Continuation(exchange.call)
        self._delivery = Delivery(exchange, signatures, self._continuation)

    async def run(self) -> None:
        """To the end, whatever it is; only a cancellation that nobody here asked for goes on."""
        try:
            await self._serve()
        except Problem as problem:
            self._exchange.fail(problem)
        except asyncio.CancelledError:
            if not self._ended_in_time() and not self._exchange.stopped():
                raise
        finally:
            self._exchange.settle()

    async def _serve(self) -> None:
        """One answer, and its continuations where they are wanted."""
        joint = self._continuation
        await self._round_or_cut()
        while joint.more or self._cut:
            joint.go_on()
            self._troubles, self._tried, self._last, self._exchange.fed = [], {}, None, False
            self._blame = self._new_blame()
            await self._round_or_cut()

    async def _round_or_cut(self) -> None:
        """A round; one that broke off is to be continued, and one that never began ends the answer as it stood."""
        joint, cut = self._continuation, self._cut
        self._cut = None
        try:
            await self._round()
        except Problem as problem:
            if self._exchange.fed and joint.follows(problem):
                self._cut = problem
            elif self._exchange.fed or not joint.rounds:
                raise
            elif joint.owed:
                self._delivery.end_short(joint.owed)
            else:
                raise (cut or problem) from None

    def _ended_in_time(self) -> bool:
        """The deadline came before the continuation did: the answer so far is good as Google ended it."""
        owed = self._continuation.owed
        if owed is None or self._exchange.fed or not self._exchange.late:
            return False
        self._delivery.end_short(owed)
        return True

    def _new_blame(self) -> Blame:
        call = self._exchange.call
        return Blame(call.request, call.model, self._known, self._leases.failed)

    async def _round(self) -> None:
        served = False
        try:
            await self._until_served()
            served = True
        finally:
            self._blame.settle(served=served)

    async def _until_served(self) -> None:
        while True:
            lease = self._next()
            try:
                fault = await self._on(lease)
            finally:
                self._leases.release(lease)
            if fault is None:
                return
            self._delivery.mind(fault, self._last)
            self._last = fault
            self._tried[lease.credential.id] = fault.kind
            if self._is_final(fault):
                raise fault
            if pause := pause_s(fault, len(self._troubles)):
                await self._exchange.clock.sleep(pause)

    def _is_final(self, fault: UpstreamFault) -> bool:
        """Whether no other attempt may follow."""
        if fault.kind in BLAMELESS:
            self._troubles.append(fault.kind)
        return is_hopeless(fault) or self._exchange.fed or given_up(self._troubles, self._exchange.limits.attempts)

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
                raise final(self._blame.told(self._last), still_none) from None
            raise final(self._blame.told(self._last), none_left) from None

    def _lease(self, tried: Mapping[CredentialId, FaultKind]) -> Lease:
        call = self._exchange.call
        return self._leases.lease(call.model, call.among(self._backends), tried=tuple(tried), affinity=self._affinity)

    async def _on(self, lease: Lease) -> UpstreamFault | None:
        """One credential: an attempt, and one more on a new token if the old one was refused."""
        asked = self._request if self._repaired else self._exchange.call.request
        self._request = self._signatures.settled(lease, asked, repaired=self._repaired)
        fault = await self._repairing(lease, NOTHING)
        if fault and fault.kind is FaultKind.AUTH:
            if self._exchange.fed:
                return fault  # nothing was renewed yet: the token is to blame, not the sign-in
            fault = await self._renewed(lease) or await self._repairing(lease, say("why.new_token"))
        if fault:
            self._blame.failed(lease, fault)
        return fault

    async def _repairing(self, lease: Lease, reason: Message) -> UpstreamFault | None:
        """An attempt, and one more for each repair that Google's refusal calls for."""
        fault = await self._attempt(lease, reason)
        signs = self._signatures.demanded(lease.model)
        while fault and not self._exchange.fed and (better := repaired(self._request, fault, signs=signs)):
            self._request, self._repaired = better, True
            fault = await self._attempt(lease, say("why.repaired"))
        return fault

    async def _renewed(self, lease: Lease) -> UpstreamFault | None:
        try:
            await self._backend(lease).renew(lease.credential)
        except UpstreamFault as fault:
            return fault
        return None

    async def _attempt(self, lease: Lease, reason: Message) -> UpstreamFault | None:
        recorder, delivery = self._exchange.recorder, self._delivery
        recorder.picked(lease, reason or self._reason())
        try:
            await delivery.ask(self._backend(lease), lease, self._request)
        except (UpstreamFault, asyncio.CancelledError) as end:
            if delivery.begun:
                self._leases.charged(lease)
            if isinstance(end, asyncio.CancelledError):
                raise
            fault = self._blame.judged(end)
            recorder.attempt_failed(lease, fault)
            return fault
        self._leases.succeeded(lease, delivery.spent)
        self._heed(lease, delivery.end)
        return None

    def _heed(self, lease: Lease, end: str) -> None:
        """What Google said by the way it ended an answer, beside the answer."""
        if end == LIMITED_USE:
            words = say("relay.limited", end=end)
            self._leases.doubted(lease, words)
            self._exchange.recorder.warn(say("log.changed", label=lease.credential.label, change=words))
        elif unknown(end):
            self._exchange.recorder.warn(say("relay.unknown_end", end=end[:60]))

    def _reason(self) -> Message:
        """Why this attempt is made; nothing where the pool's choice is all there is to say."""
        if self._delivery.whole_instead:
            return say("why.whole")
        rounds = self._continuation.rounds
        return say("why.continues", round=rounds, most=MOST) if rounds else NOTHING

    def _backend(self, lease: Lease) -> Backend:
        return self._backends[lease.credential.backend]
