"""The Use tab, in three parts that `tab` turns: how clients are connected, what was used, and the keys of others.

In: a snapshot, and what reads keys, models, usage and client keys. Out: what its parts send.
"""

from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from gcli2api_tui.recipes.all_recipes import RECIPES
from gcli2api_tui.recipes.masked_difference import masked_key
from gcli2api_tui.tui.app_messages import Command
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.panes.client_keys import ClientKeysView, ReadClientKeys
from gcli2api_tui.tui.panes.connect import ConnectView, ReadKeys
from gcli2api_tui.tui.panes.pane import Kept, Pane
from gcli2api_tui.tui.panes.usage import ReadUsage, UsageView
from gcli2api_tui.tui.screens.models import Reads
from gcli2api_tui.tui.widgets.line_widgets import Choices

PARTS = ("connect", "usage", "keys")


class Use(Pane):
    BINDINGS: ClassVar[list[BindingType]] = bindings("use")

    def __init__(
        self,
        look: Look,
        keys: ReadKeys,
        models: Reads,
        usage: ReadUsage,
        issued: ReadClientKeys,
        *,
        id: str,  # noqa: A002
    ) -> None:
        super().__init__(look, id=id)
        self._keys, self._models, self._usage, self._issued = keys, models, usage, issued

    def compose(self) -> ComposeResult:
        yield Choices(PARTS, "usepart", self.look, short="useshort", id="use-parts")
        with ContentSwitcher(initial="use-connect", id="use-switcher"):
            yield ConnectView(self.look, self._keys, self._models, id="use-connect")
            yield UsageView(self.look, self._usage, id="use-usage")
            yield ClientKeysView(self.look, self._issued, id="use-keys")

    @property
    def part(self) -> str:
        return self.query_one("#use-parts", Choices).current

    @property
    def connect(self) -> ConnectView:
        return self.query_one(ConnectView)

    @property
    def view(self) -> ConnectView | UsageView | ClientKeysView:
        """The part that is shown."""
        if self.part == "connect":
            return self.connect
        return self.query_one(UsageView) if self.part == "usage" else self.query_one(ClientKeysView)

    def first(self) -> Widget:
        return self.view.first()

    def again(self) -> None:
        key, words = self._keys().client, self.look.words
        self.query_one("#use-parts", Choices).note(
            words("use.key_here", masked=masked_key(key)) if key else words("use.key_there")
        )
        self.view.show(self.snapshot)

    def action_part(self, by: int) -> None:
        self.show_part(PARTS[(PARTS.index(self.part) + by) % len(PARTS)])

    def show_part(self, part: str) -> None:
        self.query_one("#use-parts", Choices).current = part
        self.query_one("#use-switcher", ContentSwitcher).current = f"use-{part}"
        self.first().focus()
        self.call_after_refresh(self.again)

    @on(Choices.Tapped, "#use-parts")
    def tapped(self, event: Choices.Tapped) -> None:
        event.stop()
        self.show_part(event.name)

    def kept(self) -> Kept:
        return {"part": self.part, "client": self.connect.client.id}

    def take_up(self, kept: Kept) -> None:
        if kept:
            self.query_one("#use-parts", Choices).current = kept["part"]
            self.query_one("#use-switcher", ContentSwitcher).current = f"use-{kept['part']}"
            self.connect.point(kept["client"])
        if self.display:
            self.first().focus()

    def copy_text(self) -> tuple[str, str]:
        return "copy.key", self._keys().client.reveal()

    def plain_text(self) -> str:
        return self.view.plain_text()

    def commands(self) -> Iterator[Command]:
        for recipe in RECIPES.values():
            yield Command(recipe.name, "client", partial(self.choose, recipe.id), tab="use")
        for row in self._models():
            yield Command(row.id, "model", partial(self.show_models, row.id), tab="use")

    def show_models(self, first: str) -> None:
        self.connect.show_models(first)

    def choose(self, client: str) -> None:
        """By name, whatever was searched for before."""
        self.show_part("connect")
        self.connect.choose(client)
