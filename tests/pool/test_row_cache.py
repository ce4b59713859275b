"""Rows kept from look to look: what changed is seen at once, the rest in turn, and no look makes a large pool anew."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.ledger.credential_rows import CredentialState
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.pool import row_cache as module
from gcli2api_tui.pool.pool import Pool
from gcli2api_tui.pool.ports import ALL
from gcli2api_tui.pool.row_cache import AT_ONCE, Rows

MANY = 4 * AT_ONCE
MODEL, BACKENDS = "m", ("gemini-api",)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each one's row was made."""
    counted: Counter[str] = Counter()
    real = module.view_of

    def view_of(pooled, *args, **options):
        counted[pooled.credential.label] += 1
        return real(pooled, *args, **options)

    monkeypatch.setattr(module, "view_of", view_of)
    return counted


@pytest.fixture
def pool(world) -> Pool:
    return world.pool(*(world.key(f"{number:04}") for number in range(MANY)))


@pytest.fixture
def rows(pool: Pool, world) -> Rows:
    return Rows(pool, world.clock, lambda identity: f"{identity}.json")


def truth(pool: Pool):
    return [view.row(f"{view.credential.id}.json") for view in pool.view()]


def test_a_row_shows_what_is_known_of_its_credential(world) -> None:
    one, other = (replace(world.key(name), project="p-1") for name in ("a", "b"))
    pool = world.pool(one, other, replace(world.key("c"), project="p-2"))
    for model, times in (("pro", 1), ("flash", 2)):
        for _ in range(times):
            pool.succeeded(pool.lease(model, BACKENDS, ALL, only=one.id))
    pool.learn_quota(one.id, "pro", 0.5, limit=10)
    first, second, third = Rows(pool, world.clock, lambda identity: f"{identity}.json").look()
    assert (first.project, first.google_asked_at) == ("p-1", world.now)
    assert first.per_model == (("flash", 2), ("pro", 1)), "the most first"
    assert [row.shares for row in (first, second, third)] == ["p-1", "p-1", ""]


def without_places(rows):
    return [replace(row, next_in_rotation=0) for row in rows]


def test_a_small_pool_is_as_it_is_now_at_every_look(world) -> None:
    pool = world.pool(*(world.key(f"{number:02}") for number in range(AT_ONCE)))
    rows = Rows(pool, world.clock, lambda identity: f"{identity}.json")
    for _ in range(3):
        pool.succeeded(pool.lease(MODEL, BACKENDS, ALL))
        world.now += 3600
        assert list(rows.look()) == truth(pool)


def test_a_look_at_a_large_pool_makes_what_was_used_and_some_in_turn(pool: Pool, rows: Rows, world, made) -> None:
    rows.look()
    world.now += 1
    made.clear()
    leases = [pool.lease(MODEL, BACKENDS, ALL) for _ in range(3)]
    used = {lease.credential.label for lease in leases}
    seen = {row.label: row for row in rows.look()}
    assert {label for label, row in seen.items() if row.state is CredentialState.BUSY} == used
    assert made.total() <= AT_ONCE + len(used)
    for _ in range(MANY // AT_ONCE - 1):
        rows.look()
    assert len(made) == MANY
    assert max(made.values()) <= 2


def test_a_row_that_only_time_moves_is_made_once_a_second(world, made) -> None:
    """It was made ten times a second, which was most of what a panel's look at 20 credentials cost."""
    rows = Rows(world.pool(*(world.key(name) for name in "ab")), world.clock, lambda identity: f"{identity}.json")
    rows.look()
    for seconds, times in ((0.3, 1), (0.3, 1), (0.4, 2), (0.9, 2), (-3600, 3)):
        world.now += seconds
        rows.look()
        assert set(made.values()) == {times}


def test_what_is_made_ahead_row_by_row_is_found_by_the_next_look(world, made) -> None:
    """All at once they held every stream up for one to two milliseconds, once a second."""
    rows = Rows(world.pool(*(world.key(name) for name in "ab")), world.clock, lambda identity: f"{identity}.json")
    steps = rows.ahead()
    for count in (1, 2):
        next(steps)
        assert made.total() == count
    assert not list(steps)
    rows.look()
    assert made.total() == 2


@pytest.mark.parametrize("moment", [0.4, 0.9])
def test_what_one_uses_is_seen_at_once_of_those_that_share_its_budget(world, moment) -> None:
    """Nothing wakes the panel again for it before the minute is over."""
    one, other = (replace(world.key(name), project="shared") for name in "ab")
    pool = world.pool(one, other)
    rows = Rows(pool, world.clock, lambda identity: f"{identity}.json")
    lease = pool.lease(MODEL, BACKENDS, ALL, only=one.id)
    rows.look()
    world.now += moment
    pool.succeeded(lease)
    assert [row.used_today for row in rows.look()] == [1, 1]


def test_a_row_of_which_a_cooldown_ends_is_made_anew_whenever_it_was_made(world) -> None:
    pool = world.pool(world.key("a"), world.key("b"))
    rows = Rows(pool, world.clock, lambda identity: f"{identity}.json")
    lease = pool.lease(MODEL, BACKENDS, ALL)
    pool.failed(lease, UpstreamFault(FaultKind.RATE, quoted("slow down"), hint_s=5.0, status=429))
    pool.release(lease)
    (end,) = [cooldown.until for row in rows.look() for cooldown in row.cooldowns]
    world.now = end - 0.3
    rows.look()
    world.now = end
    assert not any(row.cooldowns for row in rows.look())


DEEDS: dict[str, Callable] = {
    "a lease": lambda pool, one: None,
    "served": lambda pool, one: pool.succeeded(one),
    "given back": lambda pool, one: pool.release(one),
    "limited": lambda pool, one: pool.failed(one, UpstreamFault(FaultKind.RATE, "Too many.", hint_s=60.0)),
    "marked": lambda pool, one: pool.mark(one.credential.id, UpstreamFault(FaultKind.TERMS, "No.")),
    "cleared": lambda pool, one: pool.clear_cooldown(one.credential.id),
    "relabelled": lambda pool, one: pool.replace(replace(one.credential, label="new")),
}


def test_whatever_happens_to_one_is_seen_at_the_next_look(pool: Pool, rows: Rows) -> None:
    rows.look()
    lease = pool.lease(MODEL, BACKENDS, ALL)
    for deed in DEEDS.values():
        deed(pool, lease)
        there = next(row for row in rows.look() if row.id == lease.credential.id)
        true = next(row for row in truth(pool) if row.id == lease.credential.id)
        assert without_places([there]) == without_places([true])


def test_who_comes_and_goes_and_who_is_next(pool: Pool, rows: Rows, world) -> None:
    rows.look()
    gone = pool.view()[0].credential
    pool.retire(gone.id)
    pool.add(world.key("late"))
    pool.lease(MODEL, BACKENDS, ALL)
    seen = rows.look()
    assert [row.id for row in seen] == [view.credential.id for view in pool.view()]
    first = {row.id: row.next_in_rotation for row in truth(pool) if 0 < row.next_in_rotation <= AT_ONCE}
    assert {row.id: row.next_in_rotation for row in seen if row.next_in_rotation} == first


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    given: list[float] = []
    real = module.asyncio.sleep

    async def sleep(delay: float) -> None:
        given.append(delay)
        await real(delay)

    monkeypatch.setattr(module.asyncio, "sleep", sleep)
    yield given


@pytest.mark.parametrize("seen_before", [False, True])
async def test_who_looks_once_sees_all_as_it_is_now_and_lets_others_in(
    pool: Pool, rows: Rows, world, turns, made, seen_before: bool
) -> None:
    if seen_before:
        rows.look()
    for view in pool.view():
        pool.learn_quota(view.credential.id, MODEL, 0.5)
    world.now += 60
    assert without_places(await rows.renew()) == without_places(truth(pool))
    assert turns == [0] * (MANY // AT_ONCE)
    assert made.total() == MANY * (1 + seen_before)


def test_google_s_own_figure_is_seen_where_it_is_told_of(pool: Pool, rows: Rows) -> None:
    rows.look()
    last = pool.view()[-1].credential.id
    pool.learn_quota(last, MODEL, 0.25)
    rows.forget(last)
    assert rows.look()[-1].google_remaining == 0.25
