"""Attacks on a real server over real sockets, in short; `tests/bench/attacks.py` runs them whole and prints figures."""

import sys
from collections.abc import Iterator
from pathlib import Path

import programs
import pytest

sys.path.insert(0, str(Path(__file__).parent / "bench"))

import attacks

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")]


@pytest.fixture(scope="module")
def google() -> Iterator[str]:
    with programs.simulator() as url:
        yield url


@pytest.mark.parametrize("name", attacks.ATTACKS)
def test_streams_and_the_right_key_do_not_notice(name: str, google: str) -> None:
    assert attacks.run(name, google, size=0.2) == []
