"""From what was asked for to an instance that serves: the home's lock, the port, the panel's first frame, all the rest.

In: a Bootstrap. Out: the exit status; raises StartFault, on a terminal that is in order. With a screen what serves is
imported and built in a thread while the panel is there already; keys that are typed meanwhile are not lost.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import TYPE_CHECKING

from gcli2api_tui import __version__
from gcli2api_tui.bootstrap import Bootstrap, with_https
from gcli2api_tui.lifecycle import restart
from gcli2api_tui.lifecycle.announcement import first_words
from gcli2api_tui.lifecycle.home_lock import only_one
from gcli2api_tui.lifecycle.port_in_use import bound
from gcli2api_tui.lifecycle.restart import Takeover
from gcli2api_tui.panel_session.terminal import Terminal
from gcli2api_tui.process.interpreter import keep_little, short_turns
from gcli2api_tui.process.launcher import Background
from gcli2api_tui.process.lean_imports import HYPERCORN, import_lean
from gcli2api_tui.process.root_logger import log_held_back, logging_to
from gcli2api_tui.process.textual_variables import import_textual
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.server.listening_socket import url_of

if TYPE_CHECKING:
    from gcli2api_tui.control.starting_server import StartingReader
    from gcli2api_tui.panel_session.opened_panel import OpenedPanel
    from gcli2api_tui.panel_session.panel_or_demo import DemoVisit, Staging
    from gcli2api_tui.runtime import Runtime

Staged = Callable[[Bootstrap], "AbstractAsyncContextManager[tuple[Bootstrap, Staging | None]]"]
"""What must stand before the parts are built: a demo's world, say. It may ask for more than was asked for."""


@contextlib.asynccontextmanager
async def as_asked(setup: Bootstrap) -> "AsyncIterator[tuple[Bootstrap, Staging | None]]":
    yield setup, None


@contextlib.asynccontextmanager
async def with_what_was_left(setup: Bootstrap) -> "AsyncIterator[tuple[Bootstrap, Staging | None]]":
    """With the credentials of a gcli2api beside this home."""
    yield await asyncio.to_thread(_left, setup), None


def _left(setup: Bootstrap) -> Bootstrap:
    from gcli2api_tui.migration.gcli2api_at_start import with_what_gcli2api_left  # reads and writes credentials: serves

    return with_what_gcli2api_left(setup, os.environ)


async def run(
    setup: Bootstrap,
    *,
    screen: bool,
    refresh: str | None = None,
    demo: "DemoVisit | None" = None,
    staged: Staged = as_asked,
    tell: Callable[[str], None] | None = None,
    background: Background | None = None,
    taken: Takeover | None = None,
) -> int:
    """Serve, with or without the panel, until told to stop. Returns the exit status; raises StartFault.

    `tell` hears in words what goes on, where there is no panel for it. `background` is where it goes without one;
    `taken` is what a program before this one left to it.
    """
    with only_one(setup.paths, setup.clock.now(), taken.lock if taken else -1) as lock:
        listener = taken.wants(setup.settings.host, setup.settings.port) if taken else None
        listener = listener or bound(setup.settings.host, setup.settings.port)
        start = Start(refresh or setup.settings.refresh, demo, staged, tell, background)
        while True:
            with contextlib.closing(listener):
                runtime = await (start.with_panel if screen else start.without)(setup, listener)
            if runtime.restarting.listener is None:
                return 0
            listener, screen = runtime.restarting.listener, runtime.showing
            setup = replace(setup, token=runtime.parts.token)
            state = runtime.restarting.state(runtime.parts.token, lock, background, screen=screen)
            with contextlib.suppress(OSError):  # the program is not there any more: the one in memory goes on
                restart.replace_program(state)


@dataclass(frozen=True, slots=True)
class Start:
    """What is the same for each run of one process. The runtime that comes out of it has served, and is closed."""

    refresh: str
    demo: "DemoVisit | None"
    staged: Staged
    tell: Callable[[str], None] | None
    background: Background | None

    async def without(self, setup: Bootstrap, listener: socket.socket) -> "Runtime":
        keep_little()
        short_turns()
        setup = await asyncio.to_thread(with_https, setup)
        async with self.staged(setup) as (whole, staging):
            runtime = await asyncio.to_thread(self._built, whole, _url(setup, listener), None, None, staging)
            with logging_to(runtime.parts.ledger, runtime.parts.clock), runtime.terminal.signals():
                return await _served(runtime, listener)

    async def with_panel(self, setup: Bootstrap, listener: socket.socket) -> "Runtime":
        keep_little()
        short_turns()
        import_textual()
        from gcli2api_tui.panel_session.opened_panel import opened_panel

        setup = await asyncio.to_thread(with_https, setup)
        url, terminal = _url(setup, listener), Terminal(screen=True, background=self.background)
        if not setup.quiet:
            terminal.say(*first_words(setup, url, screen=True))
        look = setup.clock, setup.settings, self.refresh, setup.keys_toml, self.demo.begin if self.demo else None
        with log_held_back() as held, terminal.signals():
            async with (
                opened_panel(terminal, _nothing_yet(setup, url), *look) as opened,
                self.staged(setup) as (whole, staging),
            ):
                runtime = await asyncio.to_thread(self._built, whole, url, terminal, opened, staging)
                with logging_to(runtime.parts.ledger, runtime.parts.clock, held):
                    return await _served(runtime, listener)

    def _built(
        self,
        setup: Bootstrap,
        url: str,
        terminal: Terminal | None,
        opened: "OpenedPanel | None",
        staging: "Staging | None",
    ) -> "Runtime":
        import_lean(HYPERCORN)
        from gcli2api_tui.runtime import Runtime  # all that serves

        runtime = Runtime(
            setup, url, self.refresh, screen=opened is not None, terminal=terminal, opened=opened, demo=self.demo,
            staging=staging,
        )  # fmt: skip
        runtime.tell, runtime.terminal.background = self.tell, self.background
        return runtime


def _nothing_yet(setup: Bootstrap, url: str) -> "StartingReader":
    from gcli2api_tui.control.starting_server import StartingReader
    from gcli2api_tui.control.verb_results import Keys
    from gcli2api_tui.ledger.snapshot import ServerFacts

    facts = ServerFacts(url, __version__, setup.clock.now(), setup.demo, home=str(setup.paths.config))
    return StartingReader(setup.clock, facts, Keys(setup.settings.password, setup.settings.panel_password), "starting")


def _url(setup: Bootstrap, listener: socket.socket) -> str:
    return url_of(listener, tls=setup.https is not None)


async def _served(runtime: "Runtime", listener: socket.socket) -> "Runtime":
    with runtime.log():
        try:
            await runtime.serve(listener)
        finally:
            listener.close()
            await runtime.close()
    return runtime
