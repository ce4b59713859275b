"""The admin API on recordings and profiles, by its answers."""

import json
from typing import Any

import pytest

from gcli2api_tui.control.answer import Done, Refused
from gcli2api_tui.ledger.profile_rows import Profile
from gcli2api_tui.ledger.recording_rows import RecordingRow

ADMIN = "panel-key"


@pytest.fixture
def asked(runtime: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the routes ask of the control is in `calls`."""
    calls: list[Any] = []

    async def recording() -> RecordingRow:
        return RecordingRow(on=True, file="x.jsonl")

    async def begin(mode: str) -> Done | Refused:
        calls.append(mode)
        return Done("begun") if len(calls) == 1 else Refused("It runs.", "End it.")  # type: ignore[arg-type]

    async def end() -> Done:
        return Done("ended")  # type: ignore[arg-type]

    async def profile(seconds: float) -> Profile | Refused:
        calls.append(seconds)
        return Profile(seconds, 1, 1, (0.0, 0.0, 0.0), (), (), ())

    monkeypatch.setattr(runtime.services.reader, "recording", recording, raising=False)
    for name, verb in (("begin_recording", begin), ("end_recording", end), ("profile", profile)):
        monkeypatch.setattr(runtime.control, name, verb, raising=False)
    runtime.calls = calls
    return runtime


async def told(runtime: Any, path: str, body: Any = None, status: int = 200) -> Any:
    method, sent = ("GET", {}) if body is None else ("POST", {"json": body})
    answer = await runtime.ask(f"/admin/api{path}", method=method, key=ADMIN, **sent)
    assert answer.status_code == status
    return json.loads(await answer.get_data())


async def test_how_a_recording_stands(asked: Any) -> None:
    assert (await told(asked, "/recording"))["file"] == "x.jsonl"


async def test_a_recording_is_masked_unless_it_is_said_otherwise(asked: Any) -> None:
    assert (await told(asked, "/recording/begin", {}))["message"] == "begun"
    assert "It runs" in str(await told(asked, "/recording/begin", {"mode": "whole"}, status=409))
    assert asked.calls == ["masked", "whole"]
    assert (await told(asked, "/recording/end", {}))["message"] == "ended"


async def test_a_mode_that_is_none_is_refused(asked: Any) -> None:
    assert "mode" in str(await told(asked, "/recording/begin", {"mode": "loud"}, status=400))
    assert not asked.calls


async def test_a_profile_is_told(asked: Any) -> None:
    assert (await told(asked, "/profile", {"seconds": 3}))["seconds"] == 3
    assert asked.calls == [3.0]
