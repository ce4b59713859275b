"""Names of things in requests and answers, wherever Google's API has them, and what is only said."""

from typing import Any

import pytest

from gcli2api_tui.gemini.owned_resources import (
    HOUR_S,
    KEPT_S,
    interaction_of,
    made,
    name_in,
    names_a_thing,
    things_named,
)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://generativelanguage.googleapis.com/v1beta/files/abc-1", "files/abc-1"),
        ("files/abc", "files/abc"),
        ("https://g/v1beta/files/abc:download?alt=media", "files/abc"),
        ("cachedContents/x_Y-9", "cachedContents/x_Y-9"),
        ("interactions/v1_abc", "interactions/v1_abc"),
        ("https://example.com/myfiles/abc", ""),
        ("files/", ""),
        ("files/a b", ""),
        ("gs://bucket/files", ""),
        (None, ""),
        (5, ""),
    ],
)
def test_a_name_in_an_address(address: Any, name: str) -> None:
    assert name_in(address) == name


def test_a_request_names_each_thing_once() -> None:
    part = {"fileData": {"fileUri": "files/a"}}
    snake = {"file_data": {"file_uri": "https://g/v1/files/b"}}
    request = {"contents": [{"parts": [part, snake]}, {"parts": [part]}], "cachedContent": "cachedContents/c"}
    assert things_named(request) == ("cachedContents/c", "files/a", "files/b")
    turn = {"role": "user", "content": [{"type": "image", "uri": "https://g/v1beta/files/d"}]}
    assert things_named({"previous_interaction_id": "v1_x", "input": [turn]}) == ("interactions/v1_x", "files/d")
    assert things_named({"name": "files/e"}) == ("files/e",)


ODD: list[Any] = [None, 5, "files/a", [], {}, [None], [[]], {"parts": 5}, [{"parts": [5, {"fileData": "x"}]}],
                  {"id": 5}, [{"fileData": {"fileUri": ["files/a"]}}], {"name": {}}, {"uri": [{"uri": 1}]}]  # fmt: skip


@pytest.mark.parametrize("field", ["contents", "cachedContent", "input", "name", "file", "files", "interaction", "id"])
def test_any_json_is_read_or_passed_over(field: str) -> None:
    for value in ODD:
        assert {*things_named({field: value})} <= {"files/a"}
        assert all(name == "files/a" for name, _ in made({field: value}, 1.0))
        assert interaction_of({field: value}) == ""
    deep: Any = "files/a"
    for _ in range(5000):
        deep = [{"uri": deep}]
    things_named({field: deep})


def test_an_answer_tells_how_long_google_keeps_it() -> None:
    ends = "2026-11-29T09:00:00.123456789Z"
    file = {"name": "files/a", "expirationTime": ends}
    assert dict(made({"file": file}, 0.0)) == dict(made({"files": [file]}, 0.0)) == dict(made(file, 0.0))
    assert round(dict(made(file, 0.0))["files/a"]) == 1795942800
    cache = {"name": "cachedContents/b", "expireTime": "soon"}
    assert dict(made({"cachedContents": [cache]}, 10.0)) == {"cachedContents/b": 10.0 + HOUR_S}
    assert dict(made({"name": "files/c"}, 0.0)) == {"files/c": KEPT_S["files"]}
    assert list(made({"name": "models/m"}, 0.0)) == []


@pytest.mark.parametrize(
    "answer",
    [{"id": "v1_x", "object": "interaction"}, {"id": "v1_x", "status": "completed", "steps": []},
     {"event_type": "interaction.created", "interaction": {"id": "v1_x"}}],
)  # fmt: skip
def test_an_interaction_says_who_it_is(answer: Any) -> None:
    assert interaction_of(answer) == "interactions/v1_x"
    assert interaction_of({"id": "v1_x", "text": "of a step"}) == ""


def said(*parts: Any) -> dict[str, Any]:
    return {"contents": [{"role": "user", "parts": list(parts)}]}


@pytest.mark.parametrize(
    "request_",
    [
        said({"fileData": {"fileUri": "https://generativelanguage.googleapis.com/v1beta/files/a"}}),
        said({"file_data": {"file_uri": "https://youtu.be/x"}}),
        said({"functionResponse": {"name": "f", "response": {}, "parts": [{"fileData": {"fileUri": "gs://b/c"}}]}}),
        {"systemInstruction": {"parts": [{"fileData": {"fileUri": "gs://b/c"}}]}},
        {**said({"text": "hi"}), "cachedContent": "cachedContents/a"},
        {**said({"text": "hi"}), "cached_content": "a"},
        {"tools": [{"retrieval": {"vertexAiSearch": {"datastore": "projects/p/x"}}}]},
        {"tools": [{"fileSearch": {"fileSearchStoreNames": ["fileSearchStores/a"]}}]},
        {"something_new": {"deep": ["gs://bucket/object"]}},
    ],
)
def test_names(request_: dict[str, Any]) -> None:
    assert names_a_thing(request_)


@pytest.mark.parametrize(
    "request_",
    [
        said({"text": "gs://b/c"}, {"text": "tunedModels/x"}),
        said({"functionCall": {"name": "f", "args": {"fileUri": "gs://b/c"}}}),
        said({"functionResponse": {"name": "f", "response": {"cachedContent": "gs://b/c"}}}),
        said({"inlineData": {"mimeType": "image/png", "data": "projects/aaaa"}}),
        {"tools": [{"functionDeclarations": [{"name": "f", "parameters": {"properties": {"fileUri": {}}}}]}]},
        {**said({"text": "hi"}), "cachedContent": None},
        {},
        {"contents": "gs:/x"},
    ],
)
def test_words_name_nothing(request_: dict[str, Any]) -> None:
    assert not names_a_thing(request_, "models/gemini-2.5-pro")


def test_a_model_with_an_owner_is_a_thing() -> None:
    assert names_a_thing({}, "tunedModels/mine")
    assert not names_a_thing({}, "gemini-2.5-pro")


def test_depth_is_no_matter() -> None:
    deep: Any = "gs://b/c"
    for _ in range(50_000):
        deep = [deep]
    assert names_a_thing({"contents": deep})
