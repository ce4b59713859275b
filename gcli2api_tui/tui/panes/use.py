"""The Use tab: how to point a program at this server, for the client chosen; `y` copies it."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widget import Widget

from gcli2api_tui.ledger.records import Snapshot
from gcli2api_tui.tui.keys import key
from gcli2api_tui.tui.paint import use
from gcli2api_tui.tui.paint.cells import Line
from gcli2api_tui.tui.painted import Choices, Painted
from gcli2api_tui.tui.panes.pane import Pane

CLIENTS = tuple(use.CLIENTS)


class Guide(Painted, can_focus=True):
    """What to set in the client."""

    client = CLIENTS[0]

    def lines(self, width: int, height: int) -> list[Line]:
        return use.guide(self.panel.snapshot.server, self.client, width, height, self.look)


class Use(Pane):
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        key("tab,n", "client(1)", "use.next"),
        key("shift+tab,b", "client(-1)", "use.back"),
    ]

    def compose(self) -> ComposeResult:
        yield Choices(CLIENTS, "client", id="clients")
        yield Guide(classes="framed")

    def on_mount(self) -> None:
        self.query_one(Guide).border_title = self.panel.words("title.use")

    def first(self) -> Widget:
        return self.query_one(Guide)

    def update_from(self, snapshot: Snapshot) -> None:
        self.query_one(Guide).repaint()

    def copy_text(self) -> tuple[str, str]:
        guide = self.query_one(Guide)
        return "copy.snippet", use.snippet(self.panel.snapshot.server, guide.client, self.panel.look)

    def action_client(self, by: int) -> None:
        self.choose(CLIENTS[(CLIENTS.index(self.query_one(Guide).client) + by) % len(CLIENTS)])

    def choose(self, client: str) -> None:
        self.query_one(Choices).current = client
        guide = self.query_one(Guide)
        guide.client = client
        guide.repaint()

    @on(Choices.Tapped)
    def tapped(self, event: Choices.Tapped) -> None:
        event.stop()
        self.choose(event.name)
