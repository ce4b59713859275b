"""The admin API's client keys: with the panel's key alone; a key is told once; JSON's own values are understood."""

import json
from typing import Any

import pytest

from gcli2api_tui.control.verb_results import Answer, Done, Refused
from gcli2api_tui.events.records import ClientKeyId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.admin_rows import ClientKeyRow, NewClientKey
from gcli2api_tui.messages.message import quoted, say

TOKEN = "run-token"
ROW = ClientKeyRow(ClientKeyId("ada"), "ada", "9f3K", "on", 1.0)
Wanted = list[tuple[str, str, dict[str, str]]]


@pytest.fixture
def wanted(runtime: Any, monkeypatch: pytest.MonkeyPatch) -> Wanted:
    seen: Wanted = []

    async def add(name: str, wishes: dict[str, str]) -> NewClientKey | Refused:
        seen.append(("add", name, wishes))
        taken = Refused(say("clients.taken", name=name))
        return taken if name == "bob" else NewClientKey(ClientKeyId(name), Secret("sk-new"), quoted("There."))

    async def change(name: str, wishes: dict[str, str]) -> Answer:
        seen.append(("set", name, wishes))
        return Done(quoted("changed"))

    async def revoke(name: str) -> Answer:
        seen.append(("revoke", name, {}))
        return Done(quoted("revoked"))

    for verb, function in (("add_client_key", add), ("set_client_key", change), ("revoke_client_key", revoke)):
        monkeypatch.setattr(runtime.control, verb, function, raising=False)
    monkeypatch.setattr(runtime.services.reader, "client_keys", lambda: (ROW,), raising=False)
    return seen


async def ask(runtime: Any, method: str, path: str = "", body: Any = None, key: str = TOKEN) -> tuple[int, Any]:
    answer = await runtime.ask(f"/admin/api/keys{path}", method=method, key=key, json=body)
    return answer.status_code, json.loads(await answer.get_data())


async def test_a_new_key_is_told_once_and_kept_by_no_cache(runtime: Any, wanted: Wanted) -> None:
    answer = await runtime.ask("/admin/api/keys", method="POST", key=TOKEN, json={"name": "ada", "rpm": 30})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    assert json.loads(await answer.get_data())["key"] == "sk-new"
    assert wanted == [("add", "ada", {"rpm": "30"})]
    assert "sk-new" not in json.dumps(await ask(runtime, "GET"))
    assert not any("sk-new" in str(line.text) for line in runtime.recorder.lines)


async def test_values_of_json_mean_what_they_say(runtime: Any, wanted: Wanted) -> None:
    body = {"rpm": None, "models": ["a", "b"], "credentials": [], "enabled": False, "expires": "30d"}
    assert (await ask(runtime, "POST", "/ada%20x", body))[0] == 200
    said = {"rpm": "none", "models": "a,b", "credentials": "none", "enabled": "off", "expires": "30d"}
    assert wanted == [("set", "ada x", said)]
    assert (await ask(runtime, "POST", "/ada", {"rpm": {"a": 1}}))[0] == 400


async def test_it_is_revoked(runtime: Any, wanted: Wanted) -> None:
    assert (await ask(runtime, "POST", "/ada/revoke", {}))[0] == 200
    assert wanted == [("revoke", "ada", {})]


async def test_a_refusal_is_a_409_with_words(runtime: Any, wanted: Wanted) -> None:
    status, answer = await ask(runtime, "POST", "", {"name": "bob"})
    assert status == 409 and "bob" in answer["error"]["message"]
    assert (await ask(runtime, "POST", "", {"name": 7}))[0] == 400


@pytest.mark.parametrize("key", ["client-key", "", "sk-new"])
async def test_who_has_another_key_gets_nothing(runtime: Any, wanted: Wanted, key: str) -> None:
    for method, path in (("GET", ""), ("POST", ""), ("POST", "/ada"), ("POST", "/ada/revoke")):
        assert (await ask(runtime, method, path, {"name": "x"}, key=key))[0] == 401
    assert wanted == []
