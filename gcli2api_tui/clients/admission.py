"""What one request of a client may do, from the moment it is let in until it is over.

In: who asks, found out before. Out: the credentials that may serve it and what it gets where it says nothing itself.
Invariant: it is closed exactly once, however often that is called; whoever runs it hears that its key was taken away,
also if that happened before they listened.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar, cast

from gcli2api_tui.events.problems import ClientFault, Problem
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.message import say

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Admission:
    """`group` None: any credential may serve it."""

    group: frozenset[CredentialId] | None = None
    thinking: str = ""
    service_tier: str = ""
    keeps: bool = False
    """What it has reserved stays counted: nobody tells what its answer used."""
    on_close: Callable[["Admission"], None] | None = None
    stopped: bool = False
    _closed: bool = False
    _on_stop: Callable[[], None] = field(default=lambda: None)

    def when_stopped(self, end: Callable[[], None]) -> None:
        """How the request is ended from here on."""
        self._on_stop = end
        if self.stopped:
            end()

    def stop(self) -> None:
        """Its key serves nobody any more."""
        self.stopped = True
        self._on_stop()

    def close(self) -> None:
        """The request is over: its place is free."""
        if not self._closed:
            self._closed = True
            if self.on_close:
                self.on_close(self)


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


def key_shut() -> Problem:
    """What a client hears whose key was taken away while its request ran."""
    return ClientFault(say("relay.key_shut"), status=401, code="invalid_api_key", way_out=say("clients.ask_owner"))
