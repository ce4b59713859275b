"""A conversation stays where Google may have its beginning cached: as long as that is good for everybody."""

import dataclasses

import pytest

from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.pool.affinity import MOST_CONVERSATIONS, TTL_S, WRITE_EVERY_S, Conversations, name_of
from gcli2api_tui.pool.persistence import Persistence
from gcli2api_tui.pool.ports import ALL, BEGINS
from gcli2api_tui.state.ports import BindingRow, Saved

GEMINI = ("gemini-api",)
STAYS = "this conversation's last one: Google may have its beginning cached"


class Rows:
    """A store that remembers bindings only."""

    def __init__(self) -> None:
        self.rows: list[BindingRow] = []

    def put_binding(self, row: BindingRow) -> None:
        self.rows.append(row)

    def add_requests(self, *change) -> None: ...

    def set_limit(self, *change) -> None: ...

    def set_cooldown(self, row) -> None: ...


def ask(pool, affinity: str, *, keep=False, **more):
    lease = pool.lease("m", GEMINI, ALL, affinity=affinity, **more)
    pool.succeeded(lease)
    if not keep:
        pool.release(lease)
    return lease


def label(lease) -> str:
    return lease.credential.label


def test_it_stays_while_others_take_turns(world) -> None:
    pool = world.pool(*(world.key(name) for name in "abc"))
    first = ask(pool, "talk")
    assert {label(ask(pool, f"other {number}")) for number in range(6)} == {"a", "b", "c"}
    again = ask(pool, "talk")
    assert (label(again), again.reason) == (label(first), STAYS)


@pytest.mark.parametrize("strategy", ["quota-aware", "round-robin", "fill-first", "soonest-reset"])
def test_every_strategy_lets_it_stay(world, strategy: str) -> None:
    pool = world.pool(world.key("a"), world.key("b"), strategy=strategy)
    first = ask(pool, "talk")
    ask(pool, "")
    assert {label(ask(pool, "talk")) for _ in range(3)} == {label(first)}


def test_a_request_that_begins_one_follows_none_and_is_followed(world) -> None:
    pool = world.pool(world.key("a"), world.key("b"))
    begun = [label(ask(pool, f"{BEGINS}hi")) for _ in range(4)]
    assert begun == ["a", "b", "a", "b"]
    assert label(ask(pool, "hi")) == "b"


def test_another_model_is_another_cache(world) -> None:
    pool = world.pool(world.key("a"), world.key("b"))
    ask(pool, "talk")
    assert label(pool.lease("n", GEMINI, ALL, affinity="talk")) == "b"


def test_it_moves_at_once_from_one_that_rests_and_then_stays_there(world) -> None:
    pool = world.pool(world.key("a"), world.key("b"))
    first = ask(pool, "talk", keep=True)
    pool.failed(first, UpstreamFault(FaultKind.RATE, "no", hint_s=60))
    pool.release(first)
    moved = ask(pool, "talk")
    assert (label(moved), moved.reason) == ("b", "the only one ready (0 used); moved here, because a rests")
    world.now += 61
    assert label(ask(pool, "talk")) == "b"


def test_a_credential_that_was_just_tried_is_not_asked_for_the_sake_of_a_cache(world) -> None:
    pool = world.pool(world.key("a"), world.key("b"))
    first = ask(pool, "talk")
    other = ask(pool, "talk", tried=[first.credential.id])
    assert label(other) == "b"
    assert other.reason.endswith("moved here, because a was just tried")


def test_a_burst_stays_together_before_the_first_answer_has_come(world) -> None:
    pool = world.pool(*(world.key(name) for name in "abc"))
    burst = [pool.lease("m", GEMINI, ALL, affinity="talk") for _ in range(20)]
    assert {label(one) for one in burst} == {"a"}
    assert [one.reason for one in burst[1:]] == [STAYS] * 19
    assert {label(pool.lease("m", GEMINI, ALL, affinity=f"other {number}")) for number in range(2)} == {"b", "c"}


def test_a_burst_moves_together_from_one_that_rests(world) -> None:
    pool = world.pool(*(world.key(name) for name in "abc"))
    burst = [pool.lease("m", GEMINI, ALL, affinity="talk") for _ in range(5)]
    for one in burst:
        pool.failed(one, UpstreamFault(FaultKind.RATE, "no", hint_s=60))
    again = [pool.lease("m", GEMINI, ALL, affinity="talk", tried=[one.credential.id]) for one in burst]
    assert len({label(one) for one in again}) == 1
    assert label(again[0]) != "a"


def test_it_stays_where_a_model_was_overloaded_a_moment_ago(world) -> None:
    pool = world.pool(world.key("a"), world.key("b"))
    pool.failed(ask(pool, "talk"), UpstreamFault(FaultKind.CAPACITY, "no"))
    assert label(pool.lease("m", GEMINI, ALL)) == "b"
    assert label(ask(pool, "talk")) == "a"


def test_a_full_place_is_no_place(world) -> None:
    pool = world.pool(world.key("a", max_in_flight=1), world.key("b"))
    leases = [ask(pool, "talk", keep=True) for _ in range(2)]
    assert [label(one) for one in leases] == ["a", "b"]
    assert leases[1].reason.endswith("moved here, because a is busy")


def test_it_stays_until_the_day_of_its_credential_is_used_up(world) -> None:
    pool = world.pool(world.key("a", daily_limit=100), world.key("b", daily_limit=100))
    served = [label(ask(pool, "talk")) for _ in range(150)]
    assert served == ["a"] * 100 + ["b"] * 50


def test_one_that_left_the_pool_is_forgotten(world) -> None:
    pool = world.pool(world.key("a"), world.key("b"))
    pool.retire(ask(pool, "talk").credential.id)
    moved = ask(pool, "talk")
    assert (label(moved), moved.reason.split("because ")[1]) == ("b", "its last one is out of the rotation")


def test_after_an_hour_nothing_is_cached_any_more(world) -> None:
    pool = world.pool(world.key("a"), world.key("b"))
    ask(pool, "talk")
    world.now += TTL_S
    assert label(ask(pool, "talk")) == "b"


def test_it_survives_a_restart_as_a_hash(world) -> None:
    store = Rows()
    ask(world.pool(world.key("a"), world.key("b"), store=store), "user@example.org")
    assert [row.credential for row in store.rows] == [world.key("a").id]
    assert "user" not in repr(store.rows)
    again = world.pool(world.key("a"), world.key("b"))
    again.lease("m", GEMINI, ALL)
    again.restore(Saved(bindings=tuple(store.rows)))
    assert label(again.lease("m", GEMINI, ALL, affinity="user@example.org")) == "a"


def test_it_is_written_when_it_moves_and_else_every_five_minutes(world) -> None:
    store = Rows()
    conversations = Conversations(Persistence(store).keep_binding)
    a, b = world.key("a").id, world.key("b").id
    began = world.now
    for at, credential in ((0, a), (10, a), (20, b), (20 + WRITE_EVERY_S, b)):
        conversations.bind("talk", credential, began + at)
    assert [(row.at - began, row.credential) for row in store.rows] == [(0, a), (20, b), (20 + WRITE_EVERY_S, b)]


def test_what_was_read_is_not_written_again_at_once(world) -> None:
    store, identity = Rows(), world.key("a").id
    conversations = Conversations(Persistence(store).keep_binding)
    conversations.read([BindingRow("talk", identity, world.now)])
    conversations.bind("talk", identity, world.now + WRITE_EVERY_S - 1)
    assert store.rows == []
    conversations.bind("talk", identity, world.now + WRITE_EVERY_S)
    assert len(store.rows) == 1


def test_the_oldest_is_forgotten_first_and_the_number_is_bounded(world) -> None:
    conversations = Conversations(Persistence(None).keep_binding)
    identity = world.key("a").id
    for number in range(MOST_CONVERSATIONS):
        conversations.bind(str(number), identity, 1.0)
    conversations.bind("0", identity, 2.0)
    conversations.bind("one more", identity, 2.0)
    assert [conversations.of(name, 2.0) is None for name in ("0", "1", "one more")] == [False, True, False]
    read = Conversations(Persistence(None).keep_binding)
    rows = [BindingRow(str(number), identity, 1.0) for number in range(MOST_CONVERSATIONS + 5)]
    read.read(rows)
    assert read.of("4", 1.0) is None
    assert read.of(str(MOST_CONVERSATIONS + 4), 1.0) == identity
    for number in range(MOST_CONVERSATIONS + 5):
        read.heard(BindingRow(f"of another instance {number}", identity, 1.0))
    assert len(read._bound) == len(read._written) == MOST_CONVERSATIONS
    assert read.of(f"of another instance {MOST_CONVERSATIONS + 4}", 1.0) == identity


def test_names_hold_no_text_and_take_any() -> None:
    assert name_of("a\udc80", "m") != name_of("a", "m")
    assert len(name_of("x" * 9999, "m")) == 24


def test_the_bound_credential_is_taken_as_it_is_now(world) -> None:
    pool = world.pool(world.key("a"), world.key("b"))
    bound = ask(pool, "talk").credential
    pool.replace(dataclasses.replace(bound, settings=dataclasses.replace(bound.settings, enabled=False)))
    assert label(ask(pool, "talk")) == "b"
