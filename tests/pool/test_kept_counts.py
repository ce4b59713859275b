"""What the pool tells the store, as changes, comes to what it counted, however windows and keys have moved."""

import dataclasses
from collections import Counter

import pytest

from gcli2api_tui.pool.ports import ALL
from gcli2api_tui.state.ports import Saved, UsageRow

GEMINI = ("gemini-api",)
DAY = 86_400.0


class Kept:
    """A store that adds up."""

    def __init__(self) -> None:
        self.requests: Counter = Counter()
        self.limits: dict = {}

    def add_requests(self, credential, model, window_start, count) -> None:
        assert count > 0
        self.requests[credential, model, window_start] += count

    def set_limit(self, credential, model, window_start, limit, source) -> None:
        self.limits[credential, model, window_start] = (limit, source)

    def set_cooldown(self, row) -> None: ...

    def saved(self) -> Saved:
        places = dict.fromkeys((*self.requests, *self.limits))
        rows = (UsageRow(*place, self.requests[place], *self.limits.get(place, (None, ""))) for place in places)
        return Saved(usage=tuple(rows))


def serve(pool, credential, times: int = 1) -> None:
    others = [view.credential.id for view in pool.view() if view.credential.id != credential.id]
    for _ in range(times):
        lease = pool.lease("m", (*GEMINI, "code-assist"), ALL, tried=others)
        pool.succeeded(lease)
        pool.release(lease)


def used(pool) -> dict[str, int]:
    return {view.credential.label: view.used_today for view in pool.view()}


def restarted(world, store, *credentials):
    pool = world.pool(*credentials, store=store)
    pool.restore(store.saved())
    return pool


def of(project: str, key):
    return dataclasses.replace(key, project=project)


@pytest.mark.parametrize("kind", ["key", "oauth"])
def test_each_run_adds_its_own(world, kind: str) -> None:
    store, one = Kept(), getattr(world, kind)("a")
    for run in range(1, 4):
        pool = restarted(world, store, one)
        serve(pool, one, 2)
        assert used(pool) == {"a": 2 * run}
        world.now += 60


def test_keys_that_came_to_share_a_project_are_one_count_after_a_restart_too(world) -> None:
    store, a, b = Kept(), world.key("a"), world.key("b")
    pool = world.pool(a, b, store=store)
    serve(pool, a, 3)
    world.now += 60
    serve(pool, b, 2)
    for key in (a, b):
        pool.replace(of("shop", key))
    serve(pool, b)
    assert used(pool) == {"a": 6, "b": 6}
    assert used(restarted(world, store, of("shop", a), of("shop", b))) == {"a": 6, "b": 6}


def test_a_key_that_leaves_and_comes_back_is_not_counted_twice(world) -> None:
    store, a, b = Kept(), of("shop", world.key("a")), of("shop", world.key("b"))
    pool = world.pool(a, b, store=store)
    serve(pool, a, 3)
    pool.replace(of("lab", b))
    serve(pool, a)
    serve(pool, b)
    assert used(pool) == {"a": 4, "b": 4}
    pool.replace(b)
    assert used(pool)["a"] in (4, 5)  # how much of it was one's own is not known until the next start
    assert used(restarted(world, store, a, b)) == {"a": 5, "b": 5}


@pytest.mark.parametrize("kind", ["key", "oauth"])
@pytest.mark.parametrize("away", [2 * DAY, -2 * DAY])
def test_what_a_wrong_clock_counted_is_kept_in_the_right_window(world, kind: str, away: float) -> None:
    store, one = Kept(), getattr(world, kind)("a")
    pool = world.pool(one, store=store)
    serve(pool, one, 5)
    world.now += away
    serve(pool, one, 2)
    world.now += 60 - away
    serve(pool, one)
    assert used(pool) == {"a": 8}
    assert used(restarted(world, store, one)) == {"a": 8}


def test_a_new_day_begins_at_nothing_and_keeps_the_limit(world) -> None:
    store, one = Kept(), world.key("a")
    pool = world.pool(one, store=store)
    serve(pool, one)
    pool.learn_quota(one.id, "m", 0.5, limit=250)
    world.now += 2 * DAY
    serve(pool, one)
    (view,) = restarted(world, store, one).view()
    assert (view.used_today, view.limit, view.limit_source) == (1, 250, "google")
