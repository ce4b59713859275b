from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from gcli2api_tui.tui.paint.cells import Wrapped, in_width, wrap

WORDS = st.text(st.sampled_from("ab c老李\n👩.  "), max_size=80)


@given(st.lists(WORDS, max_size=8), st.integers(4, 30))
def test_growing_text_wraps_as_if_it_had_come_at_once(pieces: list[str], width: int) -> None:
    grown, whole = Wrapped(width), Wrapped(width)
    for piece in pieces:
        grown.feed(piece)
    whole.feed("".join(pieces))
    assert grown.lines == whole.lines


@given(WORDS, st.integers(4, 30))
def test_no_line_is_too_wide(text: str, width: int) -> None:
    wrapped = Wrapped(width)
    wrapped.feed(text)
    assert max(map(cell_len, wrapped.lines)) <= width


def test_words_break_at_spaces_and_chinese_anywhere() -> None:
    wrapped = Wrapped(10)
    wrapped.feed("the market was 老李老李老李")
    assert wrapped.lines == ["the market", "was 老李老", "李老李"]


def test_a_view_without_width_wraps_too() -> None:
    """A pane that is not laid out yet has none."""
    assert [wrap("ab", width) for width in (-1, 0, 1)] == [["a", "b"]] * 3
    assert wrap("你a", 0) == ["你", "a"] and wrap("", 0) == [""]
    assert len(in_width((("ab", "plain"),), 0)) == 2
