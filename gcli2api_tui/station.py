"""One running instance, from the bound socket to the last flush. The order of everything is here.

The screen is a guest: when it is closed, lost or crashes, serving goes on. Only a stop (SIGTERM, `q` then 2,
Ctrl+C without a screen) ends the server, and running answers then have `drain_s` seconds.
Signals, file descriptors and the collector belong to the process and are touched nowhere else.
"""

import asyncio
import contextlib
import gc
import logging
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gcli2api_tui import stop_signals
from gcli2api_tui.control import run_file
from gcli2api_tui.control.figures import Figures
from gcli2api_tui.ledger.logbook import LedgerHandler
from gcli2api_tui.server.app import build_app
from gcli2api_tui.server.listener import bind, serve, url_of
from gcli2api_tui.settings import guessable
from gcli2api_tui.setup import Setup
from gcli2api_tui.tasks import spawn
from gcli2api_tui.wiring import Parts, build

if TYPE_CHECKING:
    from gcli2api_tui.tui.app import Panel

WATCH_S = 1.0
"""How often the credentials folder is looked at: with SETTLE_S, what is dropped there serves within 2 seconds."""

SETTLE_S = 0.6
"""How long a dropped file must stay the same: whoever wrote it has finished."""

HERTZ = {"local": 10.0, "ssh": 4.0, "lite": 1.0}


async def run(setup: Setup, *, screen: bool, refresh: str | None = None) -> int:
    """Serve, with or without the panel, until told to stop. Returns the exit status; raises StartFault."""
    listener = bind(setup.settings.host, setup.settings.port)
    station = Station(setup, url_of(listener), refresh or setup.settings.refresh)
    try:
        with station.logging(), station.signals():
            station.announce(screen)
            serving = spawn("server", serve(station.app, listener, station.stopping.wait, station.drain_s))
            background = [
                spawn("vault-watch", station.watch()),
                spawn("quota-watch", station.figures.watch()),
                spawn("models", station.parts.models.keep_learning()),
            ]
            if screen:
                await station.show()
            await serving
            for task in background:
                task.cancel()
    finally:
        listener.close()
        await station.close()
    return 0


class Station:
    """Holds the parts while they run."""

    def __init__(self, setup: Setup, url: str, refresh: str) -> None:
        self.stopping = asyncio.Event()
        self._setup = setup
        self._refresh = refresh
        self._panel: Panel | None = None
        self._detached = False
        self._unfound = False
        self.drain_s = setup.settings.drain_s
        self.parts: Parts = build(setup, url, self.stop)
        self.figures = Figures(self.parts.control.pool, self.parts.control.ask_google_quota, self.parts.clock)
        self.app = build_app(self.parts.services)

    def stop(self, mode: str = "drain") -> None:
        """End the screen and the server; `now` does not wait for running answers."""
        if mode == "now" or self.stopping.is_set():
            self.drain_s = 0.0
            self.parts.relay.cancel_all()
        self.stopping.set()
        if self._panel is not None:
            self._panel.exit("stop")

    def announce(self, screen: bool) -> None:
        """run.json for other processes; a line for people where there is no screen."""
        self._write_run_file()
        if self._unfound:
            logging.getLogger(__name__).warning("run.json cannot be written: `status` does not find this server.")
        if self._setup.quiet:
            return
        if not screen:
            self._say(f"gcli2api-tui serves on {self.parts.url}/v1", *self._key_lines())
        elif self._setup.made_key:
            # Before the panel covers it: it stands in the scrollback when the panel is closed.
            self._say(*self._key_lines())

    def _write_run_file(self) -> None:
        """Serving needs no disk; where it takes nothing, this is tried again."""
        running = run_file.Running(os.getpid(), self.parts.url, self.parts.token)
        try:
            run_file.write(self._setup.paths.run_file, running)
            self._unfound = False
        except OSError:
            self._unfound = True

    def _key_lines(self) -> list[str]:
        if self._setup.made_key and sys.stderr.isatty():
            return [f"client key (shown this once): {self._setup.settings.password.reveal()}"]
        if guessable(self._setup.settings.password):
            return ["client key: the guessable one you set"]
        return [f"client key: in {self._setup.paths.config_file}"]

    async def watch(self) -> None:
        """Pick up what `creds …` or a person puts into the credentials folder."""
        roster = self.parts.control.roster
        while True:
            await self.parts.clock.sleep(SETTLE_S if roster.vault.unsettled else WATCH_S)
            roster.rescan()
            if self._unfound:
                self._write_run_file()

    async def show(self) -> None:
        """Run the panel until it is closed, lost or crashes; then say how things stand and return."""
        self._panel = self._new_panel()
        settling = spawn("collector", self._settle())
        with _own_task_factory():
            outcome = await self._panel.run_async(mouse=True)
        crashed, self._panel = self._panel.return_code == 1, None
        settling.cancel()
        if outcome == "stop":
            self.stopping.set()
        elif outcome == "lost":
            self._detach()
        elif crashed:
            self._say("The panel crashed (see above); the server goes on.", *self._farewell())
        else:
            self._say(*self._farewell())

    def _new_panel(self) -> "Panel":
        from gcli2api_tui.tui.app import Panel
        from gcli2api_tui.tui.driver import CalmDriver
        from gcli2api_tui.tui.paint.look import ASCII, FANCY

        chosen = self._setup.settings
        locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
        plain = "utf" not in (sys.__stdout__.encoding if sys.__stdout__ else "").lower()
        return Panel(
            self.parts.control,
            self.parts.control,
            self.parts.clock,
            refresh_hz=self._hertz(),
            language=("zh" if locale.startswith("zh") else "en") if chosen.language == "auto" else chosen.language,
            glyphs=ASCII if chosen.glyphs == "ascii" or (chosen.glyphs == "auto" and plain) else FANCY,
            driver_class=CalmDriver if sys.platform != "win32" else None,
        )

    def _farewell(self) -> list[str]:
        return [f"Still serving on {self.parts.url}/v1. Ctrl+C or `kill {os.getpid()}` stops it."]

    async def _settle(self) -> None:
        """After the first frames nothing of the screen is garbage: keep the collector from walking it (measured)."""
        await self.parts.clock.sleep(1.5)
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 50, 1000)

    def _hertz(self) -> float:
        if self._refresh in HERTZ:
            return HERTZ[self._refresh]
        return HERTZ["ssh" if os.environ.get("SSH_CONNECTION") or os.environ.get("MOSH_IP") else "local"]

    def signals(self) -> contextlib.AbstractContextManager[None]:
        """SIGTERM and Ctrl+C stop; SIGHUP ends the screen only. Put back afterwards."""
        return stop_signals.handled({"SIGTERM": self.stop, "SIGINT": self.stop, "SIGHUP": self._hangup})

    def _hangup(self) -> None:
        if self._panel is not None:
            self._panel.exit("lost")
        elif self._detached or self._setup.screen:
            self._detach()
        else:
            self.stop()

    def _detach(self) -> None:
        """The terminal is gone: never touch it again, and serve on."""
        self._detached = True
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        os.close(nothing)

    @contextlib.contextmanager
    def logging(self) -> Iterator[None]:
        """All log records go to the ledger; the terminal belongs to the screen."""
        root = logging.getLogger()
        before, level = root.handlers[:], root.level
        root.handlers[:] = [LedgerHandler(self.parts.ledger, self.parts.clock)]
        root.setLevel(logging.WARNING)
        try:
            yield
        finally:
            root.handlers[:] = before
            root.setLevel(level)

    def _say(self, *lines: str) -> None:
        with contextlib.suppress(OSError):
            sys.stderr.write("".join(f"{line}\n" for line in lines))
            sys.stderr.flush()

    async def close(self) -> None:
        """Flush what must last, close connections, take run.json away."""
        run_file.remove(self._setup.paths.run_file)
        await self.parts.client.aclose()
        await asyncio.to_thread(self.parts.store.close)


@contextlib.contextmanager
def _own_task_factory() -> Iterator[None]:
    """From Python 3.12 on Textual puts an eager task factory on the loop as it starts and leaves it there.

    Taken away at once: the server's tasks would become eager too, and 3.13.0's happy eyeballs fail an assertion then.
    """
    loop = asyncio.get_running_loop()
    before = loop.get_task_factory()
    early = loop.call_soon(loop.set_task_factory, before)  # runs when run_async waits for the first time
    try:
        yield
    finally:
        early.cancel()
        loop.set_task_factory(before)
