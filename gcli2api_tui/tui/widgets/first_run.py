"""The checklist of a first run as a widget: it takes the dashboard's place until a tool of the person's was answered.

In: snapshots, the keys, what lies on this device. Out: what the person wants, and, by itself and once, the first test
call. It knows no control.
"""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Literal

from textual.binding import BindingType
from textual.message import Message
from textual.timer import Timer

from gcli2api_tui.control.verb_results import Keys
from gcli2api_tui.events.ids import ExchangeId
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.recipes.masked_difference import masked_key
from gcli2api_tui.tui.app_messages import OpenTab, Reads
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint import checklist
from gcli2api_tui.tui.paint.cells import Line
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.widgets.dashboard_views import Tails
from gcli2api_tui.tui.widgets.line_widgets import LineWidget

Wish = Literal["import", "sign_in", "add", "ask", "stop", "demo"]


class FirstRun(LineWidget, can_focus=True, inherit_bindings=False):
    BINDINGS: ClassVar[list[BindingType]] = bindings("first_run")
    GRACE_S: ClassVar[float] = 3.0
    """Before the first test call: it uses a request, and a person may skip it."""

    class Wanted(Message):
        """`model` for a question; `exchange` of an answer to stop; `files` to import."""

        def __init__(
            self, wish: Wish, *, model: str = "", exchange: ExchangeId | None = None, files: tuple[Path, ...] = ()
        ) -> None:
            super().__init__()
            self.wish, self.model, self.exchange, self.files = wish, model, exchange, files

    def __init__(self, look: Look, read: Reads, keys: Callable[[], Keys], *, id: str) -> None:  # noqa: A002
        super().__init__(look, id=id)
        self._keys = keys
        self._tails = Tails(read)
        self._snapshot: Snapshot | None = None
        self.found: tuple[Path, ...] = ()
        self.has_demo = True
        self._waiting: Timer | None = None
        self._asked = False
        self._skipped = False

    def show(self, snapshot: Snapshot) -> None:
        self._snapshot, self.look = snapshot, self.look.at(snapshot.at)
        if self._wants_to_ask(snapshot) and self._waiting is None:
            self._waiting = self.set_timer(self.GRACE_S, self._ask_by_itself)
        self.repaint()
        self.refresh_bindings()

    def _wants_to_ask(self, snapshot: Snapshot) -> bool:
        """Once, a moment after the first credential serves, and a model to ask is known."""
        done = self._asked or self._skipped or checklist.answered(snapshot)
        return not done and checklist.served(snapshot) and bool(snapshot.server.models.fast)

    def _ask_by_itself(self) -> None:
        self._waiting = None
        if self._snapshot is not None and self._wants_to_ask(self._snapshot) and self.display:
            self._ask(self._snapshot)

    def _ask(self, snapshot: Snapshot) -> None:
        self._asked, self._skipped = True, False
        self.post_message(self.Wanted("ask", model=snapshot.server.models.fast))

    def lines(self, width: int, height: int) -> list[Line]:
        if self._snapshot is None:
            return []
        row = checklist.first_answer(self._snapshot)
        tail: tuple[str, ...] = ()
        if row is not None:
            self._tails.keep([row.id])
            tail = tuple(self._tails.lines(row.id, max(10, width - 6), max(1, min(4, height - 9))))
        key = masked_key(self._keys().client)
        facts = checklist.Facts(key, len(self.found), self._skipped, self._asked, tail, self.has_demo)
        return checklist.checklist(self._snapshot, facts, width, height, self.look)

    def action_import(self) -> None:
        if self.found:
            self.post_message(self.Wanted("import", files=self.found))

    def action_demo(self) -> None:
        self.post_message(self.Wanted("demo"))

    def action_sign_in(self) -> None:
        self.post_message(self.Wanted("sign_in"))

    def action_go(self) -> None:
        """What the step that is due needs."""
        snapshot = self._snapshot
        if snapshot is None or not checklist.served(snapshot):
            self.post_message(self.Wanted("add"))
        elif checklist.answered(snapshot):
            self.post_message(OpenTab("use"))
        elif (row := checklist.first_answer(snapshot)) is None or not row.live:
            self._ask(snapshot)

    def action_skip(self) -> None:
        snapshot = self._snapshot
        row = checklist.first_answer(snapshot) if snapshot is not None else None
        if row is not None and row.live:
            self.post_message(self.Wanted("stop", exchange=row.id))
        self._skipped = True
        self.repaint()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        snapshot = self._snapshot
        if action == "import":
            return bool(self.found)
        if action == "demo":
            return self.has_demo
        if action == "skip":
            return snapshot is not None and checklist.served(snapshot) and not checklist.answered(snapshot)
        return action != "sign_in" or snapshot is None or not checklist.served(snapshot)


def found_files(home: Path) -> list[Path]:
    """Gemini CLI's own folder, and a phone's downloads."""
    usual = [home / ".gemini" / "oauth_creds.json"]
    downloads = home / "storage" / "downloads"
    more = sorted(downloads.glob("*.json"))[:5] if downloads.is_dir() else []
    return [path for path in (*usual, *more) if path.is_file()]
