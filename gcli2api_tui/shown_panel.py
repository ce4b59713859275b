"""The panel on its terminal until it is left; between two of them, when a person wants it, a demo beside the server.

In: the terminal, what makes a panel, who plays its keys. Out: how it ended. After a demo nothing is left of it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcli2api_tui.tasks import spawn
from gcli2api_tui.terminal import Ended, Terminal

if TYPE_CHECKING:
    from gcli2api_tui.staging import DemoVisit, Staging
    from gcli2api_tui.tui.app import Panel

NewPanel = Callable[["Callable[[], Awaitable[None]] | None"], "Panel"]


@dataclass(frozen=True, slots=True)
class ShownPanel:
    terminal: Terminal
    new_panel: NewPanel
    """Of what begins a demo to look at."""
    demo: "DemoVisit | None"
    staging: "Staging | None"
    stopping: Callable[[], bool]

    async def until_left(self) -> Ended:
        visit = self.demo
        while (ended := await self._shown(self.new_panel(visit.begin if visit else None))) == "demo" and visit:
            ended = await self._visited(visit)
            if ended not in ("back", "crashed"):
                return ended
        return ended

    async def _shown(self, panel: "Panel") -> Ended:
        """The panel, and whoever plays its keys."""
        play = self.staging.play if self.staging else None
        playing = spawn("script", play(panel)) if play else None
        try:
            return await self.terminal.show(panel)
        finally:
            if playing:
                playing.cancel()

    async def _visited(self, visit: "DemoVisit") -> Ended:
        """The demo's panel in place of ours."""
        try:
            if visit.runtime is None or self.stopping():
                return "back" if visit.runtime is None else "stop"
            return await self.terminal.show(visit.runtime.new_panel(None, visiting=True))
        finally:
            await visit.end()
