"""Each trouble of the demo against the running program: what is made goes wrong, and is well again afterwards."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from gcli2api_tui.control.trouble_port import TROUBLES, Trouble
from gcli2api_tui.control.verb_results import Done, Refused
from gcli2api_tui.demo import instance
from gcli2api_tui.ledger.credential_rows import CredentialRow, CredentialState
from gcli2api_tui.runtime import Runtime
from gcli2api_tui.server.hypercorn_server import bind, url_of
from gcli2api_tui.simulator.demo_world import ALICE, BOB, CAROL, PRO
from gcli2api_tui.tasks import spawn


class Stage:
    def __init__(self, runtime: Runtime, trouble: Trouble, client: httpx.AsyncClient) -> None:
        self.parts, self.trouble, self._client = runtime.parts, trouble, client

    async def ask(self, path: str = "/v1/chat/completions") -> httpx.Response:
        body = {"model": PRO, "messages": [{"role": "user", "content": "Hello"}]}
        return await self._client.post(path, json=body, headers={"authorization": "Bearer pwd"})

    def row(self, label: str) -> CredentialRow:
        return next(row for row in self.parts.control.snapshot().credentials if row.label == label)


@pytest.fixture
async def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setattr(instance, "_play", lambda *_: asyncio.sleep(0))  # nobody else asks
    async with instance.prepared(1, 0, str(tmp_path)) as prepared:
        prepared.world.voice = prepared.world.voice.__class__()  # at once
        listener = bind("127.0.0.1", 0)
        runtime = Runtime(prepared.setup, url_of(listener), "local", screen=False, staging=prepared.staging)
        serving = spawn("server", runtime.serve(listener))
        async with httpx.AsyncClient(base_url=runtime.parts.url, timeout=20) as client:
            yield Stage(runtime, prepared.staging.trouble(runtime.parts), client)
        runtime.stop("now")
        await serving
        await runtime.close()


async def test_states_and_answers_when_it_opens(stage: Stage) -> None:
    states = {row.label: row.state for row in stage.parts.control.snapshot().credentials}
    assert set(states.values()) >= {
        CredentialState.READY, CredentialState.COOLING, CredentialState.NEARLY_OUT, CredentialState.NEEDS_LOGIN,
        CredentialState.DISABLED,
    }  # fmt: skip
    answered = await stage.ask()
    assert answered.status_code == 200 and answered.headers["x-gcli2api-demo"] == "1"


async def test_a_limit_on_one_is_made_good_by_another_until_it_is_over(stage: Stage) -> None:
    assert isinstance(await stage.trouble.make("limit"), Done) and stage.trouble.running() == {"limit"}
    answers = [await stage.ask() for _ in range(8)]
    assert {one.status_code for one in answers} == {200}
    assert stage.row(ALICE).cooldowns, "she was asked, and rests"
    await stage.trouble.make("limit")
    assert not stage.trouble.running(), "once more ends it"


async def test_a_revoked_sign_in_is_found_out_and_comes_back(stage: Stage) -> None:
    await stage.ask()
    await stage.trouble.make("revoke")
    assert isinstance(await stage.trouble.make("revoke"), Refused)
    for _ in range(12):
        assert (await stage.ask()).status_code == 200
    assert stage.row(BOB).state is CredentialState.NEEDS_LOGIN
    await stage.trouble.make("well")
    assert stage.row(BOB).state is CredentialState.READY


async def test_a_page_for_json_is_nobodys_fault_and_passes(stage: Stage) -> None:
    await stage.trouble.make("page")
    assert (await stage.ask()).status_code in (502, 503)
    assert stage.row(CAROL).state is CredentialState.READY
    await stage.trouble.make("well")
    assert (await stage.ask()).status_code == 200


async def test_little_quota_is_what_google_then_says(stage: Stage) -> None:
    await stage.trouble.make("quota")
    assert stage.row(CAROL).state is CredentialState.NEARLY_OUT


async def test_the_clock_runs_and_jumps_and_nothing_breaks(stage: Stage) -> None:
    await stage.trouble.make("fast")
    assert stage.trouble.running() == {"fast"}
    now = stage.parts.clock.now()
    first = min(at for at in stage.trouble.world.meters.resets() if at > now + 60)
    await stage.trouble.make("reset")
    assert stage.parts.clock.now() >= first - 60, "whatever the time of day is"
    assert (await stage.ask()).status_code == 200
    await stage.trouble.make("well")
    assert not stage.trouble.running()


async def test_every_trouble_can_be_made_and_is_over_in_the_end(stage: Stage) -> None:
    for name in TROUBLES[:-1]:
        assert isinstance(await stage.trouble.make(name), Done | Refused), name
    await stage.trouble.make("well")
    assert not stage.trouble.running() and (await stage.ask()).status_code == 200
    assert any(line.source == "demo" for line in stage.parts.control.snapshot().log)
