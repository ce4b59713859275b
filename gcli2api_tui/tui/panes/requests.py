"""The Requests tab: the list under its filter, and one exchange in depth (below, beside, or instead of it).

That is the exchange under the cursor, until a person opens one: that one stays, whatever comes into the list. What is
done to requests leaves as messages: to the marked ones, else to the one at hand.
"""

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

from gcli2api_tui.control.verb_results import ExportForm
from gcli2api_tui.events.ids import ExchangeId
from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.tui.app_messages import Copy, KeepFilter, Say
from gcli2api_tui.tui.base_screens import only_looks
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint.cells import Steps, at_once
from gcli2api_tui.tui.panes.filtered_requests import FilteredRequests
from gcli2api_tui.tui.panes.pane import Kept
from gcli2api_tui.tui.panes.request_detail import ExchangeDetail, Head
from gcli2api_tui.tui.panes.request_menus import copied, copy_entries, write_entries
from gcli2api_tui.tui.screens.menus import NumberedMenu
from gcli2api_tui.tui.widgets.live_table import LiveTable
from gcli2api_tui.tui.widgets.transcript_view import TranscriptView


class Requests(FilteredRequests):
    BINDINGS: ClassVar[list[BindingType]] = bindings("requests")
    pinned: ExchangeRow | None = None
    """The exchange that was opened, as it was last seen."""
    _several = False
    """The key for one or all acts."""
    _copied: ExchangeId | None = None
    """What `y` has copied just now: once more opens the menu."""

    class Wanted(Message):
        """A person wants something done with this exchange."""

        def __init__(self, exchange: ExchangeId) -> None:
            super().__init__()
            self.exchange = exchange

    class StopWanted(Wanted):
        """Its answer stopped."""

    class EditWanted(Wanted):
        """The request changed and sent anew; `Reader.wire` has its raw body."""

    class ResendWanted(Wanted):
        """The request sent again as it was."""

    class InstancesWanted(Message):
        """One instance is to be looked at in place of all, or all in place of one."""

    class DifferenceWanted(Message):
        """What two exchanges were asked and answered, side by side."""

        def __init__(self, one: ExchangeId, other: ExchangeId) -> None:
            super().__init__()
            self.one, self.other = one, other

    class ExportWanted(Message):
        """These exchanges written to a file."""

        def __init__(self, exchanges: tuple[ExchangeId, ...], form: ExportForm) -> None:
            super().__init__()
            self.exchanges, self.form = exchanges, form

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield ExchangeDetail(self.look, self.reads, id="requests-detail", classes="framed", url=self._url)

    def _url(self) -> str:
        return self.snapshot.server.url

    @property
    def _detail(self) -> ExchangeDetail:
        return self.query_one(ExchangeDetail)

    def showing_beside(self) -> Steps[None]:
        yield from self._showing_detail()
        if (several := bool(self.check_action("instances", ()))) != self._several:
            self._several = several
            self.refresh_bindings()

    def _show_detail(self, *, opens: bool = False) -> None:
        """`opens`: it is about to be laid out, and what it shows is to be there in the first frame."""
        at_once(self._showing_detail(opens=opens))

    def _showing_detail(self, *, opens: bool = False) -> Steps[None]:
        self._show_keys()
        if not (opens or self._detail.display):
            return
        rows, row, newer = self.snapshot.exchanges, self.table.selected, 0
        if (pinned := self.pinned) is not None:
            self.pinned = row = next((row for row in rows if row.id == pinned.id), pinned)
            newer = sum(_age(other) > _age(row) for other in rows)
        yield from self._detail.showing(row, self.snapshot.at, pinned=pinned is not None, newer=newer)

    @on(LiveTable.Moved)
    def moved(self, event: LiveTable.Moved) -> None:
        event.stop()
        if event.chosen:
            self.open()
        elif event.by_hand and self.pinned is not None:
            self.pinned = self.table.selected
        self._show_detail()

    # One in depth

    def open(self, exchange: ExchangeId | None = None) -> None:
        """Look into the exchange under the cursor, or into `exchange`."""
        row = self.table.selected
        if exchange is not None:
            row = next((row for row in self.snapshot.exchanges if row.id == exchange), None)
            if row is None:
                self.say("exchange.gone", id=exchange)
                return
            self._point_at(row)
        self.pinned = row
        self.add_class("-open")
        self._detail.focus_target.focus()
        self.refresh_bindings()
        self._show_detail(opens=True)
        self.call_after_refresh(self._show_detail)

    def kept(self) -> Kept:
        pinned = self.pinned if self.has_class("-open") else None
        return {**super().kept(), "opened": str(pinned.id) if pinned else ""}

    def take_up(self, kept: Kept) -> None:
        super().take_up(kept)
        if kept.get("opened"):
            self.again()
            self.open(ExchangeId(int(kept["opened"])))

    def _point_at(self, wanted: ExchangeRow) -> None:
        """The cursor on that row, if it is in the list."""
        for index, row in enumerate(self.table.rows):
            if row.id == wanted.id:
                self.table.select(index)

    @on(Head.Neighbour)
    def turn_to_neighbour(self, event: Head.Neighbour) -> None:
        """The next or the former one of the list, in depth."""
        event.stop()
        rows, pinned = self.table.rows, self.pinned
        if pinned is None or not rows:
            return
        if event.by > 0:
            beyond = min((row for row in rows if _age(row) > _age(pinned)), key=_age, default=None)
        else:
            beyond = max((row for row in rows if _age(row) < _age(pinned)), key=_age, default=None)
        if beyond is not None:
            self.pinned = beyond
            self._point_at(self.pinned)
            self._show_detail()

    def closed(self) -> None:
        self.pinned = None
        self._show_detail()

    def action_part(self, by: int) -> None:
        self._detail.action_part(by)

    def action_fold(self) -> None:
        self.query_one(TranscriptView).action_fold()

    # What is done

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "part":
            return bool(self._detail.display)
        if action == "fold":
            return bool(self._detail.display) and self._detail.part in ("answer", "prompt")
        if action == "chip":
            return not self.has_class("-open") or self.query_one(".list").display
        if action == "difference":
            return len(self.table.marked) == 2
        if action == "instances":
            return len(self.snapshot.server.instances) > 1 or self.snapshot.all_instances
        if action in ("stop_answer", "edit_again", "send_again", "write"):
            return bool(self.table.rows)
        return super().check_action(action, parameters)

    @property
    def _row(self) -> ExchangeRow | None:
        return self.pinned or self.table.selected

    @property
    def _to_stop(self) -> tuple[ExchangeRow, ...]:
        row, marked = self._row, self.table.marked
        return (row,) if row is not None and (self.pinned or not marked) else tuple(marked)

    def _show_keys(self) -> None:
        idle = frozenset[str]() if any(one.live for one in self._to_stop) else frozenset({"requests.stop"})
        if idle != self.idle_keys:
            self.idle_keys = idle
            self.refresh_bindings()

    def action_stop_answer(self) -> None:
        row, targets = self._row, self._to_stop
        live = [one for one in targets if one.live]
        for one in live:
            self.post_message(self.StopWanted(one.id))
        if not live and len(targets) > 1:
            self.say("nothing.live_marked", n=len(targets))
        elif not live and row is not None:
            self.say("nothing.live_row", id=row.number)
        elif not live:
            self.say("nothing.live")

    def action_edit_again(self) -> None:
        if (row := self._row) and self._is_here(row):
            self.post_message(self.EditWanted(row.id))

    def action_send_again(self) -> None:
        if (row := self._row) and self._is_here(row):
            self.post_message(self.ResendWanted(row.id))

    def action_difference(self) -> None:
        if all(map(self._is_here, self.table.marked)):
            one, other = sorted(row.id for row in self.table.marked)
            self.post_message(self.DifferenceWanted(one, other))

    def _is_here(self, row: ExchangeRow) -> bool:
        """What needs its texts is done where they are."""
        if row.elsewhere:
            self.say("nothing.elsewhere", id=row.number, name=row.instance)
        return not row.elsewhere

    def action_instances(self) -> None:
        self.post_message(self.InstancesWanted())

    def action_write(self) -> None:
        """The marked ones, else all that the list shows."""
        ids = tuple(row.id for row in self.table.marked or self.table.rows)
        text = self.filter_text.strip()
        entries = write_entries(self.look, text, self.reads.saved_filters(), only_looks=only_looks(self.app))
        title = self.look.words("writemenu.title", n=len(ids))
        self.app.push_screen(NumberedMenu(self.look, title, entries), partial(self._written, ids, text))

    def _written(self, ids: tuple[ExchangeId, ...], text: str, chosen: str | None) -> None:
        if chosen in ("jsonl", "har"):
            self.post_message(self.ExportWanted(ids, "har" if chosen == "har" else "jsonl"))
        elif chosen in ("keep", "drop"):
            self.post_message(KeepFilter(text, kept=chosen == "keep"))

    # Copies

    def copy_text(self) -> tuple[str, str]:
        """What is seen of an exchange; where that is nothing, the request as a curl line."""
        row = self._row
        if row is None:
            return super().copy_text()
        if self._detail.display:
            what, text = self._detail.copy_text()
            if text:
                return what, text
        page, wire = self.reads.transcript(row.id, 0), self.reads.wire(row.id)
        for name in ("answer", "curl"):
            if text := copied(name, row, wire, page, self._url(), self.reads.keys()):
                return f"copy.{name}", text
        return super().copy_text()

    def copy(self) -> None:
        """The most useful; once more, while its message stands, in other words."""
        row = self._row
        if row is not None and row.id == self._copied:
            title = self.look.words("copymenu.title", id=row.number)
            self.app.push_screen(NumberedMenu(self.look, title, copy_entries(self.look)), partial(self._copy_as, row))
            return
        self._copied = row.id if row is not None else None
        self.post_message(Copy(*self.copy_text(), told=self._told_copied if row is not None else None))

    def _told_copied(self, sentence: str) -> None:
        self.post_message(Say(f"{sentence} · {self.look.words('copy.again')}", "ok"))

    def message_gone(self) -> None:
        self._copied = None

    def _copy_as(self, row: ExchangeRow, name: str | None) -> None:
        self._copied = None
        if not name:
            return
        page, wire = self.reads.transcript(row.id, 0), self.reads.wire(row.id)
        text = copied(name, row, wire, page, self._url(), self.reads.keys())
        if text:
            self.post_message(Copy(f"copy.{name}", text))
        else:
            self.say("nothing.kept", id=row.number)


def _age(row: ExchangeRow) -> tuple[float, ExchangeId]:
    """Where it stands among others: of several instances each counts for itself."""
    return row.opened_at, row.id
