"""The Requests tab: the list, and one exchange in depth (below, beside, or instead of it).

That is the exchange under the cursor, until a person opens one: that one stays, whatever comes into the list.
"""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message
from textual.widget import Widget

from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.records import ExchangeRow
from gcli2api_tui.tui.filters import matches, unknown
from gcli2api_tui.tui.keys import bindings
from gcli2api_tui.tui.live_table import LiveTable
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.panes.detail import ExchangeDetail, Head
from gcli2api_tui.tui.panes.pane import FilteredPane
from gcli2api_tui.tui.tables import ExchangeTable
from gcli2api_tui.tui.transcript_view import Reads, TranscriptView


class Requests(FilteredPane):
    BINDINGS: ClassVar[list[BindingType]] = bindings("requests")
    pinned: ExchangeRow | None = None
    """The exchange that was opened, as it was last seen."""

    class StopWanted(Message):
        """A person wants this answer stopped."""

        def __init__(self, exchange: ExchangeId) -> None:
            super().__init__()
            self.exchange = exchange

    class EditWanted(Message):
        """A person wants to change this request and send it anew; `Reader.wire` has its raw body."""

        def __init__(self, exchange: ExchangeId) -> None:
            super().__init__()
            self.exchange = exchange

    class ResendWanted(Message):
        """A person wants this request sent again as it was."""

        def __init__(self, exchange: ExchangeId) -> None:
            super().__init__()
            self.exchange = exchange

    def __init__(self, look: Look, read: Reads, *, id: str) -> None:  # noqa: A002
        super().__init__(look, id=id)
        self._read = read

    def compose(self) -> ComposeResult:
        with Container(classes="list"):
            yield from self.filter_line()
            yield ExchangeTable(self.look, id="requests-table", classes="framed")
        yield ExchangeDetail(self.look, self._read, id="requests-detail", classes="framed")

    @property
    def _table(self) -> ExchangeTable:
        return self.query_one(ExchangeTable)

    @property
    def _detail(self) -> ExchangeDetail:
        return self.query_one(ExchangeDetail)

    def first(self) -> Widget:
        return self._table

    def again(self) -> None:
        snapshot, words, table = self.snapshot, self.look.words, self._table
        rows = [row for row in snapshot.exchanges if matches(row, self.filter_text, self.look.words.said)]
        total = len(snapshot.exchanges)
        shown = words("filter.shown", shown=len(rows), total=total) if self.filter_text else str(total)
        table.caption = words("title.requests", n=shown)
        empty = "empty.match" if total else "empty.exchanges"
        strange = unknown(self.filter_text)
        table.empty_text = (
            words("filter.unknown", token=strange) if strange else words(empty, total=total, url=snapshot.server.url)
        )
        table.show(rows, snapshot.at)
        self._show_detail()

    def _show_detail(self) -> None:
        if not self._detail.display:
            return
        rows, at = self.snapshot.exchanges, self.snapshot.at
        if self.pinned is None:
            self._detail.show(self._table.selected, at)
            return
        index = next((index for index, row in enumerate(rows) if row.id == self.pinned.id), None)
        self.pinned = self.pinned if index is None else rows[index]
        newer = sum(row.id > self.pinned.id for row in rows)
        self._detail.show(self.pinned, at, pinned=True, newer=newer)

    @on(LiveTable.Moved)
    def moved(self, event: LiveTable.Moved) -> None:
        event.stop()
        if event.chosen:
            self.open()
        elif event.by_hand and self.pinned is not None:
            self.pinned = self._table.selected
        self._show_detail()

    def open(self, exchange: ExchangeId | None = None) -> None:
        """Look into the exchange under the cursor, or into `exchange`."""
        row = self._table.selected
        if exchange is not None:
            row = next((row for row in self.snapshot.exchanges if row.id == exchange), None)
            if row is None:
                self.say("exchange.gone", id=exchange)
                return
            self._point_at(row)
        self.pinned = row
        self.add_class("-open")
        self.query_one(TranscriptView).focus()
        self.refresh_bindings()
        self.call_after_refresh(self._show_detail)

    def kept(self) -> dict[str, str]:
        pinned = self.pinned if self.has_class("-open") else None
        return {**super().kept(), "opened": str(pinned.id) if pinned else ""}

    def take_up(self, kept: dict[str, str]) -> None:
        super().take_up(kept)
        if kept.get("opened"):
            self.again()
            self.open(ExchangeId(int(kept["opened"])))

    def _point_at(self, wanted: ExchangeRow) -> None:
        """The cursor on that row, if it is in the list."""
        for index, row in enumerate(self._table.rows):
            if row.id == wanted.id:
                self._table.select(index)

    def turn_to_neighbour(self, by: int) -> None:
        """The next or the former one of the list, in depth."""
        rows, pinned = self._table.rows, self.pinned
        if pinned is None or not rows:
            return
        beyond = [row for row in rows if (row.id > pinned.id if by > 0 else row.id < pinned.id)]
        if beyond:
            self.pinned = beyond[0] if by > 0 else beyond[-1]
            self._point_at(self.pinned)
            self._show_detail()

    @on(Head.Neighbour)
    def tapped(self, event: Head.Neighbour) -> None:
        event.stop()
        self.turn_to_neighbour(event.by)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("part", "fold"):
            return bool(self._detail.display)
        if action in ("stop_answer", "edit_again", "send_again"):
            return bool(self._table.rows)
        return super().check_action(action, parameters)

    @property
    def can_go_back(self) -> bool:
        return self.has_class("-open") or super().can_go_back

    def back(self) -> bool:
        if self.has_class("-open"):
            self.remove_class("-open")
            self.pinned = None
            self._table.focus()
            self.refresh_bindings()
            self._show_detail()
            return True
        return super().back()

    def action_filter(self) -> None:
        """On a phone the opened exchange covers the list and its filter: back to the list, so that it is seen."""
        if not self.query_one(".list").display:
            self.back()
        super().action_filter()

    def action_part(self, by: int) -> None:
        self._detail.action_part(by)

    def action_fold(self) -> None:
        self.query_one(TranscriptView).action_fold()

    def action_stop_answer(self) -> None:
        row = self.pinned or self._table.selected
        if row is None:
            self.say("nothing.live")
        elif not row.live:
            self.say("nothing.live_row", id=row.id)
        else:
            self.post_message(self.StopWanted(row.id))

    def action_edit_again(self) -> None:
        if row := self.pinned or self._table.selected:
            self.post_message(self.EditWanted(row.id))

    def action_send_again(self) -> None:
        if row := self.pinned or self._table.selected:
            self.post_message(self.ResendWanted(row.id))

    def copy_text(self) -> tuple[str, str]:
        text = self.query_one(TranscriptView).text
        return ("copy.answer", text) if text else super().copy_text()
