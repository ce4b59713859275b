"""Rings and percentiles, at their edges."""

import pytest

from gcli2api_tui.ledger.totals import Ring, Tally, percentile


def test_minutes_without_traffic_are_zeros() -> None:
    ring = Ring(4, 60)
    ring.add(60.0 * 100)
    ring.add(60.0 * 100 + 59)
    ring.add(60.0 * 102)
    assert ring.values(60.0 * 102) == (0, 2, 0, 1)
    assert ring.values(60.0 * 104) == (0, 1, 0, 0)


def test_a_long_silence_empties_the_ring() -> None:
    ring = Ring(4, 60)
    ring.add(60.0)
    assert ring.values(60.0 * 1_000_000) == (0, 0, 0, 0)


def test_a_clock_set_back_loses_no_count() -> None:
    ring = Ring(3, 60)
    ring.add(60.0 * 10)
    ring.add(60.0 * 9)
    ring.add(60.0 * 2)
    assert ring.values(60.0 * 10) == (1, 1, 1)


@pytest.mark.parametrize(
    ("samples", "percent", "expected"),
    [([], 50, None), ([3.0], 95, 3.0), ([1.0, 2.0], 50, 1.0), ([float(n) for n in range(1, 101)], 95, 95.0)],
)
def test_percentiles_are_nearest_rank(samples: list[float], percent: int, expected: float | None) -> None:
    assert percentile(samples, percent) == expected


def test_the_rate_forgets_what_is_older_than_its_window() -> None:
    tally = Tally()
    tally.streamed(100.0, 1_000)
    tally.streamed(108.5, 50)
    assert tally.totals(110.0, streaming_since=100.0).tokens_per_s == pytest.approx(10.0)


def test_an_hour_of_requests_fits_sixty_values() -> None:
    tally = Tally()
    for minute in range(90):
        tally.opened(minute * 60.0)
    totals = tally.totals(89 * 60.0, None)
    assert totals.per_minute == (1,) * 60
    assert totals.requests == 90
