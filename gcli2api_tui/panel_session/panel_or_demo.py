"""The panel on its terminal until it is left; between two of them, when a person wants it, a demo beside the server. On
a terminal that cannot draw: `status` as text, again whenever it reads differently.

In: the terminal, what makes a panel, and of a demo its `Staging`: a past before it serves, trouble that its panel may
make, and who plays its keys. Out: how it ended. After a demo that was visited nothing is left of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Protocol

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.ports import Reader
from gcli2api_tui.control.text_report import dashboard
from gcli2api_tui.control.trouble_port import Trouble
from gcli2api_tui.control_wiring import Parts
from gcli2api_tui.ledger.json_codec import to_json
from gcli2api_tui.panel_session.terminal import Ended, Terminal
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tasks import spawn

if TYPE_CHECKING:
    from gcli2api_tui.panel_session.opened_panel import OpenedPanel
    from gcli2api_tui.tui.app import Panel


@dataclass(frozen=True, slots=True)
class Staging:
    begin: Callable[[Parts], None]
    """Before anybody is served."""
    trouble: Callable[[Parts], Trouble]
    play: "Callable[[Panel], Coroutine[None, None, None]] | None" = None
    """Beside the panel, from its first frame on; the panel ends with it."""


class Shown(Protocol):
    """An instance that has a panel for whoever visits it."""

    def new_panel(self, begin_demo: Callable[[], Awaitable[None]] | None, *, visiting: bool = False) -> "Panel": ...


class DemoVisit(Protocol):
    """A demo beside the server, for a person who only looks: none, or one that serves."""

    @property
    def runtime(self) -> Shown | None: ...

    async def begin(self) -> None: ...

    async def end(self) -> None: ...


NewPanel = Callable[["Callable[[], Awaitable[None]] | None"], "Panel"]


@dataclass(frozen=True, slots=True)
class ShownPanel:
    terminal: Terminal
    new_panel: NewPanel
    """Of what begins a demo to look at."""
    demo: "DemoVisit | None"
    staging: "Staging | None"
    stopping: Callable[[], bool]

    async def until_left(self, opened: "OpenedPanel | None") -> Ended:
        """`opened` is the first one, which may be on the screen already."""
        visit = self.demo
        ended = await self._shown(opened.panel, opened.shown) if opened else await self._another()
        while ended == "demo" and visit:
            ended = await self._visited(visit)
            if ended not in ("back", "crashed"):
                return ended
            ended = await self._another()
        return ended

    async def _another(self) -> Ended:
        panel = self.new_panel(self.demo.begin if self.demo else None)
        return await self._shown(panel, self.terminal.show(panel))

    async def _shown(self, panel: "Panel", shown: Awaitable[Ended]) -> Ended:
        """The panel, and whoever plays its keys."""
        play = self.staging.play if self.staging else None
        playing = spawn("script", play(panel)) if play else None
        try:
            return await shown
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


EVERY_S = 5.0


async def keep_telling(reader: Reader, clock: Clock, tell: Callable[[str], None]) -> None:
    told: list[str] = []
    while True:
        seen = await reader.whole_snapshot()
        lines = await asyncio.to_thread(lambda: dashboard(to_json(seen)).splitlines())  # noqa: B023
        if fresh := changed(told, lines):
            await asyncio.to_thread(tell, "\n".join(fresh))
        told = lines
        await clock.sleep(EVERY_S)


def changed(before: Sequence[str], now: Sequence[str]) -> list[str]:
    """What was not said yet, in its order."""
    known = set(before)
    return [line for line in now if line.strip() and line not in known]
