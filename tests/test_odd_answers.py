"""cases/media-and-schemas: counts and indexes of Google's that are no numbers; the answer arrives all the same."""

import json
from typing import Any

import pytest
from stand_in import MODEL, case, pool

ODD = ("usage-null", "usage-words", "index-null")


def sent(answer: dict[str, Any], *, stream: bool) -> bytes:
    events = [json.dumps(one).encode() for one in answer["raw"]]
    return b"".join(b"data: " + one + b"\r\n\r\n" for one in events) if stream else events[-1]


@pytest.mark.parametrize("name", ODD)
async def test_an_odd_answer_arrives(name: str) -> None:
    found = case(f"media-and-schemas/{name}.json")
    asks, right = found["request"], found["right"]
    stream = bool(asks.get("stream"))
    async with pool("k1") as one:
        one.google.raw = lambda request: sent(found["google"]["answers"][0], stream=stream)
        answer = await one.send(found["path"], asks)
        assert answer.status == 200
        said = answer.text if stream else answer.body["choices"][0]["message"]["content"]
        assert said == right["text"]
        assert not any(words in answer.raw.decode().replace(" ", "") for words in right.get("not_client", ()))
        usage = next((one["usage"] for one in (answer.events if stream else [answer.body]) if one.get("usage")), None)
        if name.startswith("usage"):
            assert usage
            assert (usage["prompt_tokens"], usage["completion_tokens"]) == (0, 0)


@pytest.mark.parametrize(
    "parts", ["ok", {"text": "ok"}, [None, {"text": "ok", "thought": None}, "x"], [{"text": "ok"}, 7]]
)
async def test_parts_of_any_shape_hold_what_words_they_have(parts: Any) -> None:
    answer = {"candidates": [{"content": {"parts": parts}, "finishReason": "STOP"}], "usageMetadata": None}
    async with pool("k1") as one:
        one.google.raw = lambda request: json.dumps(answer).encode()
        got = await one.send("/v1/chat/completions", {"model": MODEL, "messages": [{"role": "user", "content": "hi"}]})
        assert (got.status, got.body["choices"][0]["message"]["content"]) == (200, "ok")


async def test_a_byte_order_mark_before_a_stream_loses_no_event() -> None:
    event = {"candidates": [{"content": {"parts": [{"text": "ok"}]}, "finishReason": "STOP", "index": 0}]}
    async with pool("k1") as one:
        one.google.raw = lambda request: b"\xef\xbb\xbfdata: " + json.dumps(event).encode() + b"\n\n"
        asks = {"model": MODEL, "stream": True, "messages": [{"role": "user", "content": "hi"}]}
        assert (await one.send("/v1/chat/completions", asks)).text == "ok"
