"""What other instances did to shared credentials: counted once, in the right window, whatever their clocks say."""

import pytest

from gcli2api_tui.events.records import CooldownSet
from gcli2api_tui.ledger.credential_rows import CredentialState
from gcli2api_tui.messages.message import NOTHING, say
from gcli2api_tui.pool.cooldowns import PROBE_S
from gcli2api_tui.pool.credential_state import EVERY, FOREVER
from gcli2api_tui.state.ports import BindingRow, CooldownRow

GEMINI = ("gemini-api",)


class Told:
    """A store that several share, as far as the pool sees it."""

    def __init__(self) -> None:
        self.requests: list[tuple[float, int]] = []
        self.dropped: list[str] = []

    def lock(self, name: str) -> None:
        raise AssertionError

    def put_setting(self, name: str, text: str | None) -> None:
        raise AssertionError

    def put_lockout(self, address: str, until: float) -> None:
        raise AssertionError

    def other_exchanges(self, known: object, since: float) -> None:
        raise AssertionError

    def add_requests(self, credential: str, model: str, window_start: float, count: int) -> None:
        self.requests.append((window_start, count))

    def set_cooldown(self, row: CooldownRow) -> None:
        if not row.until:
            self.dropped.append(row.model)

    def put_binding(self, row: BindingRow) -> None:
        pass


def used(pool) -> int:
    return sum(view.used_today for view in pool.view())


@pytest.mark.parametrize("ahead_s", [-5.0, 0.0, 5.0])
def test_requests_of_both_add_up_and_none_is_told_again(world, ahead_s: float) -> None:
    """A clock that is ahead begins a window in our future: that must not look like a clock gone back."""
    store = Told()
    one = world.oauth("a")
    pool = world.pool(one, store=store)
    pool.replica.requests(one.id, "m", world.now + ahead_s, 3)
    lease = pool.lease("m", ("code-assist",), None)
    pool.succeeded(lease)
    pool.replica.requests(one.id, "m", world.now + ahead_s, 2)
    assert used(pool) == 6
    assert [count for _, count in store.requests] == [1]


def test_what_belongs_to_a_window_that_is_over_is_not_counted_in_this_one(world) -> None:
    one = world.oauth("a")
    pool = world.pool(one)
    pool.replica.requests(one.id, "m", world.now, 3)
    pool.replica.requests(one.id, "m", world.now - 90_000, 7)
    assert used(pool) == 3


def test_what_was_counted_before_the_credential_came_is_there_when_it_joins(world) -> None:
    one = world.oauth("a")
    pool = world.pool()
    for count in (2, 3):
        pool.replica.requests(one.id, "m", world.now, count)
    pool.replica.cooldown(CooldownRow(one.id, "m", world.now + 60, "rate", say("google.key_refused")))
    pool.add(one)
    (view,) = pool.view()
    assert (view.used_today, [rest.model for rest in view.cooldowns]) == (5, ["m"])


def test_a_rest_stops_this_one_too_and_its_end_by_time_is_nobodys_news(world) -> None:
    store = Told()
    one, other = world.key("a"), world.key("b")
    pool = world.pool(one, other, store=store)
    before = pool.lease("m", GEMINI, None, only=one.id)
    pool.replica.cooldown(CooldownRow(one.id, "m", world.now + 60, "rate", say("google.key_refused")))
    assert isinstance(world.events[-1], CooldownSet)
    pool.succeeded(before)  # it began before the rest, and proves nothing
    assert {pool.lease("m", GEMINI, None).credential.id for _ in range(4)} == {other.id}
    world.now += 61
    assert pool.view()[0].cooldowns == () and store.dropped == []
    pool.replica.cooldown(CooldownRow(one.id, EVERY, world.now + 60, "rate", NOTHING))
    pool.replica.cooldown(CooldownRow(one.id, EVERY, 0.0, "", NOTHING))
    assert pool.view()[0].cooldowns == ()


def test_a_mark_comes_and_goes(world) -> None:
    one = world.key("a")
    pool = world.pool(one)
    pool.replica.cooldown(CooldownRow(one.id, "", float("inf"), "needs-login", say("google.key_refused"), "https://x"))
    assert pool.view()[0].state is CredentialState.NEEDS_LOGIN
    pool.replica.cooldown(CooldownRow(one.id, "", 0.0, "", NOTHING))
    pool.replica.cooldown(CooldownRow(one.id, "m", world.now + 9, "a newer program's kind", NOTHING))
    assert pool.view()[0].state is CredentialState.READY


def test_places_in_use_elsewhere_count(world) -> None:
    one, other = world.key("a", max_in_flight=2), world.key("b")
    pool = world.pool(one, other)
    pool.replica.in_flight({one.id: 2})
    assert pool.lease("m", GEMINI, None).credential.id == other.id
    assert pool.replica.flights() == {other.id: 1}
    pool.replica.in_flight({})
    assert pool.lease("m", GEMINI, None).credential.id == one.id


def test_of_two_bindings_the_later_holds(world) -> None:
    one, other = world.key("a"), world.key("b")
    pool = world.pool(one, other)
    first = pool.lease("m", GEMINI, None, affinity="talk").credential.id
    name = next(iter(pool._conversations._bound))
    stays, moves = (one.id, other.id) if first == one.id else (other.id, one.id)
    pool.replica.binding(BindingRow(name, moves, world.now - 1))
    assert pool.lease("m", GEMINI, None, affinity="talk").credential.id == stays
    pool.replica.binding(BindingRow(name, moves, world.now + 1))
    assert pool.lease("m", GEMINI, None, affinity="talk").credential.id == moves


def test_a_rest_that_another_told_of_is_probed_and_bounded_like_an_own_one(world) -> None:
    pool = world.pool(world.key("a"))
    (one,) = pool.members()
    pool.replica.cooldown(CooldownRow(one.credential.id, "m", world.now + 30_000, "daily", NOTHING))
    pool.replica.cooldown(CooldownRow(one.credential.id, "n", world.now + 60, "rate", NOTHING))
    day, minute = one.cooldowns["m"], one.cooldowns["n"]
    assert (day.length_s, minute.length_s) == (30_000, 60), "what a clock that is set back is measured by"
    assert day.probe_at == world.now + PROBE_S and minute.probe_at == FOREVER


def test_a_limit_that_another_learnt_holds_here_too_if_its_source_is_known(world) -> None:
    pool = world.pool(world.oauth("a"))
    (one,) = pool.members()
    pool.replica.limit(one.credential.id, "m", 250, "429")
    pool.replica.limit(one.credential.id, "n", 9, "a newer program's")
    pool.replica.limit("nobody", "m", 9, "429")
    assert (one.tallies["m"].limit, one.tallies["m"].limit_source) == (250, "429")
    assert "n" not in one.tallies


def test_a_limit_learnt_elsewhere_counts_at_the_next_lease(world) -> None:
    one, other = world.key("a"), world.key("b")
    pool = world.pool(one, other)
    for _ in range(4):
        lease = pool.lease("m", GEMINI, None)
        pool.succeeded(lease)
        pool.release(lease)
    assert pool.next_for("m", GEMINI) == one
    pool.replica.limit(one.id, "m", 2, "429")
    assert {pool.lease("m", GEMINI, None).credential.id for _ in range(3)} == {other.id}
