from typing import Any

import pytest

from gcli2api_tui.gemini.stream_parts import (
    BlobPart,
    BlockedPart,
    CallPart,
    EndPart,
    TextPart,
    ThoughtPart,
    UsagePart,
    read,
)


def test_every_part_becomes_its_piece_in_order():
    parts = [
        {"text": "why", "thought": True},
        {"text": " a "},
        {"functionCall": {"name": "f", "args": {"x": 1}, "id": "i"}, "thoughtSignature": "S"},
        {"inlineData": {"mimeType": "image/png", "data": "AA=="}},
        {"text": "", "thoughtSignature": "T"},
        {"text": ""},
    ]
    batch = read([{"candidates": [{"index": 1, "content": {"parts": parts}, "finishReason": "STOP"}]}])
    assert list(batch.parts) == [
        ThoughtPart("why", 1),
        TextPart(" a ", 1),
        CallPart("f", {"x": 1}, "i", "S", 1),
        BlobPart("image/png", "AA==", 1),
        TextPart("", 1, "T"),
        EndPart("STOP", "", 1),
    ]


def test_blocked_prompt_and_usage_are_not_content():
    metadata = {"promptTokenCount": 5, "toolUsePromptTokenCount": 2, "candidatesTokenCount": 3, "thoughtsTokenCount": 4}
    batch = read([{"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": metadata}])
    blocked, usage = batch.parts
    assert blocked == BlockedPart("SAFETY")
    assert isinstance(usage, UsagePart)
    assert (usage.usage.prompt, usage.usage.output, usage.usage.thoughts) == (7, 3, 4)
    assert not batch.has_content


def test_empty_shapes_say_nothing():
    assert read([{}, {"candidates": None}, {"candidates": [{"content": None}]}, {"usageMetadata": {}}]).parts == ()


def test_a_signed_call_without_an_id_gets_one_that_is_always_the_same():
    def calls(*parts):
        return [piece.id for piece in read([{"candidates": [{"content": {"parts": list(parts)}}]}]).parts]

    signed = {"functionCall": {"name": "f", "args": {"x": 1}}, "thoughtSignature": "S"}
    first, other, unsigned = calls(signed, {**signed, "thoughtSignature": "T"}, {"functionCall": {"name": "f"}})
    assert [first] == calls(signed) and first.startswith("call_") and len(first) == 29
    assert first != other and unsigned == ""


def test_one_odd_response_is_mended_and_nothing_is_read_twice():
    fine = {"candidates": [{"content": {"parts": [{"text": "a"}]}}]}
    odd = {"candidates": [{"content": {"parts": [{"text": "b"}, {"text": 7}]}}], "usageMetadata": None}
    responses = [fine, odd, fine]
    batch = read(responses)
    assert [part.text for part in batch.parts] == ["a", "b", "7", "a"]
    assert batch.responses[0] is batch.responses[2] is fine
    assert batch.responses[1]["candidates"][0]["content"]["parts"] == [{"text": "b"}, {"text": "7"}]
    assert odd["candidates"][0]["content"]["parts"][1] == {"text": 7}


@pytest.mark.parametrize(
    ("more", "tier"),
    [
        ({"servedTier": "flex"}, "flex"),
        ({"usageMetadata": {"trafficType": "ON_DEMAND"}}, "standard"),
        ({"usageMetadata": {"serviceTier": "PRIORITY"}}, "priority"),
        ({"usageMetadata": {"promptTokenCount": 1}}, ""),
    ],
)
def test_the_tier_is_told_where_google_tells_it(more: dict[str, Any], tier: str):
    batch = read([{}, more, {"usageMetadata": {"promptTokenCount": 2}}])
    assert batch.tier == tier and not batch.telling


def test_what_tells_more_than_its_parts_is_handed_on():
    words = {"candidates": [{"content": {"parts": [{"text": "a"}]}, "finishReason": "STOP"}]}
    ended = {**words, "modelStatus": {}}
    assert read([words, ended, words]).telling == [ended]
    for name in ("groundingMetadata", "logprobsResult"):
        telling = {"candidates": [{"content": {"parts": []}, name: {}}]}
        assert read([words, telling]).telling == [telling]


def test_of_more_candidates_than_there_may_be_none_ends_the_answer():
    """The one that is no object is left out first, so that places behind it are counted anew."""
    batch = read([{"candidates": [0, *({"index": -1, "finishReason": "STOP"} for _ in range(1_002))]}])
    assert {type(part) for part in batch.parts} == {EndPart}
