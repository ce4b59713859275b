"""The admin API's clients: shown, and written as shown, with the panel's key alone."""

import json
from typing import Any

import pytest

from gcli2api_tui.control.verb_results import Answer, Difference, Done, Refused
from gcli2api_tui.messages.message import say

TOKEN = "run-token"


@pytest.fixture
def written(runtime: Any, monkeypatch: pytest.MonkeyPatch) -> list[Difference]:
    seen: list[Difference] = []

    async def connect(client: str, *, undo: bool = False) -> Difference | Refused:
        if client == "nope":
            return Refused(say("connect.no_client", client=client))
        return Difference(client, "Codex", ("+x",), "f1", undo)

    async def write(shown: Difference) -> Answer:
        seen.append(shown)
        return Done(say("connect.undone", client=shown.name))

    monkeypatch.setattr(runtime.services.control, "connect", connect, raising=False)
    monkeypatch.setattr(runtime.services.control, "write_connection", write, raising=False)
    return seen


async def test_the_difference_is_shown_and_what_was_seen_is_written(runtime: Any, written: list[Difference]) -> None:
    shown = await runtime.ask("/admin/api/clients/codex/connect", method="GET", key=TOKEN)
    assert json.loads(await shown.get_data())["seen"] == "f1" and written == []
    for verb, undo in (("connect", False), ("undo", True)):
        done = await runtime.ask(f"/admin/api/clients/codex/{verb}", key=TOKEN, json={"seen": "f1"})
        assert done.status_code == 200
        assert (written[-1].client, written[-1].seen, written[-1].undo) == ("codex", "f1", undo)


async def test_who_may_not_and_what_is_not_known(runtime: Any, written: list[Difference]) -> None:
    assert (await runtime.ask("/admin/api/clients", method="GET")).status_code == 401
    listed = await runtime.ask("/admin/api/clients", method="GET", key=TOKEN)
    assert len(json.loads(await listed.get_data())["clients"]) >= 16
    assert (await runtime.ask("/admin/api/clients/nope/connect", key=TOKEN, json={"seen": "x"})).status_code == 409
    assert (await runtime.ask("/admin/api/clients/codex/fly", method="GET", key=TOKEN)).status_code == 404
    assert written == []
