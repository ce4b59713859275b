"""The first tab: trouble, what runs, today, what happened; a desk with the wall where there is room.

Until a tool of the person's was answered, a checklist stands here. In: snapshots; texts and keys on demand. Out: where
the person wants to go, and what is wanted of a credential.
"""

from collections.abc import Callable, Iterator

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message
from textual.widget import Widget

from gcli2api_tui.control.verb_results import Keys
from gcli2api_tui.events.ids import CredentialId, ExchangeId
from gcli2api_tui.recipes.masked_difference import masked_key
from gcli2api_tui.tui.app_messages import AddBy, OpenCredential, OpenExchange, OpenTab, Reads
from gcli2api_tui.tui.paint import checklist, credential_row
from gcli2api_tui.tui.paint.cells import Steps
from gcli2api_tui.tui.paint.dashboard import dashboard, left_column
from gcli2api_tui.tui.paint.dashboard_entry import Entry, Target
from gcli2api_tui.tui.paint.dashboard_requests import running
from gcli2api_tui.tui.paint.instances import short_names, whose
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.panes.pane import Pane
from gcli2api_tui.tui.widgets.dashboard_views import BoardView, Tails, Wall
from gcli2api_tui.tui.widgets.first_run import FirstRun
from gcli2api_tui.tui.widgets.live_table import LiveTable
from gcli2api_tui.tui.widgets.request_and_credential_tables import DeskExchanges


class Dashboard(Pane):
    class TryAnyway(Message):
        """Clear the rest of this one."""

        def __init__(self, credential: CredentialId) -> None:
            super().__init__()
            self.credential = credential

    def __init__(
        self,
        look: Look,
        read: Reads,
        keys: Callable[[], Keys],
        asked: Callable[[ExchangeId], str],
        *,
        id: str,  # noqa: A002
    ) -> None:
        super().__init__(look, id=id)
        self._read, self._keys, self._asked = read, keys, asked
        self._tails = Tails(read)

    def compose(self) -> ComposeResult:
        look = self.look
        yield FirstRun(look, self._read, self._keys, id="first-run")
        yield BoardView(self._overview, look, id="board")
        with Container(id="desk"):
            yield BoardView(self._left, look, id="desk-left")
            yield DeskExchanges(look, self._asked, id="desk-requests")
            yield Wall(look, self._read, id="wall")

    def _overview(self, width: int, height: int, look: Look) -> Steps[list[Entry]]:
        return dashboard(self.snapshot, self._tails.lines, width, height, look)

    def _left(self, width: int, height: int, look: Look) -> Steps[list[Entry]]:
        return left_column(self.snapshot, width, height, look)

    @property
    def _first_run(self) -> FirstRun:
        return self.query_one(FirstRun)

    @property
    def _at_desk(self) -> bool:
        return bool(self.query_one("#desk").display)

    def first(self) -> Widget:
        if self._first_run.display:
            return self._first_run
        return self.query_one(DeskExchanges) if self._at_desk else self.query_one("#board")

    def again(self) -> None:
        for _ in self.again_in_steps():
            pass

    def again_in_steps(self) -> Iterator[None]:
        starting = bool(self.snapshot.starting)
        first = not starting and not checklist.settled(self.snapshot)
        if (starting, first) != (self.has_class("-starting"), self.has_class("-first")):
            focused = self.screen.focused is not None and self in self.screen.focused.ancestors
            self.set_class(starting, "-starting")
            self.set_class(first, "-first")
            if focused:
                self.first().focus()
        if first:
            self._first_run.show(self.snapshot)
        elif self._at_desk:
            yield from self._showing_desk()
        else:
            self._tails.keep([row.id for row in running(self.snapshot)])
            yield from self.query_one("#board", BoardView).showing(self.snapshot.at)
        yield

    def _showing_desk(self) -> Iterator[None]:
        snapshot, table = self.snapshot, self.query_one(DeskExchanges)
        yield from self.query_one("#desk-left", BoardView).showing(snapshot.at)
        yield
        yield from table.ahead(snapshot.exchanges, snapshot.at)
        table.names = short_names(snapshot)
        table.caption = "  ".join(filter(None, (self.look.words("board.requests"), whose(snapshot, self.look))))
        table.empty_text = self.look.words("empty.exchanges", url=snapshot.server.url)
        yield from table.showing(snapshot.exchanges, snapshot.at)
        yield
        yield from self.query_one(Wall).showing(snapshot.exchanges, snapshot.at)

    # Where it leads

    @on(BoardView.Chosen)
    def chosen(self, event: BoardView.Chosen) -> None:
        event.stop()
        target = event.target
        if target.kind == "credential":
            self._credential(CredentialId(target.name), try_anyway=event.wish == "try_anyway")
        elif event.wish == "open":
            self._open(target)

    def _open(self, target: Target) -> None:
        if target.kind == "exchange":
            self.post_message(OpenExchange(ExchangeId(int(target.name))))
        else:
            self.post_message(OpenTab(target.name))

    def _credential(self, identity: CredentialId, *, try_anyway: bool) -> None:
        """`enter` does what its row says: sign in, a new key, else it looks into the credential."""
        row = next((row for row in self.snapshot.credentials if row.id == identity), None)
        helps = credential_row.help_for(row) if row is not None else ""
        if try_anyway:
            self.post_message(self.TryAnyway(identity))
        elif helps in ("sign_in", "new_key"):
            self.post_message(AddBy("login" if helps == "sign_in" else "key"))
        else:
            self.post_message(OpenCredential(identity))

    @on(LiveTable.Moved)
    def moved(self, event: LiveTable.Moved) -> None:
        event.stop()
        selected = self.query_one(DeskExchanges).selected
        if event.chosen and selected is not None:
            self.post_message(OpenExchange(selected.id))

    @on(Wall.Opened)
    def tile_opened(self, event: Wall.Opened) -> None:
        event.stop()
        self.post_message(OpenExchange(event.exchange))

    def copy_text(self) -> tuple[str, str]:
        """On a first run the key, which a tool needs first."""
        return ("copy.key", self._keys().client.reveal()) if self._first_run.display else super().copy_text()

    def plain_text(self) -> str:
        if self._first_run.display:
            return f"{self.snapshot.server.url}/v1\n{self._keys().client.reveal()}"
        return f"{super().plain_text()}\n{masked_key(self._keys().client)}"
