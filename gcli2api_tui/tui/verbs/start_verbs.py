"""How a panel starts: before its server, with the checklist of a first run, what the dashboard asks for; and the demo.

In: a reader and a control, when they come. Out: the panel shows what they say from then on; nothing on the screen is
made anew. To a demo beside the server `!` leads, without leaving the terminal: the panel ends with `demo`, and whoever
runs it shows the demo's (tui/demo_panel.py), which has a menu of trouble.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual.driver import Driver

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.ports import Control, Reader
from gcli2api_tui.control.trouble_port import Trouble, TroubleName
from gcli2api_tui.control.verb_results import Refused
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.paths import home
from gcli2api_tui.tui.app_messages import AddBy
from gcli2api_tui.tui.base_app import Verbs
from gcli2api_tui.tui.paint.cells import plain
from gcli2api_tui.tui.privacy import Private
from gcli2api_tui.tui.verbs.tab_verbs import import_soon
from gcli2api_tui.tui.widgets.first_run import FirstRun, found_files

if TYPE_CHECKING:
    from gcli2api_tui.tui.panes.dashboard import Dashboard
    from gcli2api_tui.tui.screens.menus import TroubleMenu

BeginDemo = Callable[[], Awaitable[None]]
SOON_S = 0.5


class DemoVerbs(Verbs):
    """`begin_demo` returns as soon as one serves; None where there is none to go to.

    In any other panel than the demo's there is no menu of trouble, and its key means nothing.
    """

    trouble: Trouble | None = None

    def __init__(
        self, control: Control, clock: Clock, *, driver_class: type[Driver] | None, begin_demo: BeginDemo | None
    ) -> None:
        super().__init__(control, clock, driver_class=driver_class)
        self._begin_demo = begin_demo
        self._beginning = False

    @property
    def has_demo(self) -> bool:
        """An attached panel has none to go to: it would begin on the other machine."""
        return self._begin_demo is not None

    def action_demo(self) -> None:
        if self._begin_demo is not None and not self._beginning:
            self._beginning = True
            self.say(self.look.words("demo.begins"), "dim")
            self.beside(self._go(self._begin_demo))

    async def _go(self, begin: BeginDemo) -> None:
        try:
            await begin()
        except OSError as error:
            self._beginning = False
            self.say(self.look.words("demo.not", why=error.strerror or type(error).__name__), "bad")
            return
        self.exit("demo")

    # Its menu of trouble

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.trouble is not None if action == "trouble" else super().check_action(action, parameters)

    def action_trouble(self) -> None:
        if self.trouble is not None:
            from gcli2api_tui.tui.screens.menus import TroubleMenu

            self.push_screen(TroubleMenu(self.look, self.trouble.running()))

    def on_trouble_menu_chosen(self, event: "TroubleMenu.Chosen") -> None:
        self.begin_trouble(event.name)

    def begin_trouble(self, name: TroubleName) -> None:
        if self.trouble is not None:
            self.ask(self.trouble.make(name))


class StartVerbs(DemoVerbs):
    hides: Private
    reader: Reader
    _seen: Reader
    """The real one, around which `hides` stands."""

    def __init__(
        self, control: Control, clock: Clock, *, driver_class: type[Driver] | None, begin_demo: BeginDemo | None
    ) -> None:
        super().__init__(control, clock, driver_class=driver_class, begin_demo=begin_demo)
        self._framed = asyncio.Event()

    async def framed(self) -> None:
        """Until the first frame is on its way to the terminal."""
        await self._framed.wait()

    def arrive(self, reader: Reader, control: Control, trouble: Trouble | None) -> None:
        self._seen, self.control, self.trouble = reader, control, trouble
        self.hides.follow(reader)
        if self._framed.is_set():
            self.begin_with(self.reader.snapshot())

    def begin_with(self, snapshot: Snapshot) -> None:
        """What is known is shown; where that is what a server says, a first run also looks at this device."""
        checklists = [
            one for screen in self.screen_stack[:1] for one in screen.query(FirstRun)
        ]  # none once it is closed
        for checklist in checklists:
            checklist.has_demo = self.has_demo
        if self.show_this(snapshot) and not snapshot.starting:
            for checklist in checklists:
                self.beside(self.look_for_files(checklist))
            self.beside(self.import_soon())

    async def import_soon(self) -> None:
        """A moment later: the server begins to listen first."""
        await self.clock.sleep(SOON_S)
        await asyncio.to_thread(import_soon)

    def show_this(self, snapshot: Snapshot) -> bool:
        """False while the panel is taken down."""
        raise NotImplementedError

    # What the dashboard and the checklist of a first run ask for

    def on_dashboard_try_anyway(self, event: "Dashboard.TryAnyway") -> None:
        self.ask(self.control.clear_cooldown(event.credential))

    async def look_for_files(self, checklist: FirstRun) -> None:
        """What lies where credential files usually lie; the disk may be slow."""
        checklist.found = tuple(await asyncio.to_thread(found_files, home(os.environ)))
        if checklist.is_attached:
            checklist.repaint()
            checklist.refresh_bindings()

    def on_first_run_wanted(self, event: "FirstRun.Wanted") -> None:
        if self.only_looks:  # the first test call comes by itself
            return
        match event.wish:
            case "sign_in":
                self.post_message(AddBy("login"))
            case "demo":
                self.action_demo()
            case "import":
                self._import_found(event.files)
            case "ask":
                self.beside(self._ask_first(event.model))
            case "stop" if event.exchange is not None:
                self.ask(self.control.cancel_exchange(event.exchange))
            case _:
                self.post_message(AddBy("key"))

    def _import_found(self, files: tuple[Path, ...]) -> None:
        from gcli2api_tui.tui.screens.menus import Confirm

        named = ", ".join(plain(str(path).replace(str(home(os.environ)), "~", 1)) for path in files)
        question = Confirm(self.look, self.look.words("confirm.import", n=len(files), files=named))
        self.push_screen(question, lambda yes: self.beside(self._import(files)) if yes else None)

    async def _import(self, files: tuple[Path, ...]) -> None:
        for path in files:
            self.tell(await self.control.add_path(str(path)))

    async def _ask_first(self, model: str) -> None:
        """Through the real local endpoint: what works here works for a tool."""
        from gcli2api_tui.control.question import ask_once

        asked = await self.control.ask(ask_once(model, self.look.words("first.question")))
        if isinstance(asked, Refused):
            self.tell(asked)
