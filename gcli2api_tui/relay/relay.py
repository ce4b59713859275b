"""Takes requests, and ends those that run: exchanges and one-shot questions.

In: a Call, its Encoder, facts about the client. Out: the items of `Relaying.run`, or one value. A running exchange can
be stopped by its number; a client that leaves ends its own. A question (a count of tokens, an embedding) goes through
the same loop, with its pauses and its deadline; nothing of it is streamed or kept in the ledger.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import closing
from functools import partial
from typing import cast

from gcli2api_tui.clients.admission import Admission
from gcli2api_tui.dialects.call import Call, Encoder
from gcli2api_tui.events.ids import OWN_KEYS
from gcli2api_tui.events.problems import FaultKind, Problem
from gcli2api_tui.events.records import ClientKeyId, ExchangeId
from gcli2api_tui.gemini.abilities import Abilities
from gcli2api_tui.gemini.service_tier import tier_of
from gcli2api_tui.gemini.thinking import for_effort
from gcli2api_tui.gemini.types import GenerateRequest
from gcli2api_tui.ledger.ports import Recorder
from gcli2api_tui.quick_dataclass import replace
from gcli2api_tui.relay.attempt import Question, ask
from gcli2api_tui.relay.fault_rules import RATE_LIMITS
from gcli2api_tui.relay.hop_resumption import Stood, Unended, ends_with_model, unended
from gcli2api_tui.relay.ports import UNSAID, ClientFacts, ClientWriter, Limits, Opened
from gcli2api_tui.relay.recorder import ExchangeRecorder
from gcli2api_tui.relay.response import Response
from gcli2api_tui.relay.retry_loop import RelayServices, RetryLoop
from gcli2api_tui.relay.retry_policy import NOT_OF_QUESTIONS, KnownModel, Policy
from gcli2api_tui.relay.running_exchange import Exchange, Lifetime, crashed
from gcli2api_tui.relay.steps_and_outcomes import Answered, Attempt
from gcli2api_tui.relay.timekeeper import Timekeeper
from gcli2api_tui.upstream.ports import Backend

NEVER = 0.0, 0.0
"""A span without a moment."""


class Relay:
    """Implements Relaying. One per server."""

    def __init__(
        self,
        means: RelayServices,
        recorder: Recorder,
        limits: Limits | None = None,
        known_model: KnownModel = lambda model: True,
    ) -> None:
        self.limits = limits or Limits()
        """Those of now, set again whenever a person changes one: a request takes them when it begins."""
        self._means = means
        self._recorder = recorder
        self._known_model = known_model
        self._live: dict[ExchangeId, Exchange] = {}
        self._questions: set[OneShot] = set()
        self._timekeeper = Timekeeper(means.clock)

    @property
    def in_flight(self) -> int:
        """Exchanges whose client still waits or reads."""
        return len(self._live)

    async def run(
        self, call: Call, encoder: Encoder, client: ClientFacts, writer: ClientWriter | None = None
    ) -> AsyncGenerator[Opened | bytes, None]:
        admission = await self._admitted(call, client.key, counted=True)
        try:
            exchange, response = await self._begun(call, encoder, client, admission, writer)
            try:
                if not call.stream:
                    await exchange.run_here()
                while await response.more():
                    yield response.taken()
            finally:
                self._timekeeper.end(exchange)
                exchange.leave()
                del self._live[exchange.number]
        finally:
            if client.key not in OWN_KEYS:
                admission.close()

    async def _begun(
        self, call: Call, encoder: Encoder, client: ClientFacts, admission: Admission, writer: ClientWriter | None
    ) -> tuple[Exchange, Response]:
        means = self._means
        call = _as_the_key_has_it(call, admission, means.lessons.abilities)
        policy = self._policy(call, admission)
        known = means.lessons.abilities(call.model) if call.as_written else policy.abilities
        if known.long_decode and not call.own_hops and ends_with_model(call.request):
            policy = replace(policy, unended=await self._unended(call))
        recorder = ExchangeRecorder(self._recorder, means.clock, call, client)
        left = partial(means.leases.remaining_quota, call.model, call.among(means.backends), admission.group)
        given = encoder, recorder, means.clock, left, means.passed_on
        response = Response(*given, stream=call.stream, unread_bytes=policy.limits.unread_bytes, writer=writer)
        exchange = self._live[recorder.exchange] = Exchange(means, policy, recorder, response)
        if call.stream:
            exchange.begin()
        self._timekeeper.begin(exchange, exchange.first_look())
        if client.key not in OWN_KEYS:
            admission.when_stopped(lambda: exchange.stop("key"))
        return exchange, response

    async def count_tokens(self, call: Call, key: ClientKeyId) -> dict[str, object]:
        def question(backend: Backend, asked: Attempt) -> Awaitable[dict[str, object]]:
            return backend.count_tokens(asked.lease.credential, asked.lease.model, asked.request)

        with closing(await self._admitted(call, key, counted=False)) as admission:
            # Its limits are not those of generations: the pool hears of none.
            unheard = NOT_OF_QUESTIONS | RATE_LIMITS
            policy = self._policy(call, admission, counted=False, unheard=unheard)
            return await self._answer(policy, question, admission)

    async def embed(self, call: Call, method: str, key: ClientKeyId) -> dict[str, object]:
        def question(backend: Backend, asked: Attempt) -> Awaitable[dict[str, object]]:
            return backend.embed(asked.lease.credential, asked.lease.model, method, asked.request)

        with closing(await self._admitted(call, key, counted=True)) as admission:
            admission.keeps = True
            policy = self._policy(call, admission, unheard=NOT_OF_QUESTIONS, heirs=False)
            return await self._answer(policy, question, admission)

    async def ask(self, call: Call, question: Question, admission: Admission, *, counted: bool) -> dict[str, object]:
        """A question about things that Google keeps; `counted` where it is a generation in Google's eyes."""
        unheard = NOT_OF_QUESTIONS if counted else NOT_OF_QUESTIONS | RATE_LIMITS
        policy = self._policy(call, admission, counted=counted, unheard=unheard, heirs=False)
        return await self._answer(policy, question, admission)

    async def _admitted(self, call: Call, key: ClientKeyId, *, counted: bool) -> Admission:
        """To be closed by whoever runs the request. Raises ClientFault where the key does not let it in."""
        if key in OWN_KEYS:
            return Admission()
        return await self._means.gate.admit(key, call.model, counted=counted, tokens=partial(_may_use, call))

    async def _answer(self, policy: Policy, question: Question, admission: Admission) -> dict[str, object]:
        one_shot = OneShot(self._means, policy, question)
        self._questions.add(one_shot)
        admission.when_stopped(lambda: one_shot.stop("key"))
        try:
            return await one_shot.answer()
        finally:
            self._questions.discard(one_shot)

    async def _unended(self, call: Call) -> Unended | None:
        """The answer that the client asks the rest of: what it begins with ends the conversation."""
        found = partial(unended, call.model, call.request, self._means.signatures.kept)
        return await asyncio.to_thread(found) if call.large else found()

    def _policy(
        self,
        call: Call,
        admission: Admission,
        *,
        counted: bool = True,
        unheard: frozenset[FaultKind] = frozenset(),
        heirs: bool = True,
    ) -> Policy:
        means = self._means
        begins, over = means.ends.quiet.get(call.model, NEVER)
        if not begins <= means.clock.now() < over:
            means.ends.asked(call.model)
        return Policy(
            call,
            admission.group,
            self.limits,
            self._known_model,
            means.lessons.abilities(call.model, as_written=call.as_written),
            counted,
            unheard,
            heirs,
        )

    def cancel_all(self) -> None:
        """Stop every request; the server ends without waiting."""
        for running in (*self._live.values(), *self._questions):
            running.stop("person")

    def cancel(self, exchange: ExchangeId) -> bool:
        """Stop an exchange for a person; its client gets an error. False when it is over already."""
        if running := self._live.get(exchange):
            running.stop("person")
        return running is not None


class OneShot(Lifetime):
    """One per question."""

    def __init__(self, means: RelayServices, policy: Policy, question: Question) -> None:
        super().__init__(policy.limits.request_deadline_s)
        self._means, self._deadline_s = means, policy.limits.request_deadline_s
        self._result: Answered | Stood | Problem | None = None
        self._ask = partial(ask, question=question)
        self._attempts = RetryLoop(means, policy, affinity=policy.call.affinity)

    async def answer(self) -> dict[str, object]:
        """What Google says. Raises a Problem."""
        working = self.start("question", self._run())
        self.start("timekeeper", self._keep_time())
        try:
            await asyncio.wait({working})
        finally:
            self.end()
            self.forget()
        if isinstance(self._result, Answered):
            return self._result.value
        raise self._result if isinstance(self._result, Problem) else self.problem() or crashed()

    async def _run(self) -> None:
        self._result = await self._attempts.run(self._ask)

    async def _keep_time(self) -> None:
        await self._means.clock.sleep(self._deadline_s)
        self.stop("deadline")


def _may_use(call: Call) -> int:
    """Tokens of the prompt by its length, and of the answer by what the client lets it have."""
    bound = (call.request.get("generationConfig") or {}).get("maxOutputTokens")
    return call.estimated_usage(0).prompt + (bound if isinstance(bound, int) and bound > 0 else UNSAID)


def _as_the_key_has_it(call: Call, admission: Admission, abilities: Callable[[str], Abilities]) -> Call:
    """With the thinking and the service tier of the key, where the client asked for none."""
    if not admission.thinking and not admission.service_tier:
        return call
    request = cast("dict[str, object]", dict(call.request))
    config = call.request.get("generationConfig") or {}
    effort = {"off": "none"}.get(admission.thinking, admission.thinking)
    if effort and "thinkingConfig" not in config and (thinking := for_effort(abilities(call.model), effort)):
        request["generationConfig"] = {**config, "thinkingConfig": thinking}
    if admission.service_tier and not tier_of(call.request):
        request["serviceTier"] = admission.service_tier
    return replace(call, request=cast(GenerateRequest, request)) if request != call.request else call
