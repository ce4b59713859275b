"""A question that is no generation: a count of tokens, an embedding.

In: what wiring gives every request, a call's policy, the question. Out: Google's answer, or a Problem. The same loop as
that of an exchange, with its pauses and its deadline; nothing is streamed or kept in the ledger.
"""

import asyncio
from functools import partial
from typing import Any

from gcli2api_tui.events.problems import Problem
from gcli2api_tui.relay.attempt import Answered, Question, ask
from gcli2api_tui.relay.exchange import ExchangeLoop
from gcli2api_tui.relay.lifetime import Lifetime, crashed
from gcli2api_tui.relay.policy import Policy
from gcli2api_tui.relay.resumption import Stood
from gcli2api_tui.relay.services import RelayServices


class OneShot(Lifetime):
    """One per question."""

    def __init__(self, means: RelayServices, policy: Policy, question: Question) -> None:
        super().__init__(policy.limits.request_deadline_s)
        self._means, self._deadline_s = means, policy.limits.request_deadline_s
        self._result: Answered | Stood | Problem | None = None
        self._ask = partial(ask, question=question)
        self._attempts = ExchangeLoop(means, policy, affinity=policy.call.affinity)

    async def answer(self) -> dict[str, Any]:
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
