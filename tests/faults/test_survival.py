"""The soak and the kills of tests/bench in small: whole processes, without a word on how long anything takes."""

import sys

import pytest
from kill import MOMENTS, kills
from soak import soak

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and kills with SIGKILL"),
]


def test_nothing_is_left_over_or_miscounted_after_a_soak() -> None:
    found = soak(seconds=3, streams=20, exchanges=0, seed=3)
    assert not found.broken
    assert found.outcomes["stream"] > 10 and found.counted > 10
    assert found.outcomes["left reading"] + found.outcomes["left waiting"] > 0


def test_kills_tear_no_file_and_lose_no_credential() -> None:
    found = kills(rounds=len(MOMENTS) + 1, seed=3)
    assert not found.broken
    assert found.served > 0 and sum(found.lost) < found.served
