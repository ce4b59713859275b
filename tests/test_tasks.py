"""A task that crashes is heard of, by its name; one that is cancelled or ends well is not."""

import asyncio
import gc
import logging
import re

import pytest

from gcli2api_tui import tasks
from gcli2api_tui.tasks import spawn


async def crash() -> None:
    raise ValueError("boom")


async def test_a_crash_is_logged_with_the_tasks_name(caplog: pytest.LogCaptureFixture) -> None:
    task = spawn("vault-watch", crash())
    await asyncio.wait({task})
    await asyncio.sleep(0)
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert re.fullmatch(r"task vault-watch crashed: ValueError in crash, line \d+", record.getMessage())
    assert record.exc_info is None, "a traceback ends with the exception's words"


async def test_the_caller_still_gets_the_error() -> None:
    with pytest.raises(ValueError, match="boom"):
        await spawn("server", crash())


async def test_an_end_and_a_cancel_are_no_crash(caplog: pytest.LogCaptureFixture) -> None:
    async def end() -> None:
        pass

    async def forever() -> None:
        await asyncio.Event().wait()

    ended, cancelled = spawn("ends", end()), spawn("waits", forever())
    assert (ended.get_name(), cancelled.get_name()) == ("ends", "waits")
    await ended
    cancelled.cancel()
    await asyncio.wait({cancelled})
    await asyncio.sleep(0)
    assert cancelled.cancelled()
    assert not caplog.records


def test_a_connection_that_is_cancelled_at_the_end_is_not_printed(caplog: pytest.LogCaptureFixture) -> None:
    """As Python 3.11.7 does when it asks a cancelled task for its exception; other faults are still told."""

    async def work() -> int:
        loop = asyncio.get_running_loop()
        for fault in (asyncio.CancelledError(), ValueError("planted")):
            loop.call_exception_handler({"message": "in a callback", "exception": fault})
        return 7

    assert tasks.run(work()) == 7
    assert [record.getMessage() for record in caplog.records] == ["in a callback: ValueError"]


def test_what_nobody_awaits_is_told_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    """Libraries make tasks, futures and callbacks of their own; asyncio would write their exceptions out."""

    async def fail(words: str) -> None:
        raise ValueError(words)

    def fail_at_once(words: str) -> None:
        raise ValueError(words)

    async def work() -> None:
        loop = asyncio.get_running_loop()
        loop.call_soon(fail_at_once, "planted prompt")
        asyncio.Task(fail("planted prompt"), loop=loop)
        loop.create_future().set_exception(ValueError("planted prompt"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        gc.collect()

    tasks.run(work())
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 3 and all("ValueError" in line for line in told)
    assert "planted prompt" not in caplog.text
