import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from gcli2api_tui.tui.paint import cells
from gcli2api_tui.tui.paint.cells import (
    Wrapped,
    clean,
    fit,
    fit_line,
    fit_start,
    in_width,
    plain,
    spread,
    width_of,
    wrap,
)

NASTY = st.text(
    st.one_of(st.characters(), st.sampled_from("老李👩\u200d👧\ufe0f\x1b[]\n\r\t\u202e\x9b\x07é")), max_size=60
)


@given(NASTY, st.integers(1, 80))
def test_fitted_text_has_exactly_the_cells_asked_for(text: str, width: int) -> None:
    safe = plain(text)
    assert (
        cell_len(fit(safe, width))
        == cell_len(fit(safe, width, right=True))
        == cell_len(fit_start(safe, width))
        == width
    )


@given(NASTY)
def test_nothing_that_moves_the_cursor_survives(text: str) -> None:
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or char in "\u202e\u200d\u2028" for char in plain(text))
    assert not any((ord(char) < 32 and char != "\n") or 0x7F <= ord(char) < 0xA0 for char in clean(text))


def test_brackets_stay_what_they_are() -> None:
    assert plain("[/red]\x1b[2J") == "[/red][2J"


@given(NASTY, NASTY, st.integers(1, 60))
def test_lines_keep_their_width(left: str, right: str, width: int) -> None:
    start, end = ((plain(left), "ok"),), ((plain(right), "dim"),)
    assert width_of(fit_line(start, width)) == width == width_of(spread(start, end, width))  # type: ignore[arg-type]


def test_a_long_text_cut_at_its_start_is_not_measured_again_for_each_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ends of twenty running answers took 10 ms of each frame that way."""
    measured: list[int] = []

    def counted(text: str) -> int:
        measured.append(len(text))
        return cell_len(text)

    monkeypatch.setattr(cells, "cell_len", counted)
    assert fit_start("begin " * 100 + "老李 end", 9) == "…老李 end"
    assert sum(measured) < 2 * 607


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
