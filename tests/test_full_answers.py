"""Full answers over the whole path, in every dialect that there is: one answer for the client, whatever it took."""

import json

import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from whole_path import Google, Proxy, said

from gcli2api_tui.events.problems import FaultKind, UpstreamFault

FULL = {"model": "full/gemini-2.5-pro"}
NATIVE = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
COUNTS = {"promptTokenCount": 2, "candidatesTokenCount": 3, "totalTokenCount": 5}


def two_rounds():
    cut = said({"text": "Alle meine Entchen"}, finish="MAX_TOKENS", usageMetadata=COUNTS)
    return Google([cut], [said({"text": " schwimmen."}, finish="STOP", usageMetadata=COUNTS)])


async def test_a_chat_in_one_body():
    answer = await Proxy(two_rounds()).ask(**FULL)
    body = ChatCompletion.model_validate(answer.body, strict=True)
    assert body.choices[0].message.content == "Alle meine Entchen schwimmen."
    assert body.choices[0].finish_reason == "stop" and body.usage.total_tokens == 10


async def test_a_chat_as_a_stream():
    answer = await Proxy(two_rounds()).ask(**FULL, stream=True, stream_options={"include_usage": True})
    for event in answer.events:
        ChatCompletionChunk.model_validate(event, strict=True)
    assert answer.text == "Alle meine Entchen schwimmen." and answer.raw.endswith(b"data: [DONE]\n\n")
    finishes = [choice["finish_reason"] for event in answer.events for choice in event["choices"]]
    assert finishes == [None] * (len(finishes) - 1) + ["stop"]
    assert [delta["role"] for delta in answer.deltas if "role" in delta] == ["assistant"]
    assert answer.events[-1]["usage"]["completion_tokens"] == 6


async def test_google_native_in_one_body():
    path = "/v1beta/models/full/gemini-2.5-pro:generateContent"
    body = (await Proxy(two_rounds()).ask(path, data=json.dumps(NATIVE).encode())).body
    (candidate,) = body["candidates"]
    assert "".join(part["text"] for part in candidate["content"]["parts"]) == "Alle meine Entchen schwimmen."
    assert candidate["finishReason"] == "STOP" and body["usageMetadata"]["totalTokenCount"] == 10


async def test_google_native_as_a_stream():
    path = "/v1beta/models/gemini-2.5-pro-full:streamGenerateContent?alt=sse"
    raw = (await Proxy(two_rounds()).ask(path, data=json.dumps(NATIVE).encode())).raw.decode()
    events = [json.loads(line[6:]) for line in raw.split("\r\n") if line]
    candidates = [event["candidates"][0] for event in events]
    assert [one["content"]["parts"][0]["text"] for one in candidates] == ["Alle meine Entchen", " schwimmen."]
    assert [one.get("finishReason") for one in candidates] == [None, "STOP"]
    assert events[-1]["usageMetadata"] == {name: 2 * count for name, count in COUNTS.items()}


@pytest.mark.parametrize("stream", [True, False])
async def test_a_legacy_completion(stream):
    body = {**FULL, "prompt": "hi", "stream": stream}
    answer = await Proxy(two_rounds()).ask("/v1/completions", data=json.dumps(body).encode())
    found = [choice for event in (answer.events if stream else [answer.body]) for choice in event["choices"]]
    assert "".join(choice["text"] for choice in found) == "Alle meine Entchen schwimmen."
    assert found[-1]["finish_reason"] == "stop"


async def test_fake_and_full_are_a_400():
    answer = await Proxy().ask(model="fake/gemini-2.5-pro-full")
    assert (answer.status, answer.body["error"]["param"]) == (400, "model")


async def test_when_no_continuation_comes_the_answer_ends_with_length():
    google = Google(
        [said({"text": "so far"}, finish="MAX_TOKENS")], [UpstreamFault(FaultKind.CLIENT, "no", status=400)]
    )
    answer = await Proxy(google).ask(**FULL, stream=True)
    assert answer.text == "so far" and answer.events[-1]["choices"][0]["finish_reason"] == "length"
