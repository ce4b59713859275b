"""A question to Google that is no generation (tokens, embeddings): one credential after another until one answers.

In: a Call and what to ask a backend. Out: its answer, or a Problem. Nothing is streamed or kept in the ledger. A free
question is not counted, and tells the pool only of credentials whose own state is what failed. Trouble of Google's is
tried again after a pause, up to `attempts` and `request_deadline_s`; who said 429 or refused is not asked again.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import TypeVar

from gcli2api_tui.clock import Clock
from gcli2api_tui.dialects.call import Call
from gcli2api_tui.events.problems import FaultKind, NoCredential, UpstreamFault
from gcli2api_tui.events.records import CredentialId, Usage
from gcli2api_tui.pool.ports import Lease, Leases
from gcli2api_tui.relay.blame import Blame, Known
from gcli2api_tui.relay.limits import Limits
from gcli2api_tui.relay.verdict import BLAMELESS, given_up, is_hopeless, pause_s
from gcli2api_tui.upstream.ports import Backend

Answer = TypeVar("Answer")
Question = Callable[[Backend, Lease], Awaitable[Answer]]

_NOBODYS = BLAMELESS | {FaultKind.CLIENT, FaultKind.MODEL}
_LIMITS = {FaultKind.RATE, FaultKind.DAILY}
"""Those of free questions are not those of generations."""


class OneShot:
    """One question."""

    def __init__(
        self,
        call: Call,
        leases: Leases,
        backends: Mapping[str, Backend],
        limits: Limits,
        clock: Clock,
        *,
        known: Known,
        free: bool,
    ) -> None:
        self._call = call
        self._leases = leases
        self._backends = backends
        self._limits = limits
        self._clock = clock
        self._free = free
        self._blame = Blame(call.request, call.model, known, self._report)
        self._tried: dict[CredentialId, FaultKind] = {}
        self._troubles: list[FaultKind] = []
        self._last: UpstreamFault | None = None

    async def answer(self, question: Question[Answer]) -> Answer:
        """Ask until it is answered. Raises NoCredential, or what Google said of it."""
        served = False
        try:
            answer = await self._answered(question)
            served = True
        finally:
            self._blame.settle(served=served)
        return answer

    async def _answered(self, question: Question[Answer]) -> Answer:
        latest = self._clock.monotonic() + self._limits.request_deadline_s
        while True:
            lease = self._next()
            try:
                answer = await self._ask(lease, question)
            except UpstreamFault as fault:
                last = self._last = self._blame.judged(fault)
                self._blame.failed(lease, last)
                self._tried[lease.credential.id] = last.kind
                if self._is_final(last) or self._clock.monotonic() >= latest:
                    raise last from fault
            else:
                if not self._free:
                    self._leases.succeeded(lease, Usage())
                return answer
            finally:
                self._leases.release(lease)
            if pause := pause_s(last, len(self._troubles)):
                await self._clock.sleep(pause)

    def _is_final(self, fault: UpstreamFault) -> bool:
        if fault.kind in BLAMELESS:
            self._troubles.append(fault.kind)
        return is_hopeless(fault) or given_up(self._troubles, self._limits.attempts)

    def _next(self) -> Lease:
        """Another credential; when there is none, one again that was not to blame."""
        try:
            return self._lease()
        except NoCredential as none_left:
            self._tried = {key: kind for key, kind in self._tried.items() if kind not in BLAMELESS}
            if self._last and self._last.kind in BLAMELESS:
                with suppress(NoCredential):
                    return self._lease()
            # The pool would say that all were just tried; why they failed says more.
            raise self._blame.told(self._last) or none_left from None

    def _lease(self) -> Lease:
        call = self._call
        tried = tuple(self._tried)
        return self._leases.lease(call.model, call.among(self._backends), tried=tried, affinity=call.affinity)

    def _report(self, lease: Lease, fault: UpstreamFault) -> None:
        if fault.kind not in _NOBODYS and not (self._free and fault.kind in _LIMITS):
            self._leases.failed(lease, fault)

    async def _ask(self, lease: Lease, question: Question[Answer]) -> Answer:
        """Once, and once more on a new access token if the old one was refused."""
        backend = self._backends[lease.credential.backend]
        try:
            return await question(backend, lease)
        except UpstreamFault as fault:
            if fault.kind is not FaultKind.AUTH:
                raise
        await backend.renew(lease.credential)
        return await question(backend, lease)
