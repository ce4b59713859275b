"""Background tasks: named, and loud when they crash, but never with the words of what crashed them, which may quote a
prompt: what is told is where.

A bare `asyncio.create_task` swallows its exception until somebody asks; ruff bans it elsewhere. The caller keeps
the task it gets: asyncio itself holds only a weak reference.
"""

import asyncio
import logging
from collections.abc import Coroutine
from traceback import walk_tb
from types import TracebackType
from typing import TypeVar

T = TypeVar("T")

log = logging.getLogger(__name__)


def run(work: Coroutine[object, object, T]) -> T:
    """asyncio.run for a whole command: a connection that is cancelled at its end is no error to print.

    Python 3.11.7 asks a cancelled connection for its exception, and shows what it gets as a traceback.
    """

    async def quietly() -> T:
        asyncio.get_running_loop().set_exception_handler(_tell)
        return await work

    return asyncio.run(quietly())


def _tell(loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    """In place of asyncio's own, whose line holds the words of the exception and the arguments of a callback."""
    error, said = context.get("exception"), str(context.get("message", "")).partition("(")[0]
    if isinstance(error, BaseException):
        if not isinstance(error, asyncio.CancelledError):
            log.error("%s: %s", said, crash_words(type(error), error.__traceback__))
    else:
        log.error("%s", said)


def spawn(name: str, work: Coroutine[object, None, T]) -> "asyncio.Task[T]":
    """Start `work` on the running loop; a crash is logged with the task's name.

    It starts at the next turn of the loop, never inside this call. From Python 3.12 on Textual puts an eager task
    factory on the loop it runs on, so the factory is passed by: callers keep the task before its first step.
    """
    task = asyncio.Task(work, loop=asyncio.get_running_loop(), name=name)
    task.add_done_callback(report)
    return task


async def to_its_end(name: str, work: Coroutine[object, object, T]) -> T:
    """Await `work`, which goes on to its end also when the caller is cancelled; then a failure is logged."""
    task = asyncio.Task(work, loop=asyncio.get_running_loop(), name=name)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        task.add_done_callback(report)
        raise


def report(task: "asyncio.Task[T]") -> None:
    """Log a crash of a task that has ended, with its name and its place."""
    if not task.cancelled() and (error := task.exception()) is not None:
        crashed_in(task.get_name(), error)


def crashed_in(name: str, error: BaseException) -> None:
    """For the log."""
    log.error("task %s crashed: %s", name, crash_words(type(error), error.__traceback__))


def crash_place(where: TracebackType | None) -> tuple[str, int]:
    """("", 0) where it was never raised."""
    frames = [*walk_tb(where)]
    if not frames:
        return "", 0
    frame, line = frames[-1]
    return frame.f_code.co_name, line


def crash_words(kind: type[BaseException], where: TracebackType | None) -> str:
    """`ValueError in parse, line 12`."""
    place, line = crash_place(where)
    return f"{kind.__name__} in {place}, line {line}" if place else kind.__name__
