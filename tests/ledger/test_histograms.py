"""Histograms: bounds, percentiles between them, and the last minute or two of one that goes on."""

import pytest

from gcli2api_tui.ledger.histograms import PAGE_S, Histogram, Recent, Spread, in_ms


def filled(*values: float) -> Histogram:
    row = Histogram((1.0, 2.0, 4.0))
    for value in values:
        row.observe(value)
    return row


def test_a_value_on_a_bound_falls_below_it() -> None:
    """`le` is "less or equal"."""
    row = filled(1.0, 1.5, 2.0, 7.0)
    assert (row.look().counts, row.look().total) == ((1, 2, 0, 1), 11.5)


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ((), 50, None),
        ((0.5, 0.5), 50, 0.5),
        ((1.5,) * 100, 50, 1.5),
        ((1.5,) * 100, 99, 1.99),
        ((0.5,) * 98 + (3.0,) * 2, 99, 3.0),
        ((9.0,), 99, 4.0),
    ],
)
def test_percentiles_lie_within_their_bound(values: tuple[float, ...], percent: float, expected: float | None) -> None:
    assert filled(*values).look().at_most(percent) == (expected and pytest.approx(expected))


def test_what_lies_between_two_looks() -> None:
    row = filled(0.5, 3.0)
    before = row.look()
    row.observe(1.5)
    assert row.look().since(before) == Spread((1.0, 2.0, 4.0), (0, 1, 0, 0), 1.5)


def test_the_recent_past_forgets_what_is_older_than_two_pages() -> None:
    row = Histogram((1.0, 2.0))
    recent = Recent(row)
    row.observe(1.5)
    assert sum(recent.look(1000.0).counts) == 1
    row.observe(0.5)
    assert sum(recent.look(1000.0 + PAGE_S - 1).counts) == 2
    assert recent.look(1000.0 + PAGE_S).counts == (1, 0, 0), "a page is turned, and the one before still counts"
    row.observe(3.0)
    assert recent.look(1000.0 + PAGE_S + 1).counts == (1, 0, 1)
    assert recent.look(1000.0 + 2 * PAGE_S).counts == (0, 0, 1)
    assert sum(recent.look(1000.0 + 9 * PAGE_S).counts) == 0


def test_milliseconds_are_short() -> None:
    assert (in_ms(None), in_ms(0.00123456)) == (None, 1.23)
