"""What was learnt is applied after a restart: the same home, a new runtime, Google in this process."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from gcli2api_tui.bootstrap import prepare
from gcli2api_tui.control_wiring import Parts, build
from gcli2api_tui.credentials.credential import ApiKey, Credential, Kind
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.server.quart_app import build_app
from gcli2api_tui.simulator.app import default_world, serve
from gcli2api_tui.simulator.models import OXYGEN

KEY = Credential(CredentialId("k"), Kind.API_KEY, "key", ApiKey(Secret("AIza-test-key")))
MINIMAL = {
    "contents": [{"role": "user", "parts": [{"text": "hi"}]}],
    "generationConfig": {"thinkingConfig": {"thinkingLevel": "MINIMAL"}},
}
HOME = {"PASSWORD": "pwd", "GCLI2API_SUCCESSORS": "on"}


@pytest.fixture
async def google() -> AsyncIterator[Any]:
    async with serve(world=default_world()) as running:
        running.world.add_api_key("AIza-test-key", project="test", free=False)
        yield running


@asynccontextmanager
async def started(home: Path, google: Any) -> AsyncIterator[tuple[Parts, Any]]:
    """A runtime on this home; it is over, and all is on the disk, when this is left."""
    settings = prepare({"home": str(home)}, {**HOME, "GOOGLE_GEMINI_BASE_URL": google.url})
    parts = build(settings, "http://127.0.0.1:1", lambda mode: None)
    parts.control.pool.add(KEY)
    try:
        yield parts, build_app(parts.services).test_client()
    finally:
        await parts.client.aclose()
        parts.store.close()


async def asked(client: Any, google: Any, model: str, body: Any) -> tuple[int, int, Any]:
    """(the client's status, requests to Google for it, the answer's headers)"""
    before = len(google.world.journal.calls("generateContent"))
    sent = {"x-goog-api-key": "pwd", "Content-Type": "application/json"}
    answer = await client.post(f"/v1beta/models/{model}:generateContent", data=json.dumps(body), headers=sent)
    await answer.get_data()
    return answer.status_code, len(google.world.journal.calls("generateContent")) - before, answer.headers


async def test_a_lesson_costs_one_refusal_and_none_after_a_restart(google: Any, tmp_path: Path) -> None:
    async with started(tmp_path, google) as (parts, client):
        assert (await asked(client, google, "gemini-3.8-flash", MINIMAL))[:2] == (200, 2)
        assert (await asked(client, google, "gemini-3.8-flash", MINIMAL))[:2] == (200, 1)
    async with started(tmp_path, google) as (parts, client):
        assert (await asked(client, google, "gemini-3.8-flash", MINIMAL))[:2] == (200, 1)
        await parts.control.forget_learnt("gemini-3.8-flash")
    async with started(tmp_path, google) as (parts, client):
        assert (await asked(client, google, "gemini-3.8-flash", MINIMAL))[:2] == (200, 2), "forgotten is forgotten"


async def test_a_404_is_remembered_after_a_restart_and_the_successor_answers_at_once(
    google: Any, tmp_path: Path
) -> None:
    body = {"contents": MINIMAL["contents"]}
    for attempts in (2, 1):
        async with started(tmp_path, google) as (_, client):
            status, made, headers = await asked(client, google, "gemini-3-pro-preview", body)
            assert (status, made, headers["x-gcli2api-model"]) == (200, attempts, "gemini-3.1-pro-preview")


CHAT = {"model": OXYGEN.id, "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "hi"}],
        "response_format": {"type": "json_object"}}  # fmt: skip
TOMORROW = {
    "/v1/chat/completions": CHAT,
    "/v1/messages": {"model": OXYGEN.id, "max_tokens": 99, "system": "s", "messages": CHAT["messages"][1:]},
    "/v1/responses": {"model": OXYGEN.id, "instructions": "s", "input": "hi"},
    f"/v1beta/models/{OXYGEN.id}:generateContent": {**MINIMAL, "systemInstruction": {"parts": [{"text": "s"}]}},
}


async def test_a_model_of_tomorrow_that_google_lists_is_served_in_every_dialect_and_known_after_a_restart(
    google: Any, tmp_path: Path
) -> None:
    google.world.add_model(OXYGEN)
    for refusals in ({"system_instruction", "json_mode", "thinking_level"}, set[str]()):
        google.world.journal.clear()
        async with started(tmp_path, google) as (parts, client):
            await parts.models.learn()
            for path, body in TOMORROW.items():
                headers = {"x-goog-api-key": "pwd", "Content-Type": "application/json"}
                answer = await client.post(path, data=json.dumps(body), headers=headers)
                assert answer.status_code == 200, await answer.get_data(as_text=True)
            lines = [row.text for row in parts.ledger.snapshot().log if "Learnt from" in row.text]
            assert len(lines) == len(refusals)
        calls = google.world.journal.calls("generateContent")
        assert sorted(call.status for call in calls) == [200] * 4 + [400] * len(refusals)
