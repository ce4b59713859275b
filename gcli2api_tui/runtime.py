"""One running instance, from the bound socket to the last flush. The order of everything is here.

The screen is a guest: when it is closed, lost or crashes, serving goes on. Only a stop (SIGTERM, `q` then 2,
Ctrl+C without a screen) ends the server; running answers then have `drain_s` seconds, or none after a second stop.
"""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from gcli2api_tui.bootstrap import Bootstrap
from gcli2api_tui.control import run_file
from gcli2api_tui.control.quota_poller import QuotaPoller
from gcli2api_tui.control.run_file import Running
from gcli2api_tui.control.verb_results import Refused, StopMode
from gcli2api_tui.control_wiring import Parts, build, logged
from gcli2api_tui.events.records import LogLine
from gcli2api_tui.lifecycle.announcement import farewell, first_words
from gcli2api_tui.lifecycle.restart import NO_END_S, Restarting
from gcli2api_tui.log_writer import written
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.panel_session.panel_or_demo import ShownPanel, keep_telling
from gcli2api_tui.panel_session.terminal import Terminal
from gcli2api_tui.process.collector import freeze_what_is_here, spare_the_screen, while_running
from gcli2api_tui.process.interpreter import give_free_blocks_back
from gcli2api_tui.process.watchdog import READY, STOPPING, Watchdog, keep_telling_alive, notify
from gcli2api_tui.server.asgi_app import AppDispatch
from gcli2api_tui.server.hypercorn_server import serve
from gcli2api_tui.tasks import spawn

if TYPE_CHECKING:
    from gcli2api_tui.control.trouble_port import Trouble
    from gcli2api_tui.panel_session.opened_panel import OpenedPanel
    from gcli2api_tui.panel_session.panel_or_demo import DemoVisit, Staging
    from gcli2api_tui.server.quart_app import App
    from gcli2api_tui.tui.app import Panel

WATCH_S = 1.0
"""How often the credentials folder is looked at: with SETTLE_S, what is dropped there serves within 2 seconds."""

SETTLE_S = 0.6
"""How long a dropped file must stay the same: whoever wrote it has finished."""

BEGINS_S = 0.05
"""A server that has not crashed after so long is let go into the background."""

FIRST_FRAMES_S = 1.5

LAST_WORDS_S = 0.5
"""After a second stop: for the errors that cancelled answers end with."""


class Runtime:
    """Holds the parts while they run."""

    def __init__(
        self,
        setup: Bootstrap,
        url: str,
        refresh: str,
        *,
        screen: bool,
        terminal: Terminal | None = None,
        opened: "OpenedPanel | None" = None,
        demo: "DemoVisit | None" = None,
        staging: "Staging | None" = None,
    ) -> None:
        self.terminal = terminal or Terminal(screen=screen)
        self._stopping = asyncio.Event()
        self._at_once = asyncio.Event()
        self._setup = setup
        self._refresh = refresh
        self._screen = screen
        self._opened = opened
        self._demo = demo
        self._staging = staging
        self.tell: Callable[[str], None] | None = None
        self._unfound = False
        self.showing = screen
        """A panel is open, or was when the server was told to end."""
        self.parts: Parts = build(setup, url, self.stop_by)
        relay = self.parts.relay
        self.restarting = Restarting(setup, self.parts.clock, self._end, lambda: relay.in_flight)
        self.quota_poller = QuotaPoller(self.parts.control.pool, self.parts.control.ask_google_quota, self.parts.clock)
        self.app = AppDispatch(self.parts.services)
        if staging:
            staging.begin(self.parts)

    def log(self) -> contextlib.AbstractContextManager[None]:
        """Written while the block runs; standard output belongs to the panel where there is one."""
        form = "off" if self._screen or self._setup.demo else self._setup.settings.log_format
        live, where = self.parts.control.changes.live, self._setup.paths.logs
        return written(self.parts.ledger, live, where, self.parts.clock, form)

    async def serve(self, listener: socket.socket) -> None:
        """From the first line for people to the last answer."""
        self.restarting.serving = listener
        self.terminal.stop = self._signalled
        freeze_what_is_here()
        while_running()
        self.announce()
        with Watchdog(late=self.parts.ledger.metrics.loop_lag.observe):
            await self._serve(listener)

    async def _serve(self, listener: socket.socket) -> None:
        live, app, https = self.parts.control.changes.live, self.app, self._setup.https
        self.parts.follow_others()
        drain_s = lambda: NO_END_S if self.restarting.patient else live.now.drain_s  # noqa: E731 - asked at the stop
        heard = app.warn, app.missed, self.parts.ledger.metrics, https.context if https else None
        guesses = self.parts.services.lockout.guesses
        listening = serve(app, listener, self._told_to_stop, drain_s, *heard, guesses)
        serving = spawn("server", listening)
        background = [
            spawn("pages", app.complete(pages)),
            spawn("vault-watch", self.watch()),
            spawn("quota-watch", self.quota_poller.watch()),
            spawn("models", self.parts.models.keep_learning()),
            spawn("signs-of-life", keep_telling_alive(self.parts.clock, os.environ)),
        ]
        if https:
            background += https.beside(app, self.parts.clock, self._write_run_file, self._stopping.wait)
        notify(READY, os.environ)
        if self.tell is not None:
            background.append(spawn("text-screen", keep_telling(self.parts.control, self.parts.clock, self.tell)))
        if self._screen:
            await self.show()
        elif self.terminal.background:
            await asyncio.wait({serving}, timeout=BEGINS_S)
            if not serving.done():
                self.terminal.go_on_without()
        await self._served(serving)
        for task in background:
            task.cancel()

    async def _told_to_stop(self) -> None:
        """Panels in other processes have nothing to lose, and would hold the stop up."""
        await self._stopping.wait()
        self.parts.services.changes.leave()

    async def _served(self, serving: "asyncio.Task[None]") -> None:
        """Until all answers are over, or until nobody wants to wait for them any more."""
        hurry = spawn("second-stop", _wait(self._at_once))
        await asyncio.wait({serving, hurry}, return_when=asyncio.FIRST_COMPLETED)
        if not serving.done():
            await asyncio.wait({serving}, timeout=LAST_WORDS_S)
        hurry.cancel()
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving

    def _signalled(self) -> None:
        self._log(say("service.told_to_stop"))
        self.stop()

    def _log(self, text: Message) -> None:
        self.parts.ledger.record(LogLine(self.parts.clock.now(), "info", "server", text))

    def stop_by(self, mode: StopMode) -> Refused | None:
        """For a person at any of the doors."""
        if mode in ("restart", "restart-when-idle"):
            return self.restarting.ask(mode)
        self.stop(mode)
        return None

    def stop(self, mode: StopMode = "drain") -> None:
        """End the screen and the server; `now`, or a second stop, does not wait for running answers."""
        self.restarting.drop()
        self._end(mode)

    def _end(self, mode: StopMode = "drain") -> None:
        if mode == "now" or self._stopping.is_set():
            self.parts.relay.cancel_all()
            self._at_once.set()
        elif self.restarting.listener is None:
            notify(STOPPING, os.environ)
        self._stopping.set()
        self.terminal.leave()

    def announce(self) -> None:
        """run.json for other processes; lines for people, where the panel does not stand over them already."""
        for note in self._setup.notes:
            logging.getLogger(__name__).warning(note)
        self._write_run_file()
        if self._unfound:
            logging.getLogger(__name__).warning(say("warn.no_run_file"))
        facts = self.parts.control.facts
        self._log(say("service.begins", version=facts.version, url=facts.url, pid=os.getpid()))
        if not self._opened and not self._setup.quiet:
            self.terminal.say(*first_words(self._setup, self.parts.url, screen=self._screen))

    def _write_run_file(self) -> None:
        """Serving needs no disk; where it takes nothing, this is tried again."""
        facts, url, token, tls = self.parts.control.facts, self.parts.url, self.parts.token, self._setup.https
        running = Running(
            os.getpid(), url, token, facts.started_at, facts.version, self.showing, tls.text if tls else ""
        )
        try:
            run_file.write(self._setup.paths.run_file, running)
            self._unfound = False
        except OSError:
            self._unfound = True

    async def watch(self) -> None:
        """Pick up what `creds …` or a person puts into the credentials folder."""
        registry = self.parts.control.registry
        while True:
            await (self.parts.clock.sleep(SETTLE_S) if registry.unsettled else registry.news(WATCH_S))
            await registry.rescan()
            if self._unfound:
                await asyncio.to_thread(self._write_run_file)

    async def show(self) -> None:
        """Run the panel until it is closed, lost or crashes; then say how things stand and return."""
        settling = spawn("collector", self._spare_the_screen())
        await self.parts.control.whole_snapshot()
        shown = ShownPanel(self.terminal, self.new_panel, self._demo, self._staging, self._stopping.is_set)
        if self._opened:
            self._opened.arrive(self.parts.control, logged(self.parts.control, "panel"), self._trouble())
        ended = await shown.until_left(self._opened)
        settling.cancel()
        # A demo is for whoever looks at it: with the window it goes, and leaves no port taken.
        if ended == "stop" or (ended == "lost" and self._setup.demo):
            if not self._stopping.is_set():
                self._end()
            return
        self.showing = False
        self._log(say("service.panel_left" if ended == "keep-serving" else "service.panel_lost"))
        await asyncio.to_thread(self._write_run_file)
        if ended in ("crashed", "keep-serving"):
            crashed = [say("warn.panel_crashed")] if ended == "crashed" else []
            self.terminal.say(
                *crashed, farewell(self._setup, self.parts.url, background=self.terminal.background is not None)
            )
            self.terminal.go_on_without()

    async def _spare_the_screen(self) -> None:
        await self.parts.clock.sleep(FIRST_FRAMES_S)
        spare_the_screen()
        await asyncio.to_thread(give_free_blocks_back)

    def new_panel(self, begin_demo: "Callable[[], Awaitable[None]] | None", *, visiting: bool = False) -> "Panel":
        """`begin_demo` starts one to look at; `visiting` says that this is it."""
        from gcli2api_tui.panel_session.opened_panel import (
            new_panel,  # imports Textual, which a server alone does not pay for
        )

        control = self.parts.control
        sides = control, logged(control, "panel"), self.parts.clock
        chosen, refresh, trouble = control.changes.live.now, self._refresh, self._trouble()
        return new_panel(
            sides, chosen, refresh, self._setup.keys_toml, begin_demo=begin_demo, trouble=trouble, visiting=visiting
        )

    def _trouble(self) -> "Trouble | None":
        return self._staging.trouble(self.parts) if self._staging else None

    async def close(self) -> None:
        """Flush what must last, close connections, take run.json away."""
        if self.restarting.listener is None:
            run_file.remove(self._setup.paths.run_file)
        await asyncio.gather(self.parts.control.asks.close(), self.parts.control.watching.close())
        await self.parts.client.aclose()
        await self.parts.control.registry.close()
        await asyncio.to_thread(self.parts.store.close)


def pages(front: AppDispatch) -> "App":
    """All that the short way does not answer; imports Quart, in a thread."""
    from gcli2api_tui.server.quart_app import build_app

    return build_app(front.services, front)


async def _wait(event: asyncio.Event) -> None:
    await event.wait()
