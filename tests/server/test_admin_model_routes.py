"""The admin API's models: read and forgotten with the panel's key alone."""

import json
from typing import Any

import pytest

from gcli2api_tui.control.verb_results import Answer, Done, Refused
from gcli2api_tui.ledger.admin_rows import LearntRow, ModelRow
from gcli2api_tui.messages.message import say

TOKEN = "run-token"
ROW = ModelRow(
    "m",
    "fast",
    ("vertex",),
    ends=(("vertex", "2027-01-01"),),
    last_day="2027-01-01",
    learnt=(LearntRow(say("google.empty"), "words", 5.0),),
)


@pytest.fixture
def asked(runtime: Any, monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    seen: list[str | None] = []

    async def forget(model: str | None) -> Answer:
        seen.append(model)
        return (
            Refused(say("learnt.nothing_of", model="no"), say("learnt.see"))
            if model == "no"
            else Done(say("try_again"))
        )

    monkeypatch.setattr(runtime.control, "forget_learnt", forget, raising=False)
    monkeypatch.setattr(runtime.services.reader, "models", lambda: (ROW,), raising=False)
    return seen


async def test_the_rows_with_the_keys_of_their_sentences(runtime: Any, asked: list[str | None]) -> None:
    answer = await runtime.ask("/admin/api/models", method="GET", key=TOKEN)
    told = json.loads(await answer.get_data())
    (row,) = told["models"]
    assert told["at"] == 1000.0 and (row["id"], row["ends"]) == ("m", [["vertex", "2027-01-01"]])
    (learnt,) = row["learnt"]
    assert (learnt["words"], learnt["at"], learnt["messages"]["said"]["key"]) == ("words", 5.0, "google.empty")


@pytest.mark.parametrize(
    ("path", "model"),
    [("forget", None), ("gemini-x/forget", "gemini-x"), ("all/forget", "all"), ("a" * 300 + "/forget", "a" * 200)],
)
async def test_one_or_all_can_be_forgotten(runtime: Any, asked: list[str | None], path: str, model: str | None) -> None:
    answer = await runtime.ask(f"/admin/api/models/{path}", key=TOKEN)
    assert answer.status_code == 200 and asked == [model]


async def test_a_model_of_which_nothing_is_known_is_a_409_with_the_way_out(
    runtime: Any, asked: list[str | None]
) -> None:
    answer = await runtime.ask("/admin/api/models/no/forget", key=TOKEN)
    error = json.loads(await answer.get_data())["error"]
    assert answer.status_code == 409 and "gcli2api-tui models" in error["message"]


@pytest.mark.parametrize("key", ["", "sk-wrong"])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "models"), ("POST", "models/forget"), ("POST", "models/m/forget")]
)
async def test_nobody_without_the_panels_key(
    runtime: Any, asked: list[str | None], key: str, method: str, path: str
) -> None:
    answer = await runtime.ask(f"/admin/api/{path}", method=method, key=key)
    assert answer.status_code == 401 and asked == []


async def test_looking_forgets_nothing(runtime: Any, asked: list[str | None]) -> None:
    answer = await runtime.ask("/admin/api/models/m/forget", method="GET", key=TOKEN)
    assert answer.status_code == 405 and asked == []
