"""The admin API's settings: read masked, changed and taken back with the panel's key alone."""

import json
from typing import Any

import pytest

from gcli2api_tui.control.verb_results import Answer, Done, Refused
from gcli2api_tui.ledger.admin_rows import SettingRow
from gcli2api_tui.messages.message import say

TOKEN = "run-token"
ROW = SettingRow("hold_s", "traffic", "number", "12", "30", "config.toml", True, "How long.", after_restart=None)


@pytest.fixture
def wanted(runtime: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str | None]]:
    seen: list[tuple[str, str | None]] = []

    async def set_setting(name: str, value: str | None) -> Answer:
        seen.append((name, value))
        held = Refused(say("setting.held_flag", name=name), say("setting.change_flag"))
        return held if name == "port" else Done(say("setting.now", name=name, was="30", now=str(value)))

    async def undo_setting() -> Answer:
        return Refused(say("setting.nothing_to_undo"))

    async def settings() -> tuple[SettingRow, ...]:
        return (ROW,)

    monkeypatch.setattr(runtime.control, "set_setting", set_setting, raising=False)
    monkeypatch.setattr(runtime.control, "undo_setting", undo_setting, raising=False)
    monkeypatch.setattr(runtime.services.reader, "settings", settings, raising=False)
    return seen


async def post(runtime: Any, body: Any, path: str = "", key: str = TOKEN) -> tuple[int, Any]:
    answer = await runtime.ask(f"/admin/api/settings{path}", key=key, json=body)
    return answer.status_code, json.loads(await answer.get_data())


async def test_the_rows(runtime: Any, wanted: list[Any]) -> None:
    answer = await runtime.ask("/admin/api/settings", method="GET", key=TOKEN)
    (row,) = json.loads(await answer.get_data())["settings"]
    assert (row["name"], row["value"], row["live"], row["after_restart"]) == ("hold_s", "12", True, None)


@pytest.mark.parametrize(("value", "meant"), [("12", "12"), (12, "12"), (1.5, "1.5"), (None, None), ("", "")])
async def test_a_change_is_asked_for_as_text(runtime: Any, wanted: list[Any], value: Any, meant: str | None) -> None:
    status, told = await post(runtime, {"name": "hold_s", "value": value})
    assert (status, wanted) == (200, [("hold_s", meant)])
    assert told["messages"]["message"]["key"] == "setting.now"


async def test_a_refusal_has_its_reason_and_the_way_out(runtime: Any, wanted: list[Any]) -> None:
    status, told = await post(runtime, {"name": "port", "value": 1})
    assert status == 409 and "by a flag" in told["error"]["message"] and "without the flag" in told["error"]["message"]
    assert (await post(runtime, {}, "/undo"))[0] == 409


@pytest.mark.parametrize(
    "body", [{"name": "hold_s"}, {"name": "hold_s", "value": [1]}, {"name": "hold_s", "value": True}, []]
)
async def test_a_body_that_says_nothing_changes_nothing(runtime: Any, wanted: list[Any], body: Any) -> None:
    status, _ = await post(runtime, body)
    assert (status, wanted) == (400, [])


async def test_it_needs_the_panels_key(runtime: Any, wanted: list[Any]) -> None:
    assert (await runtime.ask("/admin/api/settings", method="GET", key="pwd")).status_code == 401
    assert (await post(runtime, {"name": "hold_s", "value": 1}, key="client-key"))[0] == 401
    assert wanted == []
