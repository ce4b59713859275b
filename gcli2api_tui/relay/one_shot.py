"""A question to Google that is no generation (tokens, embeddings): one credential after another until one answers.

In: a Call and what to ask a backend. Out: its answer, or a Problem. Nothing is streamed or kept in the ledger. A free
question is not counted, and tells the pool only of credentials whose own state is what failed.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.events.ids import CredentialId
from gcli2api_tui.events.problems import FaultKind, NoCredential, UpstreamFault
from gcli2api_tui.events.records import Usage
from gcli2api_tui.pool.ports import Lease, Leases
from gcli2api_tui.relay.verdict import BLAMELESS, given_up
from gcli2api_tui.upstream.ports import Backend

Answer = TypeVar("Answer")
Question = Callable[[Backend, Lease], Awaitable[Answer]]

_NOBODYS = BLAMELESS | {FaultKind.CLIENT, FaultKind.MODEL}
_LIMITS = {FaultKind.RATE, FaultKind.DAILY}
"""Those of free questions are not those of generations."""


class OneShot:
    """One question."""

    def __init__(
        self, call: Call, leases: Leases, backends: Mapping[str, Backend], attempts: int, *, free: bool
    ) -> None:
        self._call = call
        self._leases = leases
        self._backends = backends
        self._attempts = attempts
        self._free = free
        self._tried: list[CredentialId] = []
        self._troubles: list[FaultKind] = []
        self._last: UpstreamFault | None = None

    async def answer(self, question: Question[Answer]) -> Answer:
        """Ask until it is answered. Raises NoCredential, or what Google said last."""
        while True:
            lease = self._next()
            try:
                answer = await self._ask(lease, question)
            except UpstreamFault as fault:
                self._report(lease, fault)
                self._last = fault
                self._tried.append(lease.credential.id)
                if fault.kind in BLAMELESS:
                    self._troubles.append(fault.kind)
                if fault.kind is FaultKind.CLIENT or given_up(self._troubles, self._attempts):
                    raise
            else:
                if not self._free:
                    self._leases.succeeded(lease, Usage())
                return answer
            finally:
                self._leases.release(lease)

    def _next(self) -> Lease:
        call = self._call
        try:
            return self._leases.lease(call.model, call.among(self._backends), tried=self._tried, affinity=call.affinity)
        except NoCredential as none_left:
            # The pool would say that all were just tried; why they failed says more.
            raise self._last or none_left from None

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
