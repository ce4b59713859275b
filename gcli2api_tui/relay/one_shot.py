"""A question to Google that is no generation (counting tokens): one credential after another until one answers.

In: a Call and what to ask a backend. Out: its answer, or a Problem. Nothing is counted, streamed or kept in the ledger;
a credential is reported to the pool only when its own state is what failed.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.events.ids import CredentialId
from gcli2api_tui.events.problems import FaultKind, NoCredential, UpstreamFault
from gcli2api_tui.pool.ports import Lease, Leases
from gcli2api_tui.relay.verdict import BLAMELESS, told
from gcli2api_tui.upstream.ports import Backend

Answer = TypeVar("Answer")
Question = Callable[[Backend, Lease], Awaitable[Answer]]

_UNREPORTED = BLAMELESS | {FaultKind.CLIENT, FaultKind.RATE, FaultKind.DAILY, FaultKind.MODEL}
"""Limits of such questions are not those of generations."""


class OneShot:
    """One question."""

    def __init__(self, call: Call, leases: Leases, backends: Mapping[str, Backend], attempts: int) -> None:
        self._call = call
        self._leases = leases
        self._backends = backends
        self._attempts = attempts
        self._tried: list[CredentialId] = []
        self._last: UpstreamFault | None = None

    async def answer(self, question: Question[Answer]) -> Answer:
        """Ask until it is answered. Raises NoCredential, or what Google said last."""
        while True:
            lease = self._next()
            try:
                return await self._ask(lease, question)
            except UpstreamFault as fault:
                if fault.kind not in _UNREPORTED:
                    self._leases.failed(lease, fault)
                self._last = fault
                self._tried.append(lease.credential.id)
                if fault.kind is FaultKind.CLIENT or len(self._tried) >= self._attempts:
                    raise
            finally:
                self._leases.release(lease)

    def _next(self) -> Lease:
        call = self._call
        backends = (call.backends & self._backends.keys()) if call.backends else self._backends.keys()
        try:
            return self._leases.lease(call.model, tuple(backends), tried=self._tried, affinity=call.affinity)
        except NoCredential as none_left:
            raise told(self._last, none_left) from None

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
