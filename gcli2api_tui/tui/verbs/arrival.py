"""A panel that is there before its server: when its first frame is, and the real sides when they come.

In: a reader and a control. Out: the panel shows what they say from then on; nothing on the screen is made anew.
"""

import asyncio

from textual.driver import Driver

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.port_parts import Trouble
from gcli2api_tui.control.ports import Control, Reader
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.first_run import FirstRun
from gcli2api_tui.tui.new_pane import import_soon
from gcli2api_tui.tui.privacy import Private
from gcli2api_tui.tui.verbs.board_verbs import BoardVerbs
from gcli2api_tui.tui.verbs.demo_verbs import BeginDemo

SOON_S = 0.5


class Arrival(BoardVerbs):
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
