"""To a demo beside the server, without leaving the terminal (`!` on a first run), and in it the menu of trouble.

In: `begin_demo`, which returns as soon as one serves, or None where there is none to go to. Out: the panel ends with
`demo`, and whoever runs it shows the demo's (tui/demo_panel.py). In any other panel there is no menu of trouble, and
its key means nothing.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual.driver import Driver

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.port_parts import Trouble, TroubleName
from gcli2api_tui.control.ports import Control
from gcli2api_tui.tui.verbs.base import Verbs

if TYPE_CHECKING:
    from gcli2api_tui.tui.screens.menus import TroubleMenu

BeginDemo = Callable[[], Awaitable[None]]


class DemoVerbs(Verbs):
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
