"""What a request names, and what is only said in it."""

from typing import Any

import pytest

from gcli2api_tui.gemini.named_resources import names_a_thing


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
