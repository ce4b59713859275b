"""Joining a continuation: nothing lost, nothing said twice, in any pieces."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcli2api_tui.gemini import overlap_trimmer
from gcli2api_tui.gemini.overlap_trimmer import FEWEST_BYTES, FEWEST_CHARACTERS, OverlapTrimmer, mended, overlap

CHARACTERS = st.characters(exclude_categories=["Cs"])
ONCE = st.lists(CHARACTERS | st.sampled_from("续写答案😀👩🦰"), unique=True, min_size=FEWEST_BYTES, max_size=80)
"""Texts in which no character is repeated, so that no overlap is chance."""


def fed(said, pieces):
    seam = OverlapTrimmer(said)
    return "".join([*(seam.feed(piece) for piece in pieces), seam.flush()])


def pieces_of(text, cuts):
    places = sorted({min(cut, len(text)) for cut in cuts} | {0, len(text)})
    return [text[start:end] for start, end in itertools.pairwise(places)]


@given(ONCE, st.integers(0, 80), st.integers(0, 80), st.lists(st.integers(0, 80)))
def test_any_cut_with_any_overlap_gives_the_text(letters, cut, again, cuts):
    text = "".join(letters)
    cut = min(cut, len(text))
    again = min(again, cut)
    repeated = text[cut - again : cut]
    if again and (len(repeated.encode()) < FEWEST_BYTES or again < FEWEST_CHARACTERS):
        again = 0
    assert text[:cut] + fed(text[:cut], pieces_of(text[cut - again :], cuts)) == text


@given(st.text("abc 。\n", max_size=60), st.text("abc 。\n", max_size=60), st.lists(st.integers(0, 60)))
def test_only_a_repeated_start_is_ever_left_out_however_it_comes(said, more, cuts):
    left = overlap(said, more)
    assert said.endswith(more[:left])
    assert fed(said, pieces_of(more, cuts)) == more[left:]


@given(st.text("ab", max_size=12), st.text("ab", max_size=12))
def test_the_longest_overlap_is_found(said, more):
    """By its definition, with bounds that a small alphabet can reach."""

    ends = [k for k in range(len(more) + 1) if said.endswith(more[:k])]
    assert overlap_trimmer._longest(said, more) == max(ends)


@pytest.mark.parametrize(
    ("said", "more"),
    [
        ("ha", "ha"),
        ("| a | b |\n|---|---|\n", "|---|---|\n| 1 | 2 |"),
        ("a line\n" + " " * 40, " " * 40 + "deeper"),
        ("哈哈哈哈哈哈哈哈", "哈哈哈哈哈哈哈哈哈"),
        ("the word hello", "hello again"),
        ("", "anything at all that is long enough"),
    ],
)
def test_what_may_be_chance_stays(said, more):
    assert said + fed(said, [more]) == said + more


def test_an_answer_begun_anew_is_not_said_twice():
    said = "Once upon a time there was a proxy that never repeated itself"
    assert fed(said, [said[:7], said[7:] + ", and ", "it lived on."]) == ", and it lived on."


def test_text_flows_as_soon_as_it_is_new():
    seam = OverlapTrimmer("The answer is forty-two and")
    assert seam.feed("swer is for") == ""
    assert seam.feed("ty-two and not") == " not"
    assert seam.feed(" swer") == " swer"


def test_halves_of_a_character_are_compared_as_one():
    said = "some words before it \ud83d\ude00"
    assert fed(said, ["words before it \ud83d", "\ude00 more"]) == " more"
    assert mended("\ud83d\ude00 \ud83d") == "😀 \ud83d"


def test_a_long_text_begun_anew_takes_linear_time():
    said = "".join(f"{number:x} " for number in range(20_000))
    assert fed(said, pieces_of(said + "end", range(0, len(said), 5000))) == "end"
    assert overlap("ab" * 40_000, "ab" * 40_000) == 0
