"""Answers in any shape become answers of the known one; those that have it stay the same object."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcli2api_tui.gemini import tolerant
from gcli2api_tui.gemini.stream_parts import read
from gcli2api_tui.gemini.tolerant import well_formed

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
    read([well_formed(response)])


USUAL = {
    "candidates": [{"content": {"parts": [{"text": "x", "thoughtSignature": "s"}], "role": "model"}, "index": 0}],
    "usageMetadata": {"promptTokenCount": 1, "promptTokensDetails": [{"tokenCount": 1}], "trafficType": "x"},
}


def odd_ones(value: Any) -> Iterator[Any]:
    """The value, and it with each of its leaves as something else, added to and without a field."""
    yield from (None, True, -1, 10**13, 1.5, "x", [], {}, [None], {"text": 1})
    if isinstance(value, dict):
        for name in value:
            yield {key: one for key, one in value.items() if key != name}
            yield from ({**value, name: odd} for odd in odd_ones(value[name]))
        for name in ("finishReason", "finishMessage", "promptFeedback", "thought", "functionCall", "inlineData"):
            yield from ({**value, name: odd} for odd in (None, 1, "STOP", [], {}, {"name": 1}))
    if isinstance(value, list):
        yield from ([odd] for odd in odd_ones(value[0]))
        yield from ([*value, odd] for odd in odd_ones(value[0]))


def test_the_look_that_tells_usual_events_lets_nothing_odd_through(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [one for one in odd_ones(USUAL) if isinstance(one, dict)]
    at_one_look = [well_formed(copy.deepcopy(one)) for one in cases]
    monkeypatch.setattr(tolerant, "_is_usual", lambda response: False)
    assert at_one_look == [well_formed(one) for one in cases]
    assert len(cases) > 500
