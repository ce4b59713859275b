"""The pace of the last hour, and what it comes to before the reset."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcli2api_tui.pool.quota import SLOT_S, SLOTS, BurnRate, Forecast, forecast

NOW = 1_795_000_200.0  # the start of a slot
HOUR = 3600.0


def paced(*at: float) -> BurnRate:
    burn_rate = BurnRate()
    for moment in at:
        burn_rate.add(NOW + moment)
    return burn_rate


def test_a_steady_pace_is_what_it_is() -> None:
    burn_rate = paced(*range(0, 3600, 24))
    assert burn_rate.per_hour(NOW + HOUR) == pytest.approx(150, rel=0.1)


def test_two_requests_or_two_minutes_say_nothing() -> None:
    assert BurnRate().per_hour(NOW) is None
    assert paced(0, 1, 2, 3, 4).per_hour(NOW + 599) is None
    assert paced(0, 1, 2, 3).per_hour(NOW + 900) is None
    assert paced(0, 1, 2, 3, 4).per_hour(NOW + 600) == pytest.approx(30)


def test_a_burst_counts_for_an_hour_and_is_then_forgotten() -> None:
    burn_rate = paced(*[0] * 60)
    assert burn_rate.per_hour(NOW + HOUR) == pytest.approx(60)
    assert burn_rate.per_hour(NOW + HOUR + 1) is None


def test_what_came_later_is_forgotten_later() -> None:
    burn_rate = paced(*[0] * 5, *[SLOT_S] * 6)
    assert burn_rate.per_hour(NOW + HOUR) == pytest.approx(11)
    assert burn_rate.per_hour(NOW + HOUR + 1) == pytest.approx(6)


def test_after_a_pause_the_pace_begins_anew() -> None:
    burn_rate = paced(*[0] * 60, *(8 * HOUR + n for n in range(5)))
    assert burn_rate.per_hour(NOW + 8 * HOUR + 600) == pytest.approx(30)


def test_a_clock_that_goes_back_takes_the_future_with_it() -> None:
    burn_rate = paced(*range(0, 3600, 60))
    assert burn_rate.per_hour(NOW - HOUR) is None
    burn_rate.add(NOW - HOUR)
    assert burn_rate.per_hour(NOW - HOUR + 700) is None


@given(st.lists(st.floats(min_value=-1e6, max_value=1e6), max_size=200))
def test_it_never_keeps_more_than_an_hour(moments: list[float]) -> None:
    burn_rate = paced(*moments)
    assert len(burn_rate._slots) <= SLOTS + 1
    assert (burn_rate.per_hour(NOW) or 0) <= 200 * HOUR / (2 * SLOT_S)


@pytest.mark.parametrize(
    ("per_hour", "left", "reset_in_h", "expected"),
    [
        (100.0, 50.0, 2.0, Forecast("out", 100.0, NOW + HOUR / 2)),
        (100.0, 200.0, 2.0, Forecast("lasts", 100.0)),
        (100.0, 300.0, 2.0, Forecast("lasts", 100.0)),
        (100.0, 50.0, None, Forecast("out", 100.0, NOW + HOUR / 2)),
        (100.0, 0.0, 2.0, Forecast("out", 100.0, NOW)),
        (None, 50.0, 2.0, Forecast()),
        (100.0, None, 2.0, Forecast()),
        (0.0, 50.0, 2.0, Forecast()),
    ],
)
def test_what_it_comes_to(per_hour, left, reset_in_h, expected: Forecast) -> None:
    resets_at = None if reset_in_h is None else NOW + reset_in_h * HOUR
    assert forecast(per_hour, left, resets_at, NOW) == expected
