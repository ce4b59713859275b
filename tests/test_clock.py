"""Time that runs faster in the demo, all three of its functions together."""

import asyncio
import time

import pytest

from gcli2api_tui.clock import Clock, agreeing, scaled


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """The system's time, moved by hand."""
    at = {"wall": 1000.0, "steady": 50.0, "slept": 0.0}
    monkeypatch.setattr(time, "time", lambda: at["wall"])
    monkeypatch.setattr(time, "monotonic", lambda: at["steady"])

    async def sleep(seconds: float) -> None:
        at["slept"] += seconds

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return at


async def test_a_scaled_clock_starts_now_and_runs_faster(hands: dict[str, float]) -> None:
    fast = scaled(60.0)
    assert (fast.now(), fast.monotonic()) == (1000.0, 50.0)
    hands["wall"] += 2
    hands["steady"] += 3
    assert (fast.now(), fast.monotonic()) == (1120.0, 230.0)


async def test_waiting_on_it_is_as_much_shorter_so_that_a_wait_ends_when_it_says(hands: dict[str, float]) -> None:
    await scaled(60.0).sleep(120.0)
    assert hands["slept"] == 2.0


async def test_the_plain_clock_is_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    assert abs(clock.now() - time.time()) < 5
    first = clock.monotonic()
    await clock.sleep(0)
    assert clock.monotonic() >= first


def test_an_agreeing_clock_goes_by_the_other_where_they_differ() -> None:
    at = [1000.0]
    clock = agreeing(lambda: at[0])
    assert clock.now() == 1000.0
    clock.agree(1005.0, 0.01)
    assert clock.now() == 1005.0
    at[0] += 2
    assert clock.now() == 1007.0
    clock.agree(1007.4, 0.01)  # within what two looks at one clock may differ by
    assert clock.now() == 1007.0
    clock.agree(1009.0, 3.0)  # an answer that was long under way proves little
    assert clock.now() == 1007.0
    clock.agree(1002.0, 0.01)
    assert clock.now() == 1002.0


def test_a_clock_alone_agrees_with_nobody() -> None:
    clock = Clock(now=lambda: 1000.0)
    clock.agree(2000.0, 0.0)
    assert clock.now() == 1000.0
