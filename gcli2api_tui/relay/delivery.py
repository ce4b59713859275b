"""How one attempt's answer reaches the encoder: as a stream, as one body, or as one body that becomes a stream.

In: a lease and the request. Out: batches in the exchange, and its end if this was one. Invariants: an attempt that
fails before content has told the client nothing; reads without content wait for the first that has some, because
until then another credential may serve.
"""

from collections.abc import Iterable, Sequence

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import Usage
from gcli2api_tui.gemini.fitting import asks_for_length
from gcli2api_tui.gemini.stream_parts import Batch, EndPart, StreamPart, UsagePart, read
from gcli2api_tui.gemini.tolerant import well_formed
from gcli2api_tui.gemini.types import GenerateRequest, GenerateResponse
from gcli2api_tui.messages.message import say
from gcli2api_tui.pool.ports import Lease
from gcli2api_tui.relay.continuation import Continuation
from gcli2api_tui.relay.exchange import Exchange
from gcli2api_tui.relay.signatures import Signatures
from gcli2api_tui.relay.verdict import broken, whole_is_better
from gcli2api_tui.upstream.ports import Backend


class Delivery:
    """One per exchange; `ask` once for each attempt."""

    def __init__(self, exchange: Exchange, signatures: Signatures, continuation: Continuation) -> None:
        self.spent = Usage()
        """What Google counted in this attempt."""
        self.end = ""
        """Google's reason for ending the answer of this attempt."""
        self.begun = False
        """Google has begun to answer this attempt, and so has counted it."""
        self.whole_instead = False
        """Streams failed: whole answers are asked for, and streamed to the client."""
        self._exchange = exchange
        self._signatures = signatures
        self._joint = continuation
        self._empty_once = False

    async def ask(self, backend: Backend, lease: Lease, request: GenerateRequest) -> None:
        """Ask Google and pass the answer on. Raises UpstreamFault."""
        self.spent, self.end, self.begun = Usage(), "", False
        self._joint.begin()
        call = self._exchange.call
        if call.stream and not call.fake and not self.whole_instead:
            await self._stream(backend, lease, request)
        else:
            await self._whole(backend, lease, request)

    def mind(self, fault: UpstreamFault, last: UpstreamFault | None) -> None:
        """Learn from an attempt that failed, and the one before it, how to ask next."""
        call = self._exchange.call
        if call.stream and not call.fake and whole_is_better(fault, last):
            self.whole_instead = True

    def end_short(self, end: GenerateResponse) -> None:
        """No continuation came: the answer ends as Google ended it."""
        self._joint.ended = True
        batch = read([end])
        self._exchange.recorder.received(batch)
        self._exchange.deliver(batch)
        self._finish()

    async def _stream(self, backend: Backend, lease: Lease, request: GenerateRequest) -> None:
        exchange, held = self._exchange, list[Batch]()
        try:
            async with backend.stream(lease.credential, lease.model, self._joint.asking(request)) as reads:
                self.begun = True
                async for responses in reads:
                    self._put(self._received(lease, request, [well_formed(one) for one in responses]), held)
                    await exchange.buffer.room()
        except UpstreamFault:
            if exchange.fed:
                self._put(self._seen(self._joint.rest()), held)
            raise
        self._put(self._seen(self._joint.rest()), held)
        if not exchange.fed:
            self._refuse_broken(part for batch in held for part in batch.parts)
            self._release(held)
        elif not self._joint.ended:
            raise UpstreamFault(FaultKind.PROTOCOL, say("google.cut"), way_out=say("try_again"))
        self._finish()

    def _put(self, batch: Batch, held: list[Batch]) -> None:
        if self._exchange.fed or batch.has_content:
            self._release(held)
            self._exchange.deliver(batch)
        else:
            held.append(batch)

    def _release(self, held: list[Batch]) -> None:
        for batch in held:
            self._exchange.deliver(batch)
        held.clear()

    async def _whole(self, backend: Backend, lease: Lease, request: GenerateRequest) -> None:
        """A fake stream opens at once; heartbeats keep any stream alive until Google has answered."""
        exchange = self._exchange
        if exchange.call.fake:
            exchange.commit()
        responses = await self._complete(backend, lease, self._joint.asking(request))
        self._refuse_broken(read(responses).parts)
        exchange.deliver(self._received(lease, request, responses))
        self._finish()

    async def _complete(self, backend: Backend, lease: Lease, request: GenerateRequest) -> Sequence[GenerateResponse]:
        """All of an answer; a long one is gathered from a stream, because Google gives it in no other way."""
        if not asks_for_length(request):
            response = await backend.generate(lease.credential, lease.model, request)
            self.begun = True
            return [well_formed(response)]
        gathered: list[GenerateResponse] = []
        async with backend.stream(lease.credential, lease.model, request) as reads:
            self.begun = True
            async for responses in reads:
                gathered += responses
        return gathered

    def _received(self, lease: Lease, request: GenerateRequest, responses: Sequence[GenerateResponse]) -> Batch:
        """One read, as the client will have it."""
        batch = read(responses)
        self._signatures.learn(lease, request, batch.parts)
        self.spent = next((part.usage for part in reversed(batch.parts) if isinstance(part, UsagePart)), self.spent)
        self.end = next((part.reason for part in batch.parts if isinstance(part, EndPart)), self.end)
        return self._seen(self._joint.take(responses)) if self._joint.wanted else self._told(batch)

    def _seen(self, responses: Sequence[GenerateResponse]) -> Batch:
        return self._told(read(responses))

    def _told(self, batch: Batch) -> Batch:
        self._exchange.recorder.received(batch)
        return batch

    def _finish(self) -> None:
        """End the answer, unless it is to go on."""
        exchange = self._exchange
        if not self._joint.more:
            exchange.finish(exchange.encoder.finish() if exchange.call.stream else exchange.encoder.whole())

    def _refuse_broken(self, parts: Iterable[StreamPart]) -> None:
        """An answer that is none is worth another attempt; an empty one only once, for it may be meant."""
        fault = broken(parts, empty_is_broken=not self._empty_once and not self._joint.rounds)
        if fault:
            self._empty_once = True
            raise fault
