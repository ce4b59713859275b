"""A pool of unequal quotas, asked by a crowd: the order decides how far it gets (tests/bench/selection.py at large)."""

import pytest
from bench.selection import Trial

QUOTAS = (5, 5, 5, 5, 20, 40)


def served(strategy: str, *, known: bool = True, quotas=QUOTAS) -> tuple[int, int]:
    outcome = Trial(strategy, quotas, known, at_once=3).run(sum(quotas))
    return outcome.served, outcome.hidden


def test_by_quota_more_is_served_before_a_client_sees_a_429_than_in_turn() -> None:
    by_quota, hidden = served("quota-aware")
    in_turn, _ = served("round-robin")
    assert by_quota == sum(QUOTAS)
    assert hidden == 0
    assert in_turn < by_quota / 2


@pytest.mark.parametrize("strategy", ["quota-aware", "round-robin", "fill-first", "soonest-reset"])
def test_where_nothing_is_known_no_order_is_worse_than_another(strategy: str) -> None:
    assert served(strategy, known=False, quotas=(5, 5, 20, 40))[0] == 70


def test_filling_the_first_is_what_it_says() -> None:
    trial = Trial("fill-first", (3, 3, 3), known=True, at_once=1)
    trial.run(4)
    assert list(trial.left.values()) == [0, 2, 3]
