"""Signs and tones of a difference: nothing is lost on either side, and long sameness is folded."""

from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcli2api_tui.tui.paint.cells import clean, width_of, wrap_runs
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.text_difference import Block, difference
from gcli2api_tui.tui.words import Words

LOOK = Look(Words("en"))
TEXTS = st.text(st.sampled_from("ab 你\n"), max_size=40)


def lines(one: str, other: str) -> list[str]:
    found = difference([Block("answer", one)], [Block("answer", other)], LOOK)
    return ["".join(text for text, _ in line) for line in found.lines]


def test_words_that_changed_stand_out_in_lines_that_are_alike() -> None:
    found = difference([Block("answer", "The rain had stopped.")], [Block("answer", "The rain has stopped.")], LOOK)
    removed, added = (line for line in found.lines if line and line[0][0] in ("- ", "+ "))
    assert removed == (("- ", "bad"), ("The rain ", "plain"), ("had", "bad"), (" stopped.", "plain"))
    assert added == (("+ ", "ok"), ("The rain ", "plain"), ("has", "ok"), (" stopped.", "plain"))
    assert (found.added, found.removed) == (1, 1)


def test_what_is_the_same_is_folded_around_a_change() -> None:
    long = "\n".join(str(number) for number in range(50))
    shown = lines(long, long.replace("25", "x"))
    assert shown[:2] == ["answer", "  23 lines are the same"]
    assert shown[2:6] == ["  23", "  24", "- 25", "+ x"]
    assert lines("a", "a")[0] == "There is no difference."


def test_a_message_that_only_one_side_has_is_added_or_removed() -> None:
    found = difference([Block("user", "a")], [Block("user", "a"), Block("assistant", "b")], LOOK)
    assert [line for line in found.lines if line] == [
        (("user", "accent"),), (("  ", "dim"), ("a", "dim")), (("assistant", "accent"),), (("+ ", "ok"), ("b", "ok"))
    ]  # fmt: skip


@settings(max_examples=examples(80))
@given(TEXTS, TEXTS)
def test_both_sides_can_be_read_out_of_it(one: str, other: str) -> None:
    shown = [line for line in lines(one, other)[1:] if line and not line.startswith("There")]
    if any("the same" in line for line in shown):
        return
    body = [line for line in shown if line != "answer"]
    left = [line[2:] for line in body if line[0] in " -"]
    right = [line[2:] for line in body if line[0] in " +"]
    assert "\n".join(left) == clean(one) or not one
    assert "\n".join(right) == clean(other) or not other


@settings(max_examples=examples(80))
@given(
    st.lists(st.tuples(TEXTS.map(lambda text: text.replace("\n", "")), st.sampled_from(["ok", "bad"])), max_size=5),
    st.integers(2, 30),
)
def test_runs_keep_their_tone_over_lines(runs: list, width: int) -> None:
    wrapped = wrap_runs(tuple(runs), width)
    assert all(width_of(line) <= width for line in wrapped)
    before = [(char, tone) for text, tone in runs for char in text if char != " "]
    assert [(char, tone) for line in wrapped for text, tone in line for char in text if char != " "] == before
