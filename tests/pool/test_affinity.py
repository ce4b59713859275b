"""What makes two requests the same conversation."""

import pytest

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.pool.affinity import ENOUGH, conversation_of
from gcli2api_tui.pool.ports import BEGINS


def affinity_of(call: Call) -> str:
    return call.affinity or conversation_of(call.request)


def call(*messages: str, system: str = "Be brief.", affinity: str = "") -> Call:
    roles = ("user", "model")
    contents = [{"role": roles[n % 2], "parts": [{"text": text}]} for n, text in enumerate(messages)]
    request = {"contents": contents, "systemInstruction": {"parts": [{"text": system}]}}
    return Call("d", "m", "m", False, request, affinity=affinity)  # type: ignore[arg-type]


def test_what_the_client_says_counts_first() -> None:
    assert affinity_of(call("hi", affinity="session 7")) == "session 7"


def test_the_first_request_begins_what_the_second_goes_on_with() -> None:
    first, second, third = call("hi"), call("hi", "hello", "how?"), call("hi", "hello", "how?", "so", "and?")
    assert affinity_of(first) == BEGINS + affinity_of(second)
    assert affinity_of(second) == affinity_of(third)


def test_another_beginning_is_another_conversation() -> None:
    names = {affinity_of(call("hi", "x", "y")), affinity_of(call("ho", "x", "y"))}
    assert len(names | {affinity_of(call("hi", "x", "y", system="Be long."))}) == 3


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert affinity_of(call("a" * ENOUGH + "b")) == affinity_of(call("a" * ENOUGH + "c"))


def test_no_text_of_the_client_is_in_the_name() -> None:
    assert "secret" not in affinity_of(call("secret"))


@pytest.mark.parametrize(
    "request_",
    [{}, {"contents": "x"}, {"contents": []}, {"contents": [7]}, {"contents": [{"parts": {"text": "x"}}]},
     {"contents": [{"parts": [{"text": 7}, "x"]}]}, {"contents": [{"parts": [{"inlineData": {}}]}]}],
)  # fmt: skip
def test_a_body_without_words_belongs_to_none(request_) -> None:
    assert affinity_of(Call("d", "m", "m", False, request_)) == ""


def test_half_a_character_is_a_text_too() -> None:
    assert affinity_of(call("\ud800"))
