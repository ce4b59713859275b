"""The Use tab: the keys, and how to point a program at this server; `y` copies the key, `s` what is set in the client,
`i` shows the models.

In: a snapshot; the keys are asked for each time they are needed, and are kept nowhere here. Out: `Copy`.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import ClassVar
from urllib.parse import urlsplit

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget

from gcli2api_tui import qr
from gcli2api_tui.control.ports import Keys
from gcli2api_tui.ledger.records import ServerFacts
from gcli2api_tui.tui.commands import Command
from gcli2api_tui.tui.keys import bindings
from gcli2api_tui.tui.line_widgets import Choices
from gcli2api_tui.tui.lines_view import LinesView
from gcli2api_tui.tui.messages import Copy
from gcli2api_tui.tui.paint import use
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.panes.pane import Pane
from gcli2api_tui.tui.screens.models import Models, Reads
from gcli2api_tui.tui.screens.qr_code import QrCode

CLIENTS = tuple(use.CLIENTS)


class Guide(LinesView):
    """Keys, addresses and what to set in the client; it scrolls."""

    def __init__(self, look: Look, keys: Callable[[], Keys], *, classes: str) -> None:
        super().__init__(look, classes=classes)
        self.client = CLIENTS[0]
        self._server = ServerFacts()
        self._keys = keys

    def show(self, server: ServerFacts) -> None:
        self._server = server
        self.wrap_again()

    def wrap_again(self) -> None:
        self.set_lines(use.guide(self._server, self._keys(), self.client, self.inside.width, self.look))


class Use(Pane):
    BINDINGS: ClassVar[list[BindingType]] = bindings("use")

    def __init__(self, look: Look, keys: Callable[[], Keys], models: Reads, *, id: str) -> None:  # noqa: A002
        super().__init__(look, id=id)
        self._keys, self._models = keys, models

    def compose(self) -> ComposeResult:
        yield Choices(CLIENTS, "client", self.look, id="clients")
        yield Guide(self.look, self._keys, classes="framed")

    @property
    def _guide(self) -> Guide:
        return self.query_one(Guide)

    def first(self) -> Widget:
        return self._guide

    def again(self) -> None:
        self._guide.caption = self.look.words("title.use")
        self._guide.show(self.snapshot.server)

    def copy_text(self) -> tuple[str, str]:
        return "copy.key", self._keys().client.reveal()

    def plain_text(self) -> str:
        """The settings with the whole key."""
        return use.snippet(self.snapshot.server, self._guide.client, self._keys().client.reveal())

    def action_copy_panel_key(self) -> None:
        self.post_message(Copy("copy.panel_key", self._keys().panel.reveal()))

    def action_copy_settings(self) -> None:
        self.post_message(Copy("copy.snippet", self.plain_text()))

    def action_show_code(self) -> None:
        url, words = self.snapshot.server.url, self.look.words
        alone = (urlsplit(url).hostname or "") in ("127.0.0.1", "localhost", "::1")
        text = qr.connection(url, self._keys().client.reveal())
        self.app.push_screen(QrCode(self.look, text, words("qr.alone" if alone else "qr.hint")))

    def action_show_models(self) -> None:
        self.show_models()

    def show_models(self, model: str = "") -> None:
        self.app.push_screen(Models(self.look, self._models, model))

    def commands(self) -> Iterator[Command]:
        for client in CLIENTS:
            yield Command(self.look.words(f"client.{client}"), "client", partial(self.choose, client), tab="use")
        for row in self._models():
            yield Command(row.id, "model", partial(self.show_models, row.id), tab="use")

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
