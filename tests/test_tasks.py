"""A task that crashes is heard of, by its name; one that is cancelled or ends well is not."""

import asyncio
import logging

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
    assert record.getMessage() == "task vault-watch crashed: ValueError"
    assert record.exc_info is not None and record.exc_info[1] is task.exception()


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
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [ValueError]
