"""What was learnt is applied after a restart: the same home, a new runtime, Google in this process."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from gcli2api_tui.bootstrap import prepare
from gcli2api_tui.credentials.kinds import ApiKey, Credential, Kind
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.server.app import build_app
from gcli2api_tui.simulator.app import default_world, serve
from gcli2api_tui.wiring import Parts, build

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
