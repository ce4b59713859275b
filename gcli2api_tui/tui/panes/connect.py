"""The first part of Use: who called and what is off about it, the clients, and what to set in the chosen one.

In: a snapshot; the keys are asked for each time they are needed, and are kept nowhere here. Out: `Copy`, `Connect`,
`MapModel`. It knows no app: any can mount it alone.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from gcli2api_tui.control.verb_results import Keys
from gcli2api_tui.ledger.snapshot import CallerRow, ServerFacts, Snapshot
from gcli2api_tui.recipes.all_recipes import RECIPES, matching
from gcli2api_tui.recipes.recipe import Recipe
from gcli2api_tui.tui.app_messages import Copy
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint import clients
from gcli2api_tui.tui.paint.cells import Line
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.screens.models import Models, Reads
from gcli2api_tui.tui.screens.shown_text import QrCode
from gcli2api_tui.tui.widgets.line_widgets import LineWidget
from gcli2api_tui.tui.widgets.lines_view import LinesView
from gcli2api_tui.tui.widgets.live_table import LiveTable

ReadKeys = Callable[[], Keys]
SHORT = 24
"""Lines of a screen with little room."""


class CallersView(LineWidget):
    """As many lines as there is something to say, and never so many that nothing else is seen."""

    rows: Sequence[CallerRow] = ()

    def show(self, rows: Sequence[CallerRow], at: float) -> None:
        self.rows, self.look = rows, self.look.at(at)
        self.fit_height()
        self.repaint()

    def fit_height(self) -> None:
        room = self.app.size
        most = 4 if room.height < SHORT else 6
        height = len(clients.caller_lines(self.rows, max(1, self.size.width or room.width), most, self.look))
        if self.styles.height is None or self.styles.height.value != height:
            self.styles.height = height

    def resized(self) -> None:
        self.fit_height()
        self.repaint()

    def lines(self, width: int, height: int) -> list[Line]:
        return clients.caller_lines(self.rows, width, max(1, height), self.look)


class ClientTable(LiveTable[Recipe]):
    """One row a client."""

    called: Mapping[str, CallerRow] = MappingProxyType({})

    def key_of(self, row: Recipe) -> Hashable:
        return row.id

    def paint(self, row: Recipe, width: int) -> tuple[Line, ...]:
        return (clients.client_line(row, self.called.get(row.id), width, self.look),)


class Guide(LinesView):
    """What to set in the client, then keys and addresses; it scrolls."""

    recipe: Recipe | None = None
    server = ServerFacts()
    callers: Sequence[CallerRow] = ()

    def __init__(self, look: Look, keys: ReadKeys, *, id: str, classes: str) -> None:  # noqa: A002
        super().__init__(look, id=id, classes=classes)
        self._keys = keys

    def wrap_again(self) -> None:
        if self.recipe is not None:
            called = [row for row in self.callers if self.recipe.called_by(row.program)]
            self.set_lines(clients.guide(self.server, self._keys(), self.recipe, called, self.inside.width, self.look))


class ConnectView(Container):
    BINDINGS: ClassVar[list[BindingType]] = bindings("connect")

    class Connect(Message):
        """This client's own file is to be written; `undo`: what was written is to be taken back."""

        def __init__(self, client: str, *, undo: bool = False) -> None:
            super().__init__()
            self.client, self.undo = client, undo

    class MapModel(Message):
        """A client asks for this name: it is to mean this model."""

        def __init__(self, name: str, model: str) -> None:
            super().__init__()
            self.name, self.model = name, model

    def __init__(self, look: Look, keys: ReadKeys, models: Reads, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.look = look
        self._keys, self._models = keys, models
        self._snapshot = Snapshot(revision=0, at=0.0)

    def compose(self) -> ComposeResult:
        yield CallersView(self.look, id="callers")
        field = Input(placeholder=self.look.words("use.find"), classes="filter", compact=True)
        field.can_focus = False
        yield field
        with Container(id="use-body"):
            yield ClientTable(self.look, id="clients", classes="framed")
            yield Guide(self.look, self._keys, id="guide", classes="framed")

    def on_mount(self) -> None:
        """A key that is pressed before the first snapshot acts too."""
        self._list()

    @property
    def _table(self) -> ClientTable:
        return self.query_one(ClientTable)

    @property
    def _guide(self) -> Guide:
        return self.query_one(Guide)

    @property
    def _field(self) -> Input:
        return self.query_one(".filter", Input)

    def first(self) -> Widget:
        return self._table

    def show(self, snapshot: Snapshot) -> None:
        self._snapshot, self.look = snapshot, self.look.at(snapshot.at)
        shown = clients.recent(snapshot.callers, snapshot.at)
        self._guide.callers = shown
        self._table.called = {
            name: row for row in reversed(shown) for name, recipe in RECIPES.items() if recipe.called_by(row.program)
        }
        self.query_one(CallersView).show(snapshot.callers, snapshot.at)
        self._list()
        self.refresh_bindings()

    def _list(self) -> None:
        table = self._table
        table.caption, table.empty_text = self.look.words("title.clients"), self.look.words("use.none_found")
        table.show(matching(self._field.value), self._snapshot.at)
        self._tell()

    def _tell(self) -> None:
        guide, recipe = self._guide, self._table.selected
        changed = recipe is not guide.recipe
        guide.recipe, guide.server, guide.look = recipe or guide.recipe, self._snapshot.server, self.look
        guide.caption = self.look.words("title.use")
        guide.wrap_again()
        if changed:
            guide.scrolled_to(0)
            self.refresh_bindings()

    @on(LiveTable.Moved)
    def moved(self, event: LiveTable.Moved) -> None:
        event.stop()
        self._tell()
        if event.chosen:
            self._guide.focus()

    @property
    def client(self) -> Recipe:
        return self._guide.recipe or next(iter(RECIPES.values()))

    def choose(self, client: str) -> None:
        self.action_back()
        self._table.select(next((n for n, row in enumerate(self._table.rows) if row.id == client), 0))

    def point(self, client: str) -> None:
        self._table.point(client)

    def action_client(self, by: int) -> None:
        self._table.action_move(by)

    # Finding

    def action_find(self) -> None:
        self._field.add_class("-shown")
        self._field.can_focus = True
        self._field.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._list()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._table.focus()

    def action_back(self) -> None:
        """One step: out of the guide, then out of the search."""
        if self._field.has_class("-shown"):
            self._field.value = ""
            self._field.remove_class("-shown")
            self._field.can_focus = False
            self._list()
        self._table.focus()

    # Verbs

    @property
    def _asked(self) -> str:
        """The unknown model that was asked for last."""
        return next((row.unknown_model for row in self._snapshot.callers if row.unknown_model), "")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self.is_mounted:
            return True
        if action == "map_model":
            return bool(self._asked and self._snapshot.server.models.best)
        if action in ("write", "undo"):
            return bool(self.client.files)
        if action == "back":
            return self._field.has_class("-shown") or self._guide.has_focus
        return True

    def action_map_model(self) -> None:
        self.post_message(self.MapModel(self._asked, self._snapshot.server.models.best))

    def action_write(self) -> None:
        self.post_message(self.Connect(self.client.id))

    def action_undo(self) -> None:
        self.post_message(self.Connect(self.client.id, undo=True))

    def action_copy_panel_key(self) -> None:
        self.post_message(Copy("copy.panel_key", self._keys().panel.reveal()))

    def action_copy_settings(self) -> None:
        self.post_message(Copy("copy.snippet", self.plain_text()))

    def plain_text(self) -> str:
        """The settings with the whole key."""
        return clients.snippet(self._snapshot.server, self.client, self._keys().client.reveal())

    def action_show_code(self) -> None:
        url, key = self._snapshot.server.url_for_others, self._keys().client.reveal()
        self.app.push_screen(QrCode.of_connection(self.look, url, key))

    def action_show_models(self) -> None:
        self.show_models()

    def show_models(self, model: str = "") -> None:
        self.app.push_screen(Models(self.look, self._models, model))
