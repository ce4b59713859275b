"""The Requests tab under the hands of a person: filters, chips, copies, exports, the wire; with more than fits."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
from textual.pilot import Pilot

from gcli2api_tui.events.records import ExchangeId, Usage
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState, Page, Passage
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.paint.cells import Line
from gcli2api_tui.tui.panes.filtered_requests import Chips
from gcli2api_tui.tui.panes.request_detail import ExchangeDetail
from gcli2api_tui.tui.panes.requests import Requests
from gcli2api_tui.tui.screens.differences import Differences, DifferenceView
from gcli2api_tui.tui.screens.menus import NumberedMenu
from gcli2api_tui.tui.widgets.panel_rows import MessageRow
from gcli2api_tui.tui.widgets.request_and_credential_tables import ExchangeTable
from gcli2api_tui.tui.widgets.wire_view import WireView

from .conftest import FakeControl, FakeReader, exchange

SIZES = [(45, 20), (80, 24), (160, 50)]


@dataclass
class Shown:
    panel: Panel
    pilot: Pilot[Any]

    @property
    def pane(self) -> Requests:
        return self.panel.query_one(Requests)

    @property
    def ids(self) -> list[int]:
        return [row.id for row in self.pane.table.rows]

    @property
    def chips(self) -> str:
        return "".join(part for part, _ in self.pane.query_one(Chips).lines(200, 1)[0])

    async def until(self, holds: Callable[[], object]) -> None:
        for _ in range(200):
            if holds():
                return
            await self.pilot.pause(0.01)
        raise AssertionError("waited in vain")


@asynccontextmanager
async def opened(panel: Panel, reader: FakeReader, size: tuple[int, int]) -> AsyncIterator[Shown]:
    """Forty requests: every fifth failed, every seventh on flash."""
    rows = tuple(
        exchange(
            number, ExchangeState.DONE if number % 5 else ExchangeState.FAILED, status=200 if number % 5 else 503,
            model="gemini-2.5-pro" if number % 7 else "gemini-2.5-flash", usage=Usage(1, 0, number, 0),
        )
        for number in range(1, 41)
    )  # fmt: skip
    reader.change(exchanges=rows)
    async with panel.run_test(size=size) as pilot:
        await pilot.press("r")
        shown = Shown(panel, pilot)
        await shown.until(lambda: len(shown.pane.table.rows) == 40)
        yield shown


def says(wire: WireView, words: str) -> bool:
    return any(words in "".join(text for text, _ in line) for line in wire.lines._lines)


async def typed(shown: Shown, text: str) -> None:
    await shown.pilot.press("slash")
    shown.pane._field.value = text
    await shown.pilot.press("enter")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_slip_is_said_and_the_rest_of_the_filter_holds(
    panel: Panel, reader: FakeReader, size: tuple[int, int]
) -> None:
    async with opened(panel, reader, size) as shown:
        await typed(shown, "is:err sta:503")
        await shown.until(lambda: shown.ids == [5, 10, 15, 20, 25, 30, 35, 40])
        assert "sta:503 is no filter" in shown.chips
        await typed(shown, "is:err st:429")
        await shown.until(lambda: not shown.ids)
        assert "0 of 40 match" in shown.pane.table.empty_text
        await shown.pilot.press("escape")
        await shown.until(lambda: len(shown.ids) == 40)


async def test_words_are_looked_for_in_texts_beside_and_what_grows_is_found_later(
    panel: Panel, reader: FakeReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Requests, "GROWN_S", 0.0)
    reader.holders = {"老市场": frozenset({ExchangeId(3)})}
    async with opened(panel, reader, (80, 24)) as shown:
        await typed(shown, "老市场 -is:err")
        await shown.until(lambda: shown.ids == [3])
        reader.holders = {"老市场": frozenset({ExchangeId(3), ExchangeId(4), ExchangeId(5)})}
        reader.change()
        await shown.until(lambda: shown.ids == [3, 4])


async def test_chips_turn_by_key_and_by_tap_and_one_that_was_typed_can_be_kept(
    panel: Panel, reader: FakeReader, control: FakeControl
) -> None:
    async with opened(panel, reader, (80, 24)) as shown:
        await shown.pilot.press("t", "t")
        await shown.until(lambda: shown.ids == [5, 10, 15, 20, 25, 30, 35, 40])
        await shown.pilot.click("#chips", offset=(1, 0))
        await shown.until(lambda: len(shown.ids) == 40)
        await typed(shown, "m:flash")
        await shown.until(lambda: shown.ids == [7, 14, 21, 28, 35])
        assert "+ keep" in shown.chips
        await shown.pilot.press("w", "3")
        await shown.until(lambda: ("keep_filter", "m:flash") in control.calls)
        shown.pane.choose_filter(reader.kept[0])
        await shown.pilot.press("escape")
        await shown.until(lambda: len(shown.ids) == 40)


async def test_two_that_are_marked_are_compared(panel: Panel, reader: FakeReader, monkeypatch: Any) -> None:
    said = {1: "the cat sat", 2: "the dog sat"}
    monkeypatch.setattr(
        reader, "transcript", lambda key, _=0: Page(key, 1, (Passage("answer", said.get(key, "")),), 1), raising=True
    )
    async with opened(panel, reader, (80, 24)) as shown:
        await shown.pilot.press("g", "m")
        assert not shown.pane.check_action("difference", ()), "one alone differs from nothing"
        await shown.pilot.press("m", "i")
        await shown.until(lambda: isinstance(panel.screen, Differences))
        found = panel.screen.query_one(DifferenceView).found
        assert (found.added, found.removed) == (1, 1)
        runs = [run for line in found.lines for run, _ in line]
        assert runs.index("cat") < runs.index("dog"), "the earlier one first"


async def test_what_is_marked_is_written_or_stopped_else_all_that_is_shown(
    panel: Panel, reader: FakeReader, control: FakeControl
) -> None:
    async with opened(panel, reader, (80, 24)) as shown:
        shown.pane.choose_filter("is:err")
        await shown.pilot.press("w", "1")
        await shown.until(lambda: control.calls)
        assert control.calls[-1] == ("export_exchanges", ((5, 10, 15, 20, 25, 30, 35, 40), "jsonl", False))
        await shown.pilot.press("g", "m", "m", "w", "2")
        await shown.until(lambda: len(control.calls) == 2)
        assert control.calls[-1] == ("export_exchanges", ((5, 10), "har", False))
        await shown.pilot.press("x")
        await shown.until(lambda: "None of the 2 marked" in panel.query_one(MessageRow).text)
        rows = reader.now.exchanges
        reader.change(exchanges=tuple(replace(row, ended_at=None) if row.id in (5, 10) else row for row in rows))
        await shown.until(lambda: all(row.live for row in shown.pane.table.marked))
        await shown.pilot.press("x")
        await shown.until(lambda: len(control.calls) == 4)
        assert control.calls[2:] == [("cancel_exchange", 5), ("cancel_exchange", 10)]


async def test_y_copies_the_most_useful_and_once_more_offers_other_words(panel: Panel, reader: FakeReader) -> None:
    copied: list[str] = []
    async with opened(panel, reader, (45, 20)) as shown:
        panel.copy_to_clipboard = copied.append  # type: ignore[method-assign]
        await shown.pilot.press("y")
        await shown.until(lambda: copied)
        assert copied[-1].startswith("curl -sN ") and "y again" in panel.query_one(MessageRow).text
        await shown.pilot.press("y")
        await shown.until(lambda: isinstance(panel.screen, NumberedMenu))
        await shown.pilot.press("3")
        await shown.until(lambda: len(copied) == 2)
        assert copied[-1].startswith("import os") and "sk-for-tools" not in "".join(copied)
        await shown.pilot.press("y", "y", "6")
        await shown.until(lambda: "sk-for-tools" in copied[-1])


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_wire_is_stepped_through_and_stands_a_resize(
    panel: Panel, reader: FakeReader, size: tuple[int, int]
) -> None:
    async with opened(panel, reader, size) as shown:
        await shown.pilot.press("enter", "tab", "tab", "tab")
        wire = shown.pane.query_one(WireView)
        await shown.until(lambda: wire.has_focus_within and wire.wire is not None)
        await shown.pilot.press("left", "left")
        assert wire.chosen == 97
        await shown.pilot.resize_terminal(size[0] + 10, size[1] + 3)
        await shown.pilot.press("home", "right")
        assert wire.chosen == 1 and panel.query_one("#tabs").current == "requests"  # type: ignore[attr-defined]
        await shown.pilot.press("end", "right")
        assert wire.chosen is None
        for words in ("Authorization", '"model"', "curl -sN"):
            await shown.pilot.press("space")
            await shown.until(partial(says, wire, words))
        await shown.pilot.press("right")
        assert panel.query_one("#tabs").current != "requests"  # type: ignore[attr-defined]


async def test_an_opened_one_is_edited_or_sent_again_by_message_and_has_its_neighbours(
    panel: Panel, reader: FakeReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted: list[tuple[str, int]] = []
    async with opened(panel, reader, (160, 50)) as shown:
        post = shown.pane.post_message

        def heard(message: Any) -> bool:
            if isinstance(message, Requests.Wanted):
                wanted.append((type(message).__name__, message.exchange))
                return True
            return post(message)

        monkeypatch.setattr(shown.pane, "post_message", heard)
        await shown.pilot.press("e", "b", "enter")
        await shown.until(lambda: shown.pane.pinned is not None and shown.pane.pinned.id == 40)
        await shown.pilot.press("b")
        await shown.until(lambda: shown.pane.pinned is not None and shown.pane.pinned.id == 39)
        await shown.pilot.press("e")
        assert wanted == [("EditWanted", 40), ("ResendWanted", 40), ("EditWanted", 39)]
        assert shown.pane.query_one(ExchangeDetail).part == "answer"


async def test_of_a_filtered_list_no_row_is_painted_that_is_not_in_it(
    panel: Panel, reader: FakeReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest of all requests were painted each time, and none of them was shown."""
    painted: set[int] = set()
    paint = ExchangeTable.paint

    def noted(table: ExchangeTable, row: ExchangeRow, width: int) -> tuple[Line, ...]:
        painted.add(row.id)
        return paint(table, row, width)

    monkeypatch.setattr(ExchangeTable, "paint", noted)
    async with opened(panel, reader, (160, 50)) as shown:
        shown.pane.choose_filter("m:flash")
        await shown.until(lambda: len(shown.ids) < 10)
        painted.clear()
        reader.change(exchanges=tuple(replace(row, client="zed") for row in reader.now.exchanges))
        panel.show_this(reader.now)
        assert painted == set(shown.ids)
