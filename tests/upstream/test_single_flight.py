"""Work that many wait for: once for all, and whatever becomes of it nobody waits for ever."""

import asyncio

import pytest

from gcli2api_tui.events.problems import Problem, UpstreamFault
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.upstream.single_flight import SingleFlight


@pytest.fixture
def flight() -> SingleFlight[str]:
    return SingleFlight(quoted("errand"))


async def waiting(flight: SingleFlight[str], work: object) -> list[object]:
    """How it ends for three who ask at once."""
    async with asyncio.timeout(5):
        return await asyncio.gather(*(flight.run("key", work) for _ in range(3)), return_exceptions=True)  # type: ignore[arg-type]


async def test_all_get_the_one_answer(flight: SingleFlight[str]) -> None:
    asked = []

    async def work() -> str:
        asked.append("once")
        return "answer"

    assert (await waiting(flight, work), asked) == (["answer"] * 3, ["once"])


async def test_all_get_the_one_problem_and_the_next_asks_anew(flight: SingleFlight[str]) -> None:
    problem = Problem("refused")

    async def refused() -> str:
        raise problem

    async def well() -> str:
        return "answer"

    assert await waiting(flight, refused) == [problem] * 3
    assert await flight.run("key", well) == "answer"


async def test_work_that_dies_of_a_bug_leaves_nobody_hanging(
    flight: SingleFlight[str], caplog: pytest.LogCaptureFixture
) -> None:
    async def broken() -> str:
        raise ZeroDivisionError

    ends = await waiting(flight, broken)
    assert [type(end) for end in ends] == [UpstreamFault] * 3
    assert "ZeroDivisionError" in caplog.text

    async def well() -> str:
        return "answer"

    assert await flight.run("key", well) == "answer"


async def test_a_waiter_that_leaves_ends_only_its_own_wait(flight: SingleFlight[str]) -> None:
    goes_on = asyncio.Event()

    async def work() -> str:
        await goes_on.wait()
        return "answer"

    first, second = (asyncio.ensure_future(flight.run("key", work)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    goes_on.set()
    assert await second == "answer"


async def test_work_that_is_stopped_is_a_fault_for_who_waits_and_no_cancellation(flight: SingleFlight[str]) -> None:
    async def stopped() -> str:
        raise asyncio.CancelledError

    assert [type(end) for end in await waiting(flight, stopped)] == [UpstreamFault] * 3
