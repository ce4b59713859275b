"""The Use tab: the keys, and how to point a program at this server; `y` copies the key, `s` what is set in the client.

Keys come from the reader each time they are needed, and are kept nowhere here.
"""

from typing import ClassVar
from urllib.parse import urlsplit

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widget import Widget

from gcli2api_tui import qr
from gcli2api_tui.ledger.records import Snapshot
from gcli2api_tui.tui.keys import key
from gcli2api_tui.tui.line_widgets import Choices
from gcli2api_tui.tui.lines_view import LinesView
from gcli2api_tui.tui.paint import use
from gcli2api_tui.tui.panes.pane import Pane
from gcli2api_tui.tui.screens.qr_code import QrCode

CLIENTS = tuple(use.CLIENTS)


class Guide(LinesView):
    """Keys, addresses and what to set in the client; it scrolls."""

    client = CLIENTS[0]

    def wrap_again(self) -> None:
        panel = self.panel
        self.set_lines(use.guide(panel.snapshot.server, panel.reader.keys(), self.client, self.inside.width, self.look))


class Use(Pane):
    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        key("e", "show_code", "use.code"),
        key("s", "copy_settings", "use.settings"),
        key("m", "copy_panel_key", "use.panel_key"),
        key("tab,n", "client(1)", "use.next"),
        key("shift+tab,b", "client(-1)", "use.back"),
    ]

    def compose(self) -> ComposeResult:
        yield Choices(CLIENTS, "client", id="clients")
        yield Guide(classes="framed")

    @property
    def _guide(self) -> Guide:
        return self.query_one(Guide)

    def first(self) -> Widget:
        return self._guide

    def update_from(self, snapshot: Snapshot) -> None:
        self._guide.caption = self.panel.words("title.use")
        self._guide.wrap_again()

    def copy_text(self) -> tuple[str, str]:
        return "copy.key", self.panel.reader.keys().client.reveal()

    def plain_text(self) -> str:
        """The settings with the whole key."""
        key = self.panel.reader.keys().client.reveal()
        return use.snippet(self.panel.snapshot.server, self._guide.client, key)

    def action_copy_panel_key(self) -> None:
        self.panel.copy("copy.panel_key", self.panel.reader.keys().panel.reveal())

    def action_copy_settings(self) -> None:
        self.panel.copy("copy.snippet", self.plain_text())

    def action_show_code(self) -> None:
        url = self.panel.snapshot.server.url
        alone = (urlsplit(url).hostname or "") in ("127.0.0.1", "localhost", "::1")
        text = qr.connection(url, self.panel.reader.keys().client.reveal())
        self.panel.push_screen(QrCode(text, self.panel.words("qr.alone" if alone else "qr.hint")))

    def action_client(self, by: int) -> None:
        self.choose(CLIENTS[(CLIENTS.index(self._guide.client) + by) % len(CLIENTS)])

    def choose(self, client: str) -> None:
        self.query_one(Choices).current = client
        self._guide.client = client
        self._guide.wrap_again()
        self._guide.scrolled_to(0)

    @on(Choices.Tapped)
    def tapped(self, event: Choices.Tapped) -> None:
        event.stop()
        self.choose(event.name)
