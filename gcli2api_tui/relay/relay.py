"""Runs exchanges: one pump and one timekeeper each, both cancelled when the client leaves.

In: a Call, its Encoder, facts about the client. Out: the items of `Relaying.run`. A running exchange can be stopped
by its number.
"""

from collections.abc import AsyncGenerator, Awaitable, Mapping
from contextlib import aclosing
from typing import Any

from gcli2api_tui.clock import Clock
from gcli2api_tui.dialects.call import Call, Encoder
from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.ports import Recorder
from gcli2api_tui.pool.ports import Lease, Leases
from gcli2api_tui.relay.blame import Known
from gcli2api_tui.relay.exchange import Exchange
from gcli2api_tui.relay.limits import Limits
from gcli2api_tui.relay.one_shot import OneShot
from gcli2api_tui.relay.ports import ClientFacts, Opened
from gcli2api_tui.relay.pump import Pump
from gcli2api_tui.relay.rate_limit_headers import Headers, rate_limit_headers
from gcli2api_tui.relay.recorder import ExchangeRecorder
from gcli2api_tui.relay.signatures import Signatures
from gcli2api_tui.tasks import spawn
from gcli2api_tui.upstream.ports import Backend


class Relay:
    """Implements Relaying. One per server."""

    def __init__(
        self,
        leases: Leases,
        backends: Mapping[str, Backend],
        recorder: Recorder,
        clock: Clock,
        limits: Limits,
        signatures: Signatures | None = None,
        known_model: Known = lambda model: True,
    ) -> None:
        """`known_model` says whether the catalogue has a model of this name."""
        self._leases = leases
        self._backends = backends
        self._recorder = recorder
        self._clock = clock
        self._limits = limits
        self._signatures = signatures if signatures is not None else Signatures(clock, lambda model: False)
        self._known_model = known_model
        self._live: dict[ExchangeId, Exchange] = {}

    @property
    def in_flight(self) -> int:
        """Exchanges whose client still waits or reads."""
        return len(self._live)

    async def run(self, call: Call, encoder: Encoder, client: ClientFacts) -> AsyncGenerator[Opened | bytes, None]:
        recorder = ExchangeRecorder(self._recorder, self._clock, call, client)
        exchange = Exchange(call, encoder, recorder, self._limits, self._clock, lambda: self._figures(call))
        self._live[recorder.exchange] = exchange
        pump = Pump(exchange, self._leases, self._backends, self._signatures, self._known_model)
        exchange.tasks.append(spawn(f"exchange {recorder.exchange}", pump.run()))
        exchange.tasks.append(spawn(f"timekeeper {recorder.exchange}", exchange.keep_time()))
        try:
            async with aclosing(exchange.buffer.items()) as items:
                async for item in items:
                    yield item
        finally:
            # A pump cancelled before its first step never reaches its own `finally`: settle here too.
            exchange.stop("client")
            exchange.settle()
            del self._live[recorder.exchange]

    def _figures(self, call: Call) -> Headers:
        return rate_limit_headers(self._leases.remaining_quota(call.model, call.among(self._backends)))

    async def count_tokens(self, call: Call) -> dict[str, Any]:
        def question(backend: Backend, lease: Lease) -> Awaitable[dict[str, Any]]:
            return backend.count_tokens(lease.credential, lease.model, call.request)

        return await self._one_shot(call, free=True).answer(question)

    async def embed(self, call: Call, method: str) -> dict[str, Any]:
        def question(backend: Backend, lease: Lease) -> Awaitable[dict[str, Any]]:
            return backend.embed(lease.credential, lease.model, method, call.request)

        return await self._one_shot(call, free=False).answer(question)

    def _one_shot(self, call: Call, *, free: bool) -> OneShot:
        return OneShot(
            call, self._leases, self._backends, self._limits, self._clock, known=self._known_model, free=free
        )

    def cancel_all(self) -> None:
        """Stop every exchange; the server ends without waiting."""
        for running in tuple(self._live.values()):
            running.stop("person")

    def cancel(self, exchange: ExchangeId) -> bool:
        """Stop an exchange for a person; its client gets an error. False when it is over already."""
        if running := self._live.get(exchange):
            running.stop("person")
        return running is not None
