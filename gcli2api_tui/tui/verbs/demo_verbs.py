"""To a demo beside the server, without leaving the terminal: `!` on a first run.

In: `begin_demo`, which returns as soon as one serves, or None where there is none to go to. Out: the panel ends with
`demo`, and whoever runs it shows the demo's (tui/demo_panel.py).
"""

from collections.abc import Awaitable, Callable

from textual.driver import Driver

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.ports import Control
from gcli2api_tui.tui.verbs.trouble_verbs import TroubleVerbs

BeginDemo = Callable[[], Awaitable[None]]


class DemoVerbs(TroubleVerbs):
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
