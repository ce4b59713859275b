"""The day of a quota: midnight in California for keys, 24 hours that roll for the rest."""

import dataclasses
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gcli2api_tui.credentials.credential import Kind
from gcli2api_tui.pacific_time import next_pacific_midnight
from gcli2api_tui.pool import quota
from gcli2api_tui.pool.quota import Tally, Window

NOW = 1_795_000_000.0
CALIFORNIA = ZoneInfo("America/Los_Angeles")


def utc(text: str) -> float:
    return datetime.fromisoformat(f"{text}+00:00").timestamp()


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        ("2026-01-15T12:00:00", "2026-01-16T08:00:00"),  # winter: UTC-8
        ("2026-07-15T12:00:00", "2026-07-16T07:00:00"),  # summer: UTC-7
        ("2026-07-15T06:59:59", "2026-07-15T07:00:00"),
        ("2026-07-15T07:00:00", "2026-07-16T07:00:00"),  # midnight itself belongs to the day that begins
        ("2026-03-08T08:00:00", "2026-03-09T07:00:00"),  # 23 hours: clocks go forward at 2
        ("2026-03-08T11:00:00", "2026-03-09T07:00:00"),  # after the change, the same day
        ("2026-11-01T07:00:00", "2026-11-02T08:00:00"),  # 25 hours: clocks go back at 2
        ("2026-11-01T09:30:00", "2026-11-02T08:00:00"),  # the hour that comes twice, second time
        ("2026-12-31T20:00:00", "2027-01-01T08:00:00"),
    ],
)
def test_a_keys_day_ends_at_midnight_in_california(now: str, midnight: str) -> None:
    assert next_pacific_midnight(utc(now)) == utc(midnight)


@given(st.floats(min_value=utc("2020-01-01"), max_value=utc("2037-01-01")))
def test_midnight_lies_ahead_by_a_local_day_at_most_and_is_midnight(now: float) -> None:
    end = next_pacific_midnight(now)
    assert 0 < end - now <= 25 * 3600
    local = datetime.fromtimestamp(end, CALIFORNIA)
    assert (local.hour, local.minute, local.second) == (0, 0, 0)


def test_a_key_counts_until_midnight_and_then_from_nothing() -> None:
    tally, evening = Tally(), utc("2026-07-15T06:00:00")
    quota.count(tally, Kind.API_KEY, evening)
    quota.count(tally, Kind.API_KEY, evening + 3599)
    assert tally.requests == 2
    quota.count(tally, Kind.API_KEY, evening + 3600)
    assert tally.requests == 1


@pytest.mark.parametrize("kind", [Kind.OAUTH, Kind.SERVICE_ACCOUNT, Kind.VERTEX_EXPRESS])
def test_the_others_count_24_hours_from_the_first_request(kind: Kind) -> None:
    tally = Tally()
    quota.count(tally, kind, NOW)
    quota.count(tally, kind, NOW + 86_399)
    assert (tally.requests, quota.ends_at(tally, kind, NOW + 86_399)) == (2, NOW + 86_400)
    quota.count(tally, kind, NOW + 86_400)
    assert (tally.requests, tally.window_start) == (1, NOW + 86_400)


def test_nothing_counted_and_nothing_told_has_no_end() -> None:
    assert quota.ends_at(Tally(), Kind.OAUTH, NOW) is None


def test_googles_own_reset_time_wins_while_it_lies_ahead() -> None:
    tally = Tally()
    quota.count(tally, Kind.OAUTH, NOW)
    quota.learn(tally, 0.4, NOW + 600, None, NOW)
    assert quota.ends_at(tally, Kind.OAUTH, NOW) == NOW + 600
    quota.roll(tally, Kind.OAUTH, NOW + 600)
    assert (tally.requests, tally.remaining, tally.told_reset_at, tally.asked_at) == (0, None, None, None)


def test_a_reset_time_that_has_passed_is_not_believed() -> None:
    tally = Tally()
    quota.count(tally, Kind.OAUTH, NOW)
    quota.learn(tally, 0.4, NOW - 1, None, NOW)
    assert quota.ends_at(tally, Kind.OAUTH, NOW) == NOW + 86_400


def test_what_was_learnt_about_the_limit_outlives_the_day() -> None:
    tally = Tally(NOW, 9, 250, "429")
    quota.roll(tally, Kind.OAUTH, NOW + 86_400)
    assert (tally.requests, tally.limit, tally.limit_source) == (0, 250, "429")


@pytest.mark.parametrize(("told", "kept"), [(-0.2, 0.0), (0.25, 0.25), (7.0, 1.0)])
def test_a_share_stays_a_share(told: float, kept: float) -> None:
    tally = Tally()
    quota.learn(tally, told, None, None, NOW)
    assert tally.remaining == kept


def test_googles_share_shrinks_with_every_request_but_not_below_nothing() -> None:
    tally = Tally()
    quota.learn(tally, 0.15, NOW + 600, 10, NOW)
    shares = []
    for _ in range(3):
        quota.count(tally, Kind.OAUTH, NOW)
        shares.append(tally.remaining)
    assert shares == [pytest.approx(0.05), 0.0, 0.0]


def test_a_limit_that_a_refusal_taught_is_not_overwritten_by_a_figure() -> None:
    tally = Tally(limit=250, limit_source="429")
    quota.learn(tally, 0.5, None, 1000, NOW)
    assert (tally.limit, tally.limit_source) == (250, "429")


def test_an_unused_keys_day_ends_at_midnight_too() -> None:
    assert quota.ends_at(Tally(), Kind.API_KEY, utc("2026-01-15T12:00:00")) == utc("2026-01-16T08:00:00")


def test_googles_figures_are_dated_and_end_at_their_reset_though_nothing_was_counted() -> None:
    tally = Tally()
    quota.learn(tally, 0.4, NOW, 1000, NOW)
    assert tally == Tally(limit=1000, limit_source="google", remaining=0.4, asked_at=NOW)
    quota.learn(tally, 0.4, NOW + 600, None, NOW)
    quota.roll(tally, Kind.OAUTH, NOW + 599)
    assert tally.remaining == 0.4
    quota.roll(tally, Kind.OAUTH, NOW + 600)
    assert (tally.remaining, tally.told_reset_at) == (None, None)


@pytest.mark.parametrize(("kind", "end"), [(Kind.API_KEY, utc("2026-11-20T08:00:00")), (Kind.OAUTH, 86_400.0 + NOW)])
def test_a_window_that_a_clock_gone_back_has_left_is_remembered_with_what_is_kept_of_it(kind: Kind, end: float) -> None:
    start = utc("2026-11-19T08:00:00") + 1 if kind is Kind.API_KEY else NOW
    tally = Tally(start, 5, untold=2)
    quota.roll(tally, kind, start - 3600)
    assert tally.left == Window(start, end, 0, 3)
    assert (tally.window_start, tally.requests, tally.untold) == (start - 3600, 5, 5)


def test_an_empty_window_does_not_make_one_forget_the_window_before() -> None:
    left = Window(NOW + 9e5, NOW + 9.9e5, 7)
    tally = Tally(NOW, 0, copied=True, left=left)
    quota.roll(tally, Kind.OAUTH, NOW + 86_400)
    assert (tally.left, tally.copied) == (left, False)
    tally = Tally(NOW, 1, left=left)
    quota.roll(tally, Kind.OAUTH, NOW + 86_400)
    assert tally.left == Window(NOW, NOW + 86_400, 1)
    tally = Tally(NOW, 0)
    quota.roll(tally, Kind.OAUTH, NOW + 86_400)
    assert tally.left == Window(NOW, NOW + 86_400, 0)


def test_who_leaves_a_shared_quota_takes_its_count_along_as_one_that_is_kept() -> None:
    assert quota.parted(Tally(NOW, 7, 250, "429", untold=3)) == Tally(NOW, 7, 250, "429", copied=True)


def test_two_counts_of_one_quota_are_one() -> None:
    asked = Tally(NOW, 3, 250, "429", NOW + 600, 0.5, NOW + 20, untold=2)
    counted = Tally(NOW - 60, 4, 1000, "google", NOW + 900, 0.9, NOW + 10, untold=1)
    both = Tally(NOW - 60, 7, 250, "429", NOW + 600, 0.5, NOW + 20, untold=3)
    assert quota.joined(asked, counted) == quota.joined(counted, asked) == both
    unlimited = dataclasses.replace(asked, limit=None, limit_source="")
    assert quota.joined(unlimited, counted) == dataclasses.replace(both, limit=1000, limit_source="google")
    never_asked = Tally(NOW, 3)
    assert quota.joined(never_asked, counted).remaining == quota.joined(counted, never_asked).remaining == 0.9


def test_of_two_counts_one_without_a_window_adds_nothing_but_its_limit() -> None:
    closed, counted = Tally(limit=250, limit_source="429"), Tally(NOW, 4)
    assert quota.joined(closed, counted) == quota.joined(counted, closed) == Tally(NOW, 4, 250, "429")


def test_a_copy_that_comes_back_is_not_counted_twice() -> None:
    kept, copy = Tally(NOW, 4), Tally(NOW, 6, copied=True)
    assert quota.joined(kept, copy).requests == quota.joined(copy, kept).requests == 6
    assert quota.joined(kept, dataclasses.replace(copy, window_start=NOW + 1)).requests == 10
    assert quota.joined(kept, Tally(NOW, 6)).requests == 10


MOVES = st.lists(
    st.tuples(st.sampled_from(["count", "learn", "open"]), st.sampled_from([-1.3e5, -5e4, 0.0, 60.0, 5e4, 2e5])),
    min_size=1,
    max_size=8,
)


@given(st.sampled_from([Kind.API_KEY, Kind.OAUTH]), MOVES, st.sampled_from([60.0, 5e4, 2e5]))
@example(Kind.OAUTH, [("count", 5e4), ("count", -5e4), ("learn", 60.0), ("open", 5e4)], 2e5)
def test_before_the_moment_that_is_told_time_changes_nothing(kind: Kind, moves: list, told_s: float) -> None:
    tally, now = Tally(), NOW
    for done, jump_s in moves:
        now += jump_s
        quota.roll(tally, kind, now)
        if done == "count":
            quota.count(tally, kind, now)
        elif done == "learn":
            quota.learn(tally, 0.5, now + told_s, 100, now)
        elif not tally.window_start:
            tally.window_start = now  # a limit was kept, and no request
        next_at = quota.roll(tally, kind, now)
    until = min(next_at, now + 1e6)
    for share in range(10):
        rolled = dataclasses.replace(tally)
        quota.roll(rolled, kind, now + share / 10 * (until - now))
        assert dataclasses.replace(rolled, closes_at=tally.closes_at) == tally
