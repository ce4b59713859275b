"""Google as the stand-in judges requests: every rule that it has, and signatures bound to the credential that got them.

In: scripts as whole_path's Google. A refused request counts in `refused`, its words in `words`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from whole_path import Google

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.simulator import models
from gcli2api_tui.simulator.refusals import Refusal
from gcli2api_tui.simulator.thought_signatures import signed
from gcli2api_tui.simulator.validate import validated


class Judge(Google):
    def __init__(self, *scripts: Any) -> None:
        super().__init__(*scripts)
        self.refused = 0
        self.words: list[str] = []

    @asynccontextmanager
    async def stream(self, credential: Any, model: str, request: Any, streamed: bool = True) -> AsyncIterator[Any]:
        known = models.find(model)
        assert known
        try:
            validated(request, known, credential.label, "gemini-api", streams=streamed)
        except Refusal as refusal:
            self.asked.append((credential.label, request))
            self.refused += 1
            self.words.append(refusal.message)
            raise UpstreamFault(FaultKind.CLIENT, refusal.message, status=refusal.code) from None
        async with super().stream(credential, model, request) as reads:
            yield reads

    async def generate(self, credential: Any, model: str, request: Any) -> Any:
        async with self.stream(credential, model, request, streamed=False) as reads:
            return [item async for read in reads for item in read][-1]


def signature(label: str, model: str, about: str) -> str:
    """One that Google takes from this credential, and from no other."""
    known = models.find(model)
    assert known
    return signed(label, known.family, about)
