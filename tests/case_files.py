"""Requests as files (tests/cases) through the whole path, each with what Google does and what is right.

A file has `path`, `request`, `google` (`rules` by name, and `answers` in order, the last one for ever) and `right`.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from whole_path import Answer, Google, Proxy, said

from gcli2api_tui.events.problems import FaultKind, UpstreamFault

Rule = Callable[[str, Any, bool], str]
"""(model, request, whether streamed) → Google's refusal, or nothing."""
OK = said({"text": "Hello ... 世界 \n🎉 done"}, finish="STOP", usageMetadata={"promptTokenCount": 3})


def files(folder: str) -> list[Path]:
    """The cases of a folder, in order."""
    return sorted((Path(__file__).parent / "cases" / folder).glob("*.json"))


class Strict(Google):
    """Refuses by the rules of a case; counts what it refused."""

    def __init__(self, rules: Sequence[Rule], answers: Sequence[Any] = ()) -> None:
        super().__init__(*([OK] if answer == "ok" else answer["raw"] for answer in answers or ["ok"]))
        self.rules, self.refused, self.models = rules, 0, list[str]()

    @asynccontextmanager
    async def stream(self, credential: Any, model: str, request: Any, streamed: bool = True) -> AsyncIterator[Any]:
        self.models.append(model)
        if words := next(filter(None, (rule(model, request, streamed) for rule in self.rules)), ""):
            self.asked.append((credential.label, request))
            self.refused += 1
            raise UpstreamFault(FaultKind.CLIENT, words, status=400)
        async with super().stream(credential, model, request) as reads:
            yield reads

    async def generate(self, credential: Any, model: str, request: Any) -> Any:
        async with self.stream(credential, model, request, streamed=False) as reads:
            return [item async for read in reads for item in read][-1]


def strict(case: Any, rules: Mapping[str, Rule]) -> Strict:
    """The Google of a case."""
    google = case.get("google", {})
    return Strict([rules[name] for name in google.get("rules", ())], google.get("answers", ()))


async def asked(case: Any, proxy: Proxy) -> Answer:
    """The request of a case."""
    return await proxy.ask(case["path"], data=json.dumps(case["request"]).encode())


def at(value: Any, path: str) -> Any:
    """What stands at a path; None where nothing does."""
    for step in path.split("."):
        if isinstance(value, list):
            value = value[int(step)] if int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def read(case: Any, answer: Any) -> tuple[str, str]:
    """(what the client reads, how it ends in the dialect's word), of a whole answer or a stream."""
    if case["request"].get("stream"):
        return _streamed(case["path"], answer)
    body = answer.body
    if case["path"].endswith("messages"):
        return "".join(block.get("text", "") for block in body["content"]), body["stop_reason"]
    return body["choices"][0]["message"]["content"], body["choices"][0]["finish_reason"]


def _streamed(path: str, answer: Any) -> tuple[str, str]:
    if path.endswith("messages"):
        deltas = [event.get("delta") or {} for event in answer.events]
        ends = [delta["stop_reason"] for delta in deltas if delta.get("stop_reason")]
        return "".join(delta.get("text", "") for delta in deltas), ends[-1] if ends else "error"
    ends = [one["finish_reason"] for event in answer.events for one in event.get("choices", ()) if one["finish_reason"]]
    return answer.text, ends[-1] if ends else "error"
