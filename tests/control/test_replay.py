"""What counts as a difference of two answers."""

import pytest

from gcli2api_tui.control.replay import Different, differences, shape, text_shape


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "none"),
        (" \n", "none"),
        ("Hello", "text"),
        ('{"b": 1, "a": 2}', "JSON with a, b"),
        ("[1, 2]", "JSON list"),
        ('{"a": ', "text"),
        ("42", "text"),
        ("[" * 100_000, "text"),
    ],
)
def test_of_a_text_the_kind_counts(text: str, kind: str) -> None:
    assert text_shape(text) == kind


def test_other_words_and_another_order_of_calls_are_the_same() -> None:
    before = shape(200, "stop", "Hello there", 'f({"x": 1})\ng({})\n')
    now = shape(200, "stop", "Good day, and more", 'g({})\nf({"x": "two"})\n')
    assert not [*differences(before, now)]


def test_each_difference_is_named() -> None:
    before = shape(200, "tool_calls", "", 'get_weather({"city": "Paris"})\n')
    now = shape(429, "", "text", 'get_weather({"town": "Paris"})\n')
    assert [*differences(before, now)] == [
        Different("status", "200", "429"),
        Different("finish", "tool_calls", "none"),
        Different("text", "none", "text"),
        Different("calls", "get_weather(city)", "get_weather(town)"),
    ]
