"""Who is next among those that may be asked, and the sentence that says why."""

import dataclasses

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcli2api_tui.credentials.credential import ApiKey, Credential, CredentialSettings, Kind
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.pool import selection
from gcli2api_tui.pool.credential_state import Budget, PooledCredential
from gcli2api_tui.pool.quota import Tally

NOW = 1_795_000_000.0


@pytest.fixture
def stand(world):
    def make(name: str, *, in_flight=0, last_lease=0, used=0, created_at=0.0, **settings) -> PooledCredential:
        credential = dataclasses.replace(world.key(name, **settings), created_at=created_at)
        return PooledCredential(credential, in_flight, last_lease, budget=Budget(tallies={"m": Tally(NOW, used)}))

    return make


def order(name: str, *members: PooledCredential, model: str = "m", turn: int = 10) -> str:
    ranked = selection.ranked(members, selection.ORDERS[name], model, turn, NOW, len(members))
    return "".join(one.credential.label for one in ranked)


def turns(strategy: str, count: int, *members: PooledCredential, model: str = "m") -> str:
    """Who serves `count` requests that come one after the other."""
    served = ""
    for turn in range(1, count + 1):
        chosen = selection.ranked(members, selection.ORDERS[strategy], model, turn, NOW, 1)[0]
        chosen.last_lease = turn
        served += chosen.credential.label
    return served


def test_equals_take_turns(stand) -> None:
    assert turns("quota-aware", 6, stand("a"), stand("b"), stand("c")) == "abcabc"
    assert order("quota-aware", stand("a", last_lease=9), stand("b", last_lease=8)) == "ba"


def test_turns_come_in_proportion_to_what_is_left_of_the_day(stand) -> None:
    served = turns("quota-aware", 300, stand("a", daily_limit=100), stand("b", used=50, daily_limit=100))
    assert served.count("a") == pytest.approx(200, abs=2)


def test_a_fresh_credential_gets_its_share_and_not_everything(stand) -> None:
    old = [stand(name, used=700, daily_limit=1000, last_lease=number) for number, name in enumerate("abcd", 90)]
    served = ""
    members = [*old, stand("f", daily_limit=1000)]
    for turn in range(100, 200):
        chosen = selection.ranked(members, selection.ORDERS["quota-aware"], "m", turn, NOW, 1)[0]
        chosen.last_lease = turn
        served += chosen.credential.label
    assert "ff" not in served
    assert served.count("f") == pytest.approx(100 / (1 + 4 * 0.3), abs=3)


def test_who_has_nothing_left_is_asked_only_when_nobody_has(stand) -> None:
    spent, other = stand("a", used=100, daily_limit=100), stand("b", used=99, daily_limit=100)
    assert turns("quota-aware", 20, spent, other) == "b" * 20
    assert turns("quota-aware", 4, spent, stand("c", used=100, daily_limit=100)) == "acac"


def test_requests_in_flight_divide_what_speaks_for_it(stand) -> None:
    assert order("quota-aware", stand("a", in_flight=3, last_lease=7), stand("b", last_lease=8)) == "ba"
    assert order("quota-aware", stand("a", in_flight=3, last_lease=1), stand("b", last_lease=8)) == "ab"


def test_a_share_is_of_the_own_limit(stand) -> None:
    pair = stand("a", used=50, daily_limit=100), stand("b", used=50, daily_limit=1000)
    assert order("quota-aware", *pair) == "ba"


def test_an_unknown_limit_is_neither_a_full_day_nor_an_empty_one(stand) -> None:
    served = turns("quota-aware", 100, stand("a", used=5000), stand("b", daily_limit=100), stand("c"))
    assert served.count("a") == pytest.approx(100 * 0.25 / 2.25, abs=2)


def test_twice_the_weight_takes_twice_the_requests(stand) -> None:
    served = turns("quota-aware", 300, stand("a", weight=2.0), stand("b"))
    assert served.count("a") == pytest.approx(200, abs=2)


def test_round_robin_looks_at_the_turn_alone(stand) -> None:
    assert order("round-robin", stand("a", last_lease=3), stand("b", last_lease=2, in_flight=5, used=1400)) == "ba"


def test_fill_first_takes_the_oldest_even_if_it_is_busy(stand) -> None:
    newer = stand("a", created_at=200.0)
    assert order("fill-first", newer, stand("b", created_at=100.0, in_flight=5, used=1400)) == "ba"


def test_what_is_lost_first_is_used_first(stand) -> None:
    soon, late, key = stand("a", last_lease=9), stand("b"), stand("c")
    soon.budget.tallies["m"].told_reset_at, late.budget.tallies["m"].told_reset_at = NOW + 600, NOW + 86_000
    assert order("soonest-reset", key, late, soon) == "acb", "a key's day ends at midnight in California"
    assert turns("soonest-reset", 4, key, late, soon) == "aaaa"
    soon.budget.tallies["m"].remaining = 0.0
    assert turns("soonest-reset", 4, key, late, soon) == "cccc", "nothing is left to be lost"


def test_who_has_begun_no_day_is_asked_after_those_whose_day_runs(stand, world) -> None:
    fresh, begun = (PooledCredential(world.oauth(name)) for name in "ab")
    begun.budget.tallies["m"] = Tally(NOW - 60, 3)
    assert order("soonest-reset", fresh, begun) == "ba"
    assert order("soonest-reset", fresh, begun, model="another") == "ab", "a day is a model's"


def test_days_that_end_together_take_turns_by_quota(stand) -> None:
    assert turns("soonest-reset", 6, stand("a"), stand("b"), stand("c")) == "abcabc"
    one, other = stand("a"), stand("b")
    one.budget.tallies["m"].told_reset_at, other.budget.tallies["m"].told_reset_at = NOW + 10, NOW + 19
    assert set(turns("soonest-reset", 4, one, other)) == {"a", "b"}, "Google's times differ by seconds"


def resetting(number: int, minutes: int, limit: int) -> PooledCredential:
    settings = CredentialSettings(daily_limit=limit)
    one = Credential(CredentialId(str(number)), Kind.OAUTH, str(number), ApiKey(Secret("k")), settings=settings)
    tally = Tally(NOW, told_reset_at=selection.AT_ONCE_S * (NOW // selection.AT_ONCE_S + minutes))
    return PooledCredential(one, budget=Budget(tallies={"m": tally}))


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 9)), min_size=1, max_size=12))
@settings(max_examples=examples(60), deadline=None)
def test_days_are_used_up_in_the_order_of_their_ends_and_nobody_ready_starves(days: list[tuple[int, int]]) -> None:
    pool = [resetting(number, *day) for number, day in enumerate(days)]
    ends = []
    for turn in range(1, sum(limit for _, limit in days) + 1):
        ready = [one for one in pool if not one.spent()]
        chosen = selection.ranked(ready, selection.soonest_reset, "m", turn, NOW, 1)[0]
        chosen.last_lease = turn
        chosen.budget.tallies["m"].requests += 1
        ends.append(chosen.budget.tallies["m"].told_reset_at)
    assert ends == sorted(ends)
    assert all(one.spent() for one in pool), "everybody had the whole of the day"


@pytest.mark.parametrize("name", list(selection.ORDERS))
def test_a_crowded_model_is_the_last_choice_but_stays_one(stand, name: str) -> None:
    crowded, other = stand("a"), stand("b", in_flight=9, last_lease=9, used=1400, created_at=9.0)
    crowded.crowded["m"] = NOW + 5
    assert order(name, crowded, other) == "ba"
    assert order(name, crowded, other, model="another") == "ab"
    crowded.crowded["m"] = NOW
    assert order(name, crowded, other) == "ab"


@pytest.mark.parametrize(
    ("name", "ready", "sentence"),
    [
        ("quota-aware", 1, "the only one ready (3 of 20 used)"),
        ("round-robin", 2, "next in turn of 2 ready (3 of 20 used)"),
        ("fill-first", 2, "first of 2 ready, filled before the next (3 of 20 used)"),
        ("soonest-reset", 2, "first of 2 ready: what is left of its day is lost soonest (3 of 20 used)"),
        ("quota-aware", 4, "its turn by quota among 4 ready (85% left, 3 of 20 used, 1 in flight)"),
    ],
)
def test_the_reason_tells_what_was_compared(stand, name: str, ready: int, sentence: str) -> None:
    assert selection.reason(stand("a", in_flight=1, used=3, daily_limit=20), "m", ready, name) == sentence


def test_a_reason_invents_no_limit(stand) -> None:
    assert selection.reason(stand("a", used=3), "m", 1, "quota-aware") == "the only one ready (3 used)"
    words = "its turn by quota among 2 ready (limit unknown, 3 used, 0 in flight)"
    assert selection.reason(stand("a", used=3), "m", 2, "quota-aware") == words


def test_what_is_left_of_another_model_does_not_count(stand) -> None:
    poor, rich = (stand(name, daily_limit=100) for name in "ab")
    poor.budget.tallies["m"] = Tally(NOW, remaining=0.1)
    rich.budget.tallies["n"] = Tally(NOW, remaining=0.0)
    assert order("quota-aware", poor, rich, model="m") == "ba"
    assert order("quota-aware", poor, rich, model="n") == "ab"
    assert "(10% left" in selection.reason(poor, "m", 2, "quota-aware")
    assert "(100% left" in selection.reason(poor, "n", 2, "quota-aware")
