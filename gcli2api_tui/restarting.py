"""Whether this server begins again when it ends, and when it does: at once, or when no answer runs.

In: a wish, by the admin API. Out: the server's end, with its listening socket kept for the program that follows
(restart_in_place.py): who connects meanwhile waits there and is not refused. A plain stop takes the wish back.
"""

import asyncio
import socket
from collections.abc import Callable

from gcli2api_tui import restart_in_place
from gcli2api_tui.background import Background
from gcli2api_tui.bootstrap import Bootstrap
from gcli2api_tui.clock import Clock
from gcli2api_tui.control.ports import Refused, StopMode
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import say
from gcli2api_tui.restart_in_place import Takeover
from gcli2api_tui.tasks import spawn

LOOK_S = 0.05
"""Between two looks whether an answer still runs."""

NO_END_S = 366 * 86_400.0
"""Nobody's answer is cut by a restart that waits for all."""


class Restarting:
    """One for each runtime. `end` ends the server; `busy` counts running answers."""

    def __init__(self, setup: Bootstrap, clock: Clock, end: Callable[[], None], busy: Callable[[], int]) -> None:
        self._setup, self._clock, self._end, self._busy = setup, clock, end, busy
        self._waiting: asyncio.Task[None] | None = None
        self.serving: socket.socket | None = None
        """The listener of now."""
        self.listener: socket.socket | None = None
        """The same, kept: there is a next program."""
        self.patient = False

    def ask(self, mode: StopMode) -> Refused | None:
        if self._setup.demo or self.serving is None or not restart_in_place.possible():
            return Refused(say("service.no_restart"), say("service.stop_and_start"))
        if mode == "restart":
            self._begin()
        elif self._waiting is None and self.listener is None:
            self._waiting = spawn("restart-when-idle", self._when_idle())
        return None

    async def _when_idle(self) -> None:
        while self._busy():
            await self._clock.sleep(LOOK_S)
        self.patient = True
        self._begin()

    def _begin(self) -> None:
        if self.listener is None and self.serving is not None:
            self.listener = self.serving.dup()
            self.listener.setblocking(False)
            self._end()

    def drop(self) -> None:
        """Stop, and stay stopped."""
        if self._waiting is not None:
            self._waiting.cancel()
        if self.listener is not None:
            self.listener.close()
        self._waiting = self.listener = None

    def state(self, token: Secret, lock: int, background: Background | None, *, screen: bool) -> Takeover:
        """For the next program. Whoever has taken leave of the shell needs nobody there any more."""
        assert self.listener is not None
        chosen = self._setup.settings
        waited_for = background if background and not background.taken else None
        return Takeover(
            self.listener.fileno(),
            chosen.host,
            chosen.port,
            token.reveal(),
            screen=screen,
            lock=lock,
            parent=waited_for.parent if waited_for else 0,
            lifeline=waited_for.lifeline if waited_for else -1,
        )
