"""After a run against the stand-in for Google the metrics and the ledger's usage agree."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gcli2api_tui.bootstrap import prepare
from gcli2api_tui.control.verb_results import Done
from gcli2api_tui.control_wiring import Parts, build
from gcli2api_tui.ledger.exchange_rows import ExchangeState
from gcli2api_tui.server.quart_app import build_app
from gcli2api_tui.simulator.app import KEYS, serve

MODELS = ("gemini-2.5-pro", "gemini-3.5-flash", "fake/gemini-2.5-pro", "gemini-2.5-flash-lite")


@dataclass
class Instance:
    parts: Parts

    def __post_init__(self) -> None:
        self.client = build_app(self.parts.services).test_client()
        self.keys = self.parts.control.own_keys

    async def ask(self, model: str, *, stream: bool) -> int:
        body = {"model": model, "stream": stream, "messages": [{"role": "user", "content": f"About {model}, please"}]}
        headers = {"Authorization": f"Bearer {self.keys.client.reveal()}"}
        answer = await self.client.post("/v1/chat/completions", json=body, headers=headers)
        await answer.get_data()
        return int(answer.status_code)

    async def sums(self, *labels: str) -> dict[str, dict[tuple[str, ...], float]]:
        """Counters, by these labels of theirs."""
        headers = {"Authorization": f"Bearer {self.keys.panel.reveal()}"}
        text = await (await self.client.get("/metrics", headers=headers)).get_data(as_text=True)
        found: dict[str, dict[tuple[str, ...], float]] = defaultdict(lambda: defaultdict(float))
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                found[sample.name][tuple(sample.labels.get(label, "") for label in labels)] += sample.value
        return found


@pytest.fixture
async def instance(tmp_path: Path) -> AsyncIterator[Instance]:
    async with serve() as google:
        google.world.add_api_key(KEYS[0], project="one", free=False)
        google.world.add_api_key(KEYS[1], project="two", free=False)
        flags = {"home": str(tmp_path), "port": 1}
        parts = build(prepare(flags, {"GOOGLE_GEMINI_BASE_URL": google.url}), "http://127.0.0.1:1", lambda mode: None)
        for key in KEYS[:2]:
            assert isinstance(await parts.control.add_credentials(key.encode(), "test"), Done)
        yield Instance(parts)
        await parts.control.registry.close()
        await parts.client.aclose()
        await asyncio.to_thread(parts.store.close)


async def test_metrics_and_usage_agree_after_a_run(instance: Instance) -> None:
    asks = [instance.ask(model, stream=bool(n % 2)) for n, model in enumerate(MODELS * 4)]
    statuses = await asyncio.gather(*asks)
    assert statuses.count(200) >= 10
    await asyncio.wrap_future(instance.parts.store.flush())
    table = await instance.parts.control.usage("model", 2)
    by_model, by_kind = await instance.sums("model"), await instance.sums("model", "kind")
    assert table.total.requests == 16
    for model in ("gemini-2.5-pro", "gemini-3.5-flash", "gemini-2.5-flash-lite"):
        lines = [line for line in table.lines if instance.parts.ledger.metrics.model_of(line.id) == model]
        requests = sum(line.requests for line in lines)
        assert requests and by_model["gcli2api_requests_total"][model,] == requests
        assert by_model["gcli2api_request_duration_seconds_count"][model,] == requests
        told = {
            kind: by_kind["gcli2api_tokens_total"][model, kind] for kind in ("input", "cached", "thoughts", "output")
        }
        assert told["input"] + told["cached"] == sum(line.tokens_in for line in lines)
        assert told["thoughts"] == sum(line.thoughts for line in lines)
        assert told["output"] == sum(line.tokens_out for line in lines)
    assert sum(by_model["gcli2api_tokens_total"].values()) == table.total.tokens
    rows = instance.parts.ledger.snapshot().exchanges
    outcomes = await instance.sums("outcome")
    done = sum(row.state is ExchangeState.DONE for row in rows)
    assert outcomes["gcli2api_requests_total"][("done",)] == done
    assert sum(outcomes["gcli2api_attempts_total"].values()) == sum(len(row.hops) for row in rows)


async def test_ready_says_so_without_a_key_and_without_names(instance: Instance) -> None:
    answer = await instance.client.get("/readyz")
    told: Any = json.loads(await answer.get_data())
    assert (answer.status_code, told["status"]) == (200, "ready")
    for row in instance.parts.control.snapshot().credentials:
        await instance.parts.control.disable(row.id)
        assert row.label not in str(told)
    answer = await instance.client.get("/readyz")
    assert answer.status_code == 503
    assert "wait for a person" in json.loads(await answer.get_data())["reason"]
    assert (await instance.client.get("/healthz")).status_code == 200
