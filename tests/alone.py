"""One widget of ours in an app that is not the panel: fed by its methods, its messages read.

`async with alone(pane) as page`: `page.pilot` drives it, `page.said(Message)` lists what came out, `page.text` is what
stands on the screen. A screen is pushed instead, and `page.results` gets what it was dismissed with.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from gcli2api_tui.tui.base_app import PaneApp
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.widgets.live_table import LiveTable
from gcli2api_tui.tui.words import Words

M = TypeVar("M", bound=Message)
ENGLISH = Look(Words("en"))
PATIENCE_S, LOOK_S = 20.0, 0.005


class Stage(PaneApp[None]):
    """A page of one widget: no panel, no reader, no control."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget
        self.results: list[Any] = []

    def compose(self) -> ComposeResult:
        if not isinstance(self.widget, Screen):
            yield self.widget

    def on_ready(self) -> None:
        if isinstance(self.widget, Screen):
            self.push_screen(self.widget, self.results.append)


@dataclass
class Page:
    app: Stage
    pilot: Pilot[None]
    results: list[Any]
    seen: list[Message] = field(default_factory=list)

    def hear(self, message: Message) -> None:
        if type(message).__module__.startswith("gcli2api_tui") and message not in self.seen:
            self.seen.append(message)

    def said(self, kind: type[M]) -> list[M]:
        return [message for message in self.seen if isinstance(message, kind)]

    @property
    def text(self) -> str:
        return shown(self.app)

    @property
    def flat(self) -> str:
        """The same in one line, without boxes: sentences that were wrapped are whole."""
        return " ".join(" ".join(line.strip(" │") for line in self.text.splitlines()).split())

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def until(self, state: Callable[[], object]) -> None:
        await until(self.pilot, state)


@contextlib.asynccontextmanager
async def alone(widget: Widget, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Page]:
    stage = Stage(widget)
    page = Page(stage, None, stage.results)  # type: ignore[arg-type]
    async with stage.run_test(size=size, message_hook=page.hear) as pilot:
        page.pilot = pilot
        await pilot.pause()
        yield page


def shown(app: App[Any]) -> str:
    """All that stands on the screen."""
    return "\n".join("".join(segment.text for segment in line) for line in app.screen._compositor.render_strips())


def point(table: LiveTable[Any], wanted: str | int) -> None:
    """The cursor on the row of that id (of a credential, an exchange), wherever its order puts it."""
    table.select([row.id for row in table.rows].index(wanted))


async def until(pilot: Pilot[Any], state: Callable[[], object]) -> None:
    """A test waits for states, never for time; what comes by itself after a while is looked for now and then."""
    end = time.monotonic() + PATIENCE_S
    while not state():
        assert time.monotonic() < end, "the state was never reached"
        await asyncio.sleep(LOOK_S)
        await pilot.pause()
