"""A sentence is its own English, and can be said anew: in Chinese, in JSON and back, with what is not ours changed."""

import copy
import json
import pickle

import pytest

from gcli2api_tui.messages.chinese import CHINESE
from gcli2api_tui.messages.english import ENGLISH
from gcli2api_tui.messages.message import (
    NOTHING,
    Message,
    as_json,
    from_json,
    in_a_row,
    in_words_of,
    joined,
    quoted,
    say,
    sentences,
    span,
)

WHY = say("log.rests", place="anna", span=say("log.for", span=say("span.min", min=5)), why="Quota exceeded")
NESTED = sentences(WHY, say("pool.asked_again"), "Google's own words")


def chinese(text: str) -> str:
    return in_words_of(CHINESE, text)


def test_a_sentence_is_its_english() -> None:
    assert WHY == "anna rests for 5 min: Quota exceeded"
    assert json.dumps({"why": WHY}) == '{"why": "anna rests for 5 min: Quota exceeded"}'


def test_it_is_said_in_chinese_with_the_sentences_inside_it() -> None:
    assert chinese(WHY) == "anna 冷却 5 分钟：Quota exceeded"


def test_words_of_others_stay_as_they_are() -> None:
    said = "Resource has been exhausted {e.g.} check quota."
    assert chinese(quoted(said)) == chinese(said) == said
    assert chinese(say("control.google_refuses", label="a", said=said)) == f"Google 拒绝 a：{said}"


def test_each_of_several_is_ended_in_its_language() -> None:
    assert NESTED == (
        "anna rests for 5 min: Quota exceeded. It is asked again by itself every few minutes. Google's own words."
    )
    assert chinese(NESTED) == "anna 冷却 5 分钟：Quota exceeded。每几分钟会自动再试。Google's own words。"


def test_of_one_there_is_a_form_of_its_own() -> None:
    assert (say("pool.each_of", n=1), say("pool.each_of", n=3)) == ("the only credential", "each of 3 credentials")
    assert chinese(say("pool.each_of", n=1)) == "唯一的凭据"


def test_nothing_is_joined_to_nothing() -> None:
    assert joined("", NOTHING) == "" and not joined()
    assert joined("", WHY) is WHY


def test_several_in_a_row() -> None:
    assert in_a_row("a", "b", "c") == "a, b, c"
    assert chinese(in_a_row("a", "b", "c")) == "a、b、c"


def test_masking_reaches_what_others_wrote_and_leaves_ours() -> None:
    masked = say("control.added", labels="rests").changed(str.upper)
    assert masked == "Added RESTS."
    assert chinese(NESTED.changed(str.upper)).startswith("ANNA 冷却 5 分钟：QUOTA")
    assert quoted("secret").changed(str.upper) == "SECRET"


def test_json_brings_it_back_with_all_that_is_inside() -> None:
    again = from_json(str(NESTED), json.loads(json.dumps(as_json(NESTED))))
    assert again == NESTED and chinese(again) == chinese(NESTED)


@pytest.mark.parametrize(
    "found",
    [None, [], {}, {"key": "no.such", "values": {}}, {"key": "log.rests", "values": {}}, {"key": "log.rests"},
     {"key": ["log.rests"], "values": {}}, {"key": "log.rests", "values": 7}],
)  # fmt: skip
def test_what_another_version_wrote_is_its_text(found: object) -> None:
    again = from_json("It rests.", found)
    assert (again, again.key) == ("It rests.", "")


def test_words_of_others_have_no_key_in_json() -> None:
    assert as_json("Google's words") is None and as_json(quoted("Google's words")) is None


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda said: pickle.loads(pickle.dumps(said))])
def test_a_copy_knows_its_key(again) -> None:
    assert isinstance(again(WHY), Message) and again(WHY).key == "log.rests" and chinese(again(WHY)) == chinese(WHY)


def test_a_slip_shows_its_key_and_breaks_nothing() -> None:
    assert say("no.such_key", n=1) == "no.such_key"


def test_a_value_that_looks_like_a_place_is_only_a_value() -> None:
    assert say("control.removed", label="{label} {0} %s") == "Removed {label} {0} %s; its file is in trash/."


def test_the_english_table_is_complete() -> None:
    assert ENGLISH.keys() == CHINESE.keys() | {key for key in ENGLISH if key.endswith(".one")}


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "1 s"), (47.0, "47 s"), (119.0, "119 s"), (119.5, "2 min"), (120.0, "2 min"), (121.0, "3 min"),
        (7140.0, "119 min"), (7141.0, "2 h 0 min"), (31_440.0, "8 h 44 min"),
    ],
)  # fmt: skip
def test_a_span_is_said_in_the_unit_that_fits(seconds: float, said: str) -> None:
    assert span(seconds) == said
