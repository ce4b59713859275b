"""Bodies of the wrong JSON type are refused like everything else: with a 400 that says where, never with a 500."""

from typing import Any

import pytest

HI = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ([1], "Root element must be a message."),
        ({"contents": "hi"}, "'contents'"),
        ({"contents": [{"role": "user", "parts": "hi"}]}, "'contents[0].parts'"),
        ({**HI, "tools": {"functionDeclarations": []}}, "'tools'"),
        ({**HI, "generation_config": {"max_output_tokens": "many"}}, "'generation_config.max_output_tokens'"),
        ({**HI, "generationConfig": {"temperature": True}}, "'generationConfig.temperature'"),
        (
            {**HI, "tools": [{"functionDeclarations": [{"name": "f", "parameters": {"properties": [1]}}]}]},
            "parameters.properties'",
        ),
    ],
)
async def test_a_wrong_type_is_named(google: Any, body: Any, where: str) -> None:
    answer = await google.post(body)
    assert answer.status_code == 400 and where in answer.json()["error"]["message"]


async def test_null_means_unset(google: Any) -> None:
    body = {**HI, "tools": None, "generationConfig": {"temperature": None, "thinkingConfig": None}}
    assert (await google.post(body)).status_code == 200


async def test_what_is_not_json_is_refused(google: Any) -> None:
    url, key = "/v1beta/models/gemini-2.5-flash:generateContent", {"x-goog-api-key": "AIza-sim-1"}
    answer = await google.http.post(url, content=b"{", headers=key)
    assert answer.status_code == 400 and "Invalid JSON payload received." in answer.text


async def test_a_stream_without_sse_is_one_array_and_so_is_its_error(google: Any) -> None:
    url, key = "/v1beta/models/gemini-2.5-flash:streamGenerateContent", {"x-goog-api-key": "AIza-sim-1"}
    found = (await google.http.post(url, json=HI, headers=key)).json()
    assert len(found) > 1 and found[-1]["candidates"][0]["finishReason"] == "STOP"
    google.world.faults.push("overloaded")
    assert (await google.http.post(url, json=HI, headers=key)).json()[0]["error"]["code"] == 503
