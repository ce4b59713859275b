"""What is left in the pool: told only where it is known, and never more than there is."""

from dataclasses import replace

import pytest

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.pool.ports import ALL, RemainingQuota

GEMINI = ("gemini-api", "code-assist")
DAY_S = 86_400.0


def serve(pool, model="m"):
    lease = pool.lease(model, GEMINI, ALL)
    pool.succeeded(lease)
    pool.release(lease)


def left(pool, model="m"):
    known = pool.remaining_quota(model, GEMINI, ALL)
    return known and (known.limit, known.remaining)


def test_nothing_is_told_of_what_nobody_knows(world):
    assert world.pool().remaining_quota("m", GEMINI, ALL) is None
    assert world.pool(world.key("a")).remaining_quota("m", GEMINI, ALL) is None
    assert world.pool(world.oauth("a")).remaining_quota("m", GEMINI, ALL) is None, "1500 is assumed, not known"
    assert world.pool(world.key("a", daily_limit=5), world.key("b")).remaining_quota("m", GEMINI, ALL) is None


def test_the_persons_limits_add_up_and_count_down(world):
    pool = world.pool(world.key("a", daily_limit=5), world.key("b", daily_limit=3))
    assert left(pool) == (8, 8)
    serve(pool)
    assert left(pool) == (8, 7)
    assert 0 < pool.remaining_quota("m", GEMINI, ALL).resets_in_s <= DAY_S + 3600


def test_googles_figure_for_the_model(world):
    key = world.key("a")
    pool = world.pool(key)
    pool.learn_quota(key.id, "m", 0.5, world.now + 60, 100)
    assert pool.remaining_quota("m", GEMINI, ALL) == RemainingQuota(100, 50, 60.0)
    assert left(pool, "other") is None


def test_the_tighter_limit_counts(world):
    key = world.key("a", daily_limit=20)
    pool = world.pool(key)
    pool.learn_quota(key.id, "m", 0.1, None, 100)
    assert left(pool) == (20, 10)
    serve(pool, "other")
    assert left(pool, "other") == (20, 19)


def test_requests_that_run_are_not_left(world):
    pool = world.pool(world.key("a", daily_limit=2))
    lease = pool.lease("m", GEMINI, ALL)
    assert left(pool) == (2, 1)
    pool.release(lease)
    assert left(pool) == (2, 2)


def test_a_days_quota_that_google_calls_used_up_is(world):
    pool = world.pool(world.key("a"))
    lease = pool.lease("m", GEMINI, ALL)
    pool.failed(lease, UpstreamFault(FaultKind.DAILY, "gone", hint_s=600.0, learned_limit=250))
    pool.release(lease)
    assert left(pool) == (250, 0)


@pytest.mark.parametrize("away", [{"enabled": False}, {"models": ("other",)}])
def test_what_cannot_serve_the_model_counts_for_nothing(world, away):
    pool = world.pool(world.key("b", **away), world.key("a", daily_limit=2))
    assert left(pool) == (2, 2)
    assert pool.remaining_quota("m", ("vertex",), ALL) is None


def test_the_latest_reset_is_told_and_a_window_that_has_not_begun_waits_for_nothing(world):
    soon, later, unused = world.oauth("a"), world.oauth("b"), world.oauth("c")
    pool = world.pool(*(replace(one, settings=replace(one.settings, daily_limit=3)) for one in (soon, later, unused)))
    assert pool.remaining_quota("m", GEMINI, ALL) == RemainingQuota(9, 9, 0.0)
    serve(pool)
    world.now += 3600
    serve(pool)
    assert pool.remaining_quota("m", GEMINI, ALL) == RemainingQuota(9, 7, DAY_S)


def test_a_rest_may_last_longer_than_the_count(world):
    pool = world.pool(world.oauth("a"))
    lease = pool.lease("m", GEMINI, ALL)
    pool.failed(lease, UpstreamFault(FaultKind.DAILY, "gone", hint_s=600.0, learned_limit=250))
    pool.release(lease)
    assert pool.remaining_quota("m", GEMINI, ALL) == RemainingQuota(250, 0, 600.0)


def test_what_was_counted_is_gone_though_google_has_said_no_share(world):
    pool = world.pool(world.oauth("a"))
    lease = pool.lease("m", GEMINI, ALL)
    pool.failed(lease, UpstreamFault(FaultKind.DAILY, "gone", hint_s=600.0, learned_limit=250))
    pool.release(lease)
    pool.clear_cooldown(lease.credential.id)
    serve(pool)
    assert left(pool) == (250, 249)


def test_a_rate_limit_takes_nothing_of_the_day(world):
    pool = world.pool(world.key("a", daily_limit=5), world.key("b", daily_limit=5))
    lease = pool.lease("m", GEMINI, ALL)
    pool.failed(lease, UpstreamFault(FaultKind.RATE, "slowly", hint_s=60.0))
    pool.release(lease)
    assert left(pool) == (10, 10)


def test_of_keys_that_share_a_quota_the_one_with_most_left_tells(world):
    keys = [replace(world.key(name, daily_limit=limit), project="shop") for name, limit in (("a", 3), ("b", 7))]
    assert left(world.pool(*keys)) == left(world.pool(*reversed(keys))) == (7, 7)
