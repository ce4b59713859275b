"""Histories as clients really send them, through the whole path: tests/cases/histories.

Each file is a request, what Google refuses (`rules`), and what is `right` of the last request that Google got.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from case_files import asked, at, files, strict
from judge import Judge
from whole_path import Proxy

from gcli2api_tui.simulator.refusals import Refusal
from gcli2api_tui.simulator.turn_rules import ALONE, PREFILL, check_order, check_references

NO_PREFILL = re.compile(r"gemini-(3\.5-flash-lite|3\.[678]-flash|flash-latest|[4-9]-)")


def refuses_prefill(model: str, request: Any, streamed: bool) -> str:
    contents = request["contents"]
    if contents[-1].get("role") != "model":
        return ""
    return ALONE if len(contents) == 1 else PREFILL if NO_PREFILL.match(model) else ""


def refuses_turns(model: str, request: Any, streamed: bool) -> str:
    return refusal(check_order, request["contents"])


def refuses_references(model: str, request: Any, streamed: bool) -> str:
    return refusal(check_references, request["contents"])


def refusal(check: Any, contents: Any) -> str:
    try:
        check(contents)
    except Refusal as refused:
        return refused.message
    return ""


RULES = {"prefill": refuses_prefill, "turns": refuses_turns, "ref": refuses_references}


def parts(request: Any, *, role: str = "") -> Iterator[tuple[str, Any]]:
    for content in request["contents"]:
        yield from ((content["role"], part) for part in content["parts"] if role in ("", content["role"]))


def prose(request: Any) -> list[tuple[str, str]]:
    return [(role, part["text"]) for role, part in parts(request) if "text" in part and not part.get("thought")]


def pairs(request: Any) -> list[list[Any]]:
    """Calls with their results; ids agree and are distinct within a turn."""
    found = []
    for calling, answering in zip(request["contents"], [*request["contents"][1:], {"parts": []}], strict=True):
        calls = [part["functionCall"] for part in calling["parts"] if "functionCall" in part]
        answers = [part["functionResponse"] for part in answering["parts"] if "functionResponse" in part]
        if calls:
            ids = [call.get("id") for call in calls]
            assert ids == [one.get("id") for one in answers] and len({*ids}) == len(ids)
            found += [[call["args"], one["response"]] for call, one in zip(calls, answers, strict=True)]
    return found


def media(request: Any) -> list[list[str]]:
    blobs = []
    for role, part in parts(request):
        beside = part.get("functionResponse", {}).get("parts") or ()
        blobs += [[role, *one["inlineData"].values()] for one in (part, *beside) if "inlineData" in one]
    return blobs


def responses(request: Any) -> list[Any]:
    return [part["functionResponse"]["response"] for _, part in parts(request) if "functionResponse" in part]


def has_text(value: Any, text: str) -> bool:
    """Whether it stands there as text, or as text of the same JSON."""
    if isinstance(value, str):
        return value == text or (value[:1] in "{[" and json.loads(value) == json.loads(text))
    return any(has_text(one, text) for one in (value.values() if isinstance(value, dict) else value or ()))


@pytest.mark.parametrize("file", files("histories"), ids=lambda file: file.stem)
async def test_case(file: Path) -> None:
    case = json.loads(file.read_text("utf-8"))
    right, google = case["right"], strict(case, RULES)
    answer = await asked(case, Proxy(google))
    assert answer.status == right.get("status", 200), answer.raw
    assert len(google.asked) <= right.get("attempts", 2) and google.refused <= right.get("refused", 2)
    check(right, google.asked[-1][1])


def check(right: Any, last: Any) -> None:
    said = prose(last)
    for path, wanted in right.get("sent", {}).items():
        assert at(last, path) == wanted, path
    assert [path for path in right.get("absent", ()) if at(last, path) is not None] == []
    if "pairs" in right:
        assert pairs(last) == right["pairs"]
    if "ends" in right:
        before, end = last["contents"][-2:]
        assert (before["role"], end["role"]) == ("model", "user")
        assert [part["text"] for part in before["parts"]] == [right["ends"]]
    if right.get("begins"):
        first = last["contents"][0]
        assert first["role"] == "user" and not any("functionResponse" in part for part in first["parts"])
    if "whole_result" in right:
        assert has_text(responses(last), right["whole_result"])
        assert not refusal(check_references, last["contents"])
    assert media(last) == right.get("media", [])
    for role, words in right.get("prose", ()):
        assert any(role == who and words in text for who, text in said), words
    for words in right.get("no_prose", ()):
        assert not any(words in text for _, text in said), words


NATIVE = "/v1beta/models/gemini-2.5-flash:generateContent"
CALL = {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}}]}


@pytest.mark.parametrize(
    "contents",
    [
        [CALL, {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {}}}]}],
        [{"role": "model", "parts": [{"text": "Speak"}]}],
        [
            {"role": "user", "parts": [{"text": "go"}]},
            CALL,
            {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"$ref": "#/a"}}}]},
        ],
    ],
)
async def test_in_googles_own_protocol_google_judges_and_a_refusal_is_repaired_once(contents: Any) -> None:
    google = Judge()
    answer = await Proxy(google).ask(NATIVE, data=json.dumps({"contents": contents}).encode())
    assert (answer.status, google.refused, len(google.asked)) == (200, 1, 2)
    assert google.asked[0][1]["contents"] == contents, "as the client wrote it"
