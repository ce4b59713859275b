"""Where the loop's time goes: what is at work is named, what waits is not, and one profile is taken at a time."""

import asyncio
import sys
import time

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.control import profiler as tested
from gcli2api_tui.control.profiler import Profiler, stack_of
from gcli2api_tui.control.verb_results import Refused
from gcli2api_tui.doctor.report import profile_text
from gcli2api_tui.ledger.admin_rows import Profile
from gcli2api_tui.ledger.json_codec import to_json
from gcli2api_tui.ledger.metrics import Histogram


def burn_planted(seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


async def busy() -> None:
    while True:
        burn_planted(0.06)
        await asyncio.sleep(0.01)


@pytest.fixture
def profiler(monkeypatch: pytest.MonkeyPatch) -> Profiler:
    monkeypatch.setattr(tested, "LEAST_S", 0.1)
    monkeypatch.setattr(tested, "LOOK_S", 0.002)
    return Profiler(Clock())


async def test_what_is_at_work_is_named_and_makes_the_loop_late(profiler: Profiler) -> None:
    working = asyncio.ensure_future(busy())
    found = await profiler.profile(0.5)
    working.cancel()
    assert isinstance(found, Profile)
    assert found.functions[0].name.endswith("test_profiler.py:burn_planted")
    assert found.samples - found.idle > 10 and found.lag_ms[2] > 10
    assert any(stack.endswith("burn_planted") for stack, _ in found.stacks)
    text = "\n".join(profile_text(to_json(found)))
    assert "burn_planted" in text and f"{found.samples} samples" in text


async def test_its_own_start_is_no_work_however_long_that_takes(
    profiler: Profiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(tested._Sampler):
        def start(self) -> None:
            super().start()
            burn_planted(0.1)

    monkeypatch.setattr(tested, "_Sampler", Slow)
    found = await profiler.profile(0.1)
    assert isinstance(found, Profile)
    assert "burn_planted" not in str(found.functions)


async def test_a_loop_that_waits_is_idle(profiler: Profiler) -> None:
    found = await profiler.profile(0.2)
    assert isinstance(found, Profile)
    assert found.idle >= 0.7 * found.samples > 0


async def test_only_chunks_that_pass_meanwhile_are_told(profiler: Profiler) -> None:
    transit = Histogram((0.001, 0.002, 0.004))
    transit.observe(0.003)
    profiling = asyncio.ensure_future(Profiler(Clock(), transit.look).profile(0.2))
    await asyncio.sleep(0)
    for _ in range(10):
        transit.observe(0.0015)
    found = await profiling
    assert isinstance(found, Profile)
    assert (found.chunks, found.transit_ms) == (10, (1.5, 1.99))
    assert "10 chunks went through in 1.5 ms (half of them), 1.99 ms (99 of 100)" in list(profile_text(to_json(found)))
    without = await profiler.profile(0.1)
    assert not any("chunks went through" in line for line in profile_text(to_json(without)))


async def test_one_at_a_time_and_never_for_long(profiler: Profiler) -> None:
    first = asyncio.ensure_future(profiler.profile(0.2))
    await asyncio.sleep(0)
    assert isinstance(await profiler.profile(0.2), Refused)
    assert isinstance(await first, Profile)
    for seconds in (0.0, -1.0, 61.0, float("nan"), float("inf")):
        assert isinstance(await profiler.profile(seconds), Refused)


def test_names_hold_no_path_of_this_machine() -> None:
    for name in stack_of(sys._getframe()):
        assert not name.startswith("/") and name.count("/") <= 3
