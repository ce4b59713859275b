"""How work for a client ends from outside: the client leaves, a person, the deadline or a silence stops it.

In: tasks, and a reason to stop. Out: the tasks cancelled, and what the client hears of it. The first reason counts.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Literal, TypeVar, cast

from gcli2api_tui.clients.admission import Admission
from gcli2api_tui.events.problems import ClientFault, FaultKind, Problem, UpstreamFault
from gcli2api_tui.messages.message import say
from gcli2api_tui.tasks import spawn

T = TypeVar("T")
Stop = Literal["client", "deadline", "silence", "person", "key"]
OVERDUE: tuple[Stop, ...] = ("deadline", "silence")
BY_CHOICE: tuple[Stop, ...] = ("client", "person")


class Lifetime:
    """The tasks of one request."""

    def __init__(self, deadline_s: float, silence_s: float = 0.0) -> None:
        self.stopped_by: Stop | None = None
        self._deadline_s = deadline_s
        self._silence_s = silence_s
        self._tasks: list[asyncio.Task[None]] = []
        self._broken_off = False

    def start(self, name: str, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = spawn(name, work)
        self._tasks.append(task)
        return task

    def stop(self, why: Stop) -> None:
        """End all of it, for a reason that comes before any other."""
        if not self.stopped_by:
            self.stopped_by = why
            self.end()

    def break_off(self) -> None:
        """End what the work waits for just now, and not the work; it asks `was_broken_off`."""
        self._broken_off = True
        self._tasks[0].cancel()

    def was_broken_off(self) -> bool:
        """Whether the cancellation that came was no more than that; then it is taken back."""
        found, self._broken_off = self._broken_off and not self.stopped_by, False
        if found and (task := asyncio.current_task()):
            task.uncancel()
        return found

    def end(self) -> None:
        """Cancel all tasks but the one that asks."""
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()

    def forget(self) -> None:
        """The tasks, which have been ended: they hold all that the request had, in a circle with this one."""
        self._tasks.clear()

    def problem(self) -> Problem | None:
        """What the client hears; None where nobody stopped it, or nobody listens."""
        match self.stopped_by:
            case "deadline":
                span = f"{self._deadline_s:g}"
                return UpstreamFault(FaultKind.TIMEOUT, say("relay.too_late", span=span), status=504)
            case "silence":
                span = f"{self._silence_s:g}"
                return UpstreamFault(FaultKind.TIMEOUT, say("relay.silent", span=span), status=504)
            case "person":
                return ClientFault(say("relay.stopped"), status=499, code="cancelled")
            case "key":
                return key_shut()
        return None


def key_shut() -> Problem:
    """What a client hears whose key was taken away while its request ran."""
    return ClientFault(say("relay.key_shut"), status=401, code="invalid_api_key", way_out=say("clients.ask_owner"))


async def unless_shut(admission: Admission, work: Callable[[], Awaitable[T]]) -> T:
    """What `work` gives; where the key is taken away before that, the work ends and a Problem is raised."""
    if admission.stopped:
        raise key_shut()
    task, shut = cast("asyncio.Task[object]", asyncio.current_task()), False

    def end() -> None:
        nonlocal shut
        shut = True
        task.cancel()

    admission.when_stopped(end)
    try:
        return await work()
    except asyncio.CancelledError:
        if shut and not task.uncancel():  # else somebody ends the task itself, too
            raise key_shut() from None
        raise
    finally:
        admission.when_stopped(_nothing)


def _nothing() -> None:
    """Nothing waits: who asks next looks first."""


def crashed() -> Problem:
    """What a client hears of a fault of our own."""
    return Problem(say("relay.failed"), say("relay.logs_say_more"))
