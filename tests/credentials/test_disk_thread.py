"""The one thread of the credentials' files: its work, and what it watches while it has none."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from gcli2api_tui.credentials.disk_thread import Worker

EVERY_S = 0.01


@pytest.fixture
def worker() -> Iterator[Worker]:
    one = Worker("test")
    yield one
    one.close()


async def test_it_asks_in_its_thread_until_the_answer_is_yes(worker: Worker) -> None:
    asked: list[str] = []

    def third_time() -> bool:
        asked.append(threading.current_thread().name)
        return len(asked) == 3

    await worker.until(third_time, EVERY_S)
    assert asked == ["test"] * 3
    assert await worker.run(lambda: len(asked)) == 3, "and asks no more"


async def test_work_goes_first_and_does_not_end_the_watch(worker: Worker) -> None:
    there: list[int] = []
    watching = asyncio.ensure_future(worker.until(lambda: bool(there), EVERY_S))
    await worker.run(lambda: None)
    assert not watching.done()
    await worker.run(lambda: there.append(1))
    await watching


async def test_who_gave_up_is_asked_for_no_more(worker: Worker) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(5 * EVERY_S):
            await worker.until(lambda: False, EVERY_S)
    again: list[int] = []
    await worker.until(lambda: not again.append(1), EVERY_S)
    assert again == [1]


async def test_a_question_that_fails_fails_where_it_was_asked_and_the_thread_lives(worker: Worker) -> None:
    def broken() -> bool:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await worker.until(broken, EVERY_S)
    assert await worker.run(lambda: 7) == 7
