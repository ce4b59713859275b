import pytest

from gcli2api_tui.tui.paint import short_text
from gcli2api_tui.tui.paint.look import FANCY


@pytest.mark.parametrize(
    ("span", "text"),
    [(41, "00:41"), (40.2, "00:41"), (22320, "6h12m"), (-5, "00:00"), (float("inf"), ""), (2e5, "2d07h")],
)
def test_countdown(span: float, text: str) -> None:
    assert short_text.countdown(span) == text


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (812, "812"), (1812, "1.8k"), (9960, "10k"), (3_400_000, "3.4M")]
)
def test_count(number: int, text: str) -> None:
    assert short_text.count(number) == text


@pytest.mark.parametrize("fraction", [-1, 0, 0.001, 0.5, 0.999, 1, 7])
def test_a_bar_is_always_as_long_as_asked(fraction: float) -> None:
    filled, rest = short_text.bar(fraction, 10, FANCY)
    assert len(filled) + len(rest) == 10
    assert bool(filled) == (fraction > 0)


def test_the_sparkline_shows_the_newest_values_and_a_single_one_is_seen() -> None:
    assert short_text.spark([9, 0, 0, 0], 3, FANCY) == "▁▁▁"
    assert short_text.spark([1, 100], 4, FANCY) == "▁▁▂█"
