"""Answers in any shape become answers of the known one; those that have it stay the same object."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcli2api_tui.gemini.answer_shape import well_formed
from gcli2api_tui.gemini.stream_parts import read

GOOD: dict[str, Any] = {
    "candidates": [{"content": {"parts": [{"text": "x", "thought": True}]}, "index": 0, "finishReason": "STOP"}],
    "usageMetadata": {"promptTokenCount": 1, "promptTokensDetails": [{"tokenCount": 1}]},
    "promptFeedback": {"blockReason": "SAFETY"},
    "modelVersion": "m",
}


def test_a_good_answer_is_not_copied() -> None:
    assert well_formed(GOOD) is GOOD


@pytest.mark.parametrize(
    ("odd", "mended"),
    [
        ({"candidates": None}, {"candidates": []}),
        ({"candidates": [None, {"index": None}]}, {"candidates": [{"index": 1}]}),
        ({"candidates": [{"index": True}, {"index": -1}]}, {"candidates": [{"index": 0}, {"index": 1}]}),
        ({"candidates": [{"finishReason": 1}]}, {"candidates": [{"finishReason": "1"}]}),
        ({"candidates": [{"finishReason": []}]}, {"candidates": [{}]}),
        ({"candidates": [{"content": "x"}]}, {"candidates": [{"content": {}}]}),
        ({"usageMetadata": {"promptTokenCount": "3", "x": "y"}}, {"usageMetadata": {"promptTokenCount": 0, "x": "y"}}),
        ({"usageMetadata": 7}, {}),
        ({"promptFeedback": []}, {}),
    ],
)
def test_odd_shapes(odd: dict[str, Any], mended: dict[str, Any]) -> None:
    assert well_formed(odd) == mended


NAMES = [
    "candidates",
    "content",
    "parts",
    "text",
    "thought",
    "functionCall",
    "name",
    "args",
    "id",
    "inlineData",
    "mimeType",
    "data",
    "index",
    "finishReason",
    "finishMessage",
    "usageMetadata",
    "promptTokenCount",
    "promptFeedback",
    "blockReason",
    "thoughtSignature",
]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["candidates", "usageMetadata", "promptFeedback"]), JSON))
def test_whatever_came_can_be_read(response: dict[str, Any]) -> None:
    read([response])


ODD = (None, True, 0, -1, 1.5, 10**13, "", "x", [], ["x"], {}, {"x": 1})


def test_what_is_taken_at_first_sight_is_what_a_closer_look_takes():
    """Google's usual event with one or two things in it that are odd, or not there."""
    chance = random.Random(15)
    for _ in range(2000):
        part = {"text": "hi", "thought": False, "thoughtSignature": "s"}
        candidate = {"content": {"parts": [part], "role": "model"}, "index": 0, "finishReason": "STOP"}
        usage = {"promptTokenCount": 7, "trafficType": "ON_DEMAND"}
        event = {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "m"}
        for _ in range(chance.choice((0, 1, 2))):
            place = chance.choice((event, candidate, candidate["content"], usage, part))
            name = chance.choice([*place, "functionCall", "promptFeedback", "finishMessage"])
            if name == "content" or chance.random() < 0.3:
                place[name] = {} if name == "content" else chance.choice(ODD)
            elif chance.random() < 0.5:
                place[name] = chance.choice(ODD)
            elif name not in ("content", "parts"):
                place.pop(name, None)
        looked, taken = well_formed(event), read([event]).responses[0]
        assert taken == looked, event
        assert (taken is event) == (looked is event), event
