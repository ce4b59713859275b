"""Who is next among those that may be asked, and the sentence that says why."""

import dataclasses

import pytest

from gcli2api_tui.pool import policy
from gcli2api_tui.pool.quota import Tally
from gcli2api_tui.pool.standing import Standing

NOW = 1_795_000_000.0


@pytest.fixture
def stand(world):
    def make(name: str, *, in_flight=0, last_lease=0, used=0, created_at=0.0, **settings) -> Standing:
        credential = dataclasses.replace(world.key(name, **settings), created_at=created_at)
        return Standing(credential, in_flight, last_lease, tallies={"m": Tally(NOW, used)})

    return make


def order(name: str, *standings: Standing, model: str = "m") -> str:
    ranked = policy.ranked(standings, policy.ORDERS[name], model, NOW)
    assert policy.best(standings, policy.ORDERS[name], model, NOW) is ranked[0]
    return "".join(one.credential.label for one in ranked)


def test_least_used_looks_at_flight_then_at_the_day_then_at_the_turn(stand) -> None:
    assert order("least-used", stand("a", in_flight=1), stand("b", used=900, last_lease=9)) == "ba"
    assert order("least-used", stand("a", used=900), stand("b", last_lease=9)) == "ba"
    assert order("least-used", stand("a", last_lease=9), stand("b", last_lease=8)) == "ba"


def test_a_few_requests_more_do_not_upset_the_turns(stand) -> None:
    """A new credential joins by turns: within 5 % of the day only the turn counts."""
    assert order("least-used", stand("a", used=60, last_lease=1), stand("b", used=0, last_lease=2)) == "ab"
    assert order("least-used", stand("a", used=80, last_lease=1), stand("b", used=0, last_lease=2)) == "ba"


def test_a_share_is_of_the_own_limit(stand) -> None:
    assert order("least-used", stand("a", used=50, daily_limit=100), stand("b", used=50, daily_limit=1000)) == "ba"


def test_twice_the_weight_takes_twice_the_requests(stand) -> None:
    assert order("least-used", stand("a", in_flight=2, weight=1.0), stand("b", in_flight=3, weight=2.0)) == "ba"
    assert order("least-used", stand("a", used=600), stand("b", used=900, weight=2.0)) == "ba"


def test_round_robin_looks_at_the_turn_alone(stand) -> None:
    assert order("round-robin", stand("a", last_lease=3), stand("b", last_lease=2, in_flight=5, used=1400)) == "ba"


def test_fill_first_takes_the_oldest_even_if_it_is_busy(stand) -> None:
    newer = stand("a", created_at=200.0)
    assert order("fill-first", newer, stand("b", created_at=100.0, in_flight=5, used=1400)) == "ba"


@pytest.mark.parametrize("name", list(policy.ORDERS))
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
        ("least-used", 1, "the only one ready (3 of 20 used)"),
        ("round-robin", 2, "next in turn of 2 ready (3 of 20 used)"),
        ("fill-first", 2, "first of 2 ready, filled before the next (3 of 20 used)"),
        ("least-used", 4, "least used of 4 ready (3 of 20 used, 1 in flight)"),
    ],
)
def test_the_reason_tells_what_was_compared(stand, name: str, ready: int, sentence: str) -> None:
    assert policy.reason(stand("a", in_flight=1, used=3, daily_limit=20), ready, name) == sentence


def test_a_reason_invents_no_limit(stand) -> None:
    assert policy.reason(stand("a", used=3), 1, "least-used") == "the only one ready (3 used)"
