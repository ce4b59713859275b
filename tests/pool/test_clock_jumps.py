"""A clock set right, set wrong, or moved by a summer: no rest grows, no count lasts for ever, midnight is midnight."""

from datetime import datetime

import pytest

from gcli2api_tui.events.problems import FaultKind, NoCredential, UpstreamFault
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.pool.ports import ALL
from gcli2api_tui.state.ports import CooldownRow, Saved, UsageRow

GEMINI = ("gemini-api", "code-assist")
DAY = 86_400.0


def utc(text: str) -> float:
    return datetime.fromisoformat(f"{text}+00:00").timestamp()


def serve(pool):
    lease = pool.lease("m", GEMINI, ALL)
    pool.succeeded(lease)
    pool.release(lease)


def fail(pool, kind, hint_s):
    lease = pool.lease("m", GEMINI, ALL)
    pool.failed(lease, UpstreamFault(kind, "no", hint_s=hint_s))
    pool.release(lease)


def used(pool) -> int:
    return pool.view()[0].used_today


def test_a_clock_set_back_makes_no_rest_longer(world) -> None:
    pool = world.pool(world.key("a"))
    fail(pool, FaultKind.RATE, 40)
    world.now -= 3 * DAY
    with pytest.raises(NoCredential) as caught:
        pool.lease("m", GEMINI, ALL)
    assert caught.value.retry_after_s == pytest.approx(40)
    world.now += 40
    assert pool.lease("m", GEMINI, ALL)


def test_a_days_rest_is_still_probed_after_the_clock_was_set_back(world) -> None:
    pool = world.pool(world.oauth("a"))
    fail(pool, FaultKind.DAILY, 30_000)
    world.now -= 3 * DAY
    with pytest.raises(NoCredential):
        pool.lease("m", GEMINI, ALL)
    world.now += 1300
    assert pool.lease("m", GEMINI, ALL).reason.startswith("a probe")


def test_a_clock_set_forward_ends_rests_at_most_too_early(world) -> None:
    pool = world.pool(world.key("a"))
    fail(pool, FaultKind.RATE, 40)
    world.now += DAY
    fail(pool, FaultKind.RATE, 40)
    world.now -= DAY
    with pytest.raises(NoCredential) as caught:
        pool.lease("m", GEMINI, ALL)
    assert caught.value.retry_after_s == pytest.approx(40)


@pytest.mark.parametrize("kind", ["key", "oauth"])
def test_a_window_of_the_future_is_one_of_now(world, kind: str) -> None:
    pool = world.pool(getattr(world, kind)("a"))
    serve(pool)
    world.now -= 30 * DAY
    assert used(pool) == 1
    assert pool.view()[0].resets_at <= world.now + DAY + 3600
    world.now += DAY + 3600
    assert used(pool) == 0


def test_a_rest_kept_by_a_clock_that_was_wrong_ends_within_a_day(world) -> None:
    pool = world.pool(world.key("a"))
    pool.restore(Saved(cooldowns=(CooldownRow(world.key("a").id, "m", world.now + 400 * DAY, "rate", "no"),)))
    world.now += DAY
    assert pool.lease("m", GEMINI, ALL)


@pytest.mark.parametrize(
    ("evening", "midnight"),
    [
        ("2026-03-08T07:30:00", "2026-03-08T08:00:00"),  # the night before clocks go forward: still UTC-8
        ("2026-03-08T23:00:00", "2026-03-09T07:00:00"),  # the day of 23 hours ends an hour earlier
        ("2026-11-01T06:30:00", "2026-11-01T07:00:00"),  # the night before clocks go back: still UTC-7
        ("2026-11-01T23:00:00", "2026-11-02T08:00:00"),  # the day of 25 hours ends an hour later
    ],
)
def test_a_keys_count_ends_at_midnight_in_los_angeles_when_clocks_change(world, evening: str, midnight: str) -> None:
    world.now = utc(evening)
    pool = world.pool(world.key("a"))
    serve(pool)
    assert pool.view()[0].resets_at == utc(midnight)
    world.now = utc(midnight) - 0.001
    serve(pool)
    assert used(pool) == 2
    world.now = utc(midnight)
    assert used(pool) == 0


def test_a_daily_limit_is_free_again_on_the_stroke_of_midnight(world) -> None:
    world.now = utc("2026-11-01T20:00:00")
    pool = world.pool(world.key("a", daily_limit=1))
    serve(pool)
    with pytest.raises(NoCredential) as caught:
        pool.lease("m", GEMINI, ALL)
    assert caught.value.retry_after_s == pytest.approx(12 * 3600)
    world.now = utc("2026-11-02T08:00:00")
    assert pool.lease("m", GEMINI, ALL)


def test_a_window_that_a_clock_gone_back_left_in_the_future_does_not_come_back(world) -> None:
    pool = world.pool(world.key("a"))
    left = UsageRow(world.key("a").id, "m", world.now + 3600, 5, None, "")
    current = UsageRow(world.key("a").id, "m", world.now - 60, 9, None, "")
    pool.restore(Saved(usage=(current, left)))
    assert pool.view()[0].used_today == 9


@pytest.mark.parametrize("away", [2 * DAY, -2 * DAY, 400 * DAY, -400 * DAY], ids=["+2 d", "-2 d", "+400 d", "-400 d"])
@pytest.mark.parametrize("meanwhile", [0, 1, 3])
@pytest.mark.parametrize("kind", ["key", "oauth"])
def test_a_clock_that_goes_away_and_comes_back_keeps_the_days_counts(world, kind, meanwhile: int, away: float) -> None:
    pool = world.pool(getattr(world, kind)("a"))
    for _ in range(5):
        serve(pool)
    ends = pool.view()[0].resets_at
    world.now += away
    for _ in range(meanwhile):
        serve(pool)
    pool.view()
    world.now += 60 - away
    assert used(pool) == 5 + meanwhile
    assert pool.view()[0].resets_at == ends
    serve(pool)
    assert used(pool) == 6 + meanwhile
    world.now = ends
    assert used(pool) == 0


def test_a_clock_that_trembles_counts_nothing_twice(world) -> None:
    pool = world.pool(world.key("a"))
    for step in (0, -5, 7, -30, 40, -1, 1):
        world.now += step
        serve(pool)
    assert used(pool) == 7


def test_a_second_of_disagreement_between_clocks_leaves_a_rest_as_it_is(world) -> None:
    pool = world.pool(world.key("a"))
    fail(pool, FaultKind.RATE, 40)
    (one,) = pool.members()
    kept = one.cooldowns["m"]
    for back in (0.0, 0.5):
        world.now -= back
        with pytest.raises(NoCredential):
            pool.lease("m", GEMINI, ALL)
        assert one.cooldowns["m"] is kept


def next_for_another_model(pool) -> None:
    pool.next_for("n", GEMINI)


@pytest.mark.parametrize("look", [next_for_another_model, Pool.members, Pool.view], ids=lambda look: look.__name__)
def test_what_is_kept_about_a_model_does_not_outlive_a_past_that_only_others_saw(world, look) -> None:
    pool = world.pool(world.key("a", daily_limit=1))
    serve(pool)
    with pytest.raises(NoCredential):
        serve(pool)
    today = world.now
    for moment in (today - 2 * DAY, today - DAY / 2):  # the day that was moved into the past ends there
        world.now = moment
        look(pool)
    world.now = today + 1
    serve(pool)
    assert used(pool) == 1
