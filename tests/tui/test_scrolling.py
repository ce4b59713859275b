"""Every list and every text with more than fits, while rows come, at the three sizes and across a resize."""

import contextlib
import importlib
import pkgutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from alone import ENGLISH, Page, alone, until
from textual.dom import DOMNode
from textual.events import MouseScrollDown, MouseScrollUp
from textual.pilot import Pilot
from textual.widget import Widget

import gcli2api_tui.tui
from gcli2api_tui.events.records import ExchangeId, Usage
from gcli2api_tui.ledger.credential_rows import ModelCooldown, ModelUse
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, Passage
from gcli2api_tui.ledger.snapshot import LogRow
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.app_messages import ExchangeReads, OpenExchange
from gcli2api_tui.tui.panes.credentials import CredentialDetail, Credentials
from gcli2api_tui.tui.panes.logs import Logs, LogTable
from gcli2api_tui.tui.panes.pane import Pane
from gcli2api_tui.tui.panes.request_detail import ExchangeDetail, Head
from gcli2api_tui.tui.panes.requests import Requests
from gcli2api_tui.tui.widgets.line_widgets import Choices
from gcli2api_tui.tui.widgets.lines_view import LinesView
from gcli2api_tui.tui.widgets.live_table import LiveTable
from gcli2api_tui.tui.widgets.pick_list import PickList
from gcli2api_tui.tui.widgets.request_and_credential_tables import CredentialTable, DeskExchanges, ExchangeTable
from gcli2api_tui.tui.widgets.scroll_view import Scrolled
from gcli2api_tui.tui.widgets.transcript_view import TranscriptView

from .conftest import AT, credential, exchange

SIZES = [(45, 20), (80, 24), (160, 50)]
MANY = 60
LISTS: dict[str, tuple[Callable[[Any], Pane], type[LiveTable[Any]]]] = {
    "requests": (lambda reader: Requests(ENGLISH, ExchangeReads(reader.transcript), id="requests"), ExchangeTable),
    "logs": (lambda reader: Logs(ENGLISH, id="logs"), LogTable),
    "credentials": (lambda reader: Credentials(ENGLISH, id="credentials"), CredentialTable),
}


def log_row(number: int) -> LogRow:
    return LogRow(number, AT - 30 + number, "info", "server", f"line no. {number}")


def exchange_row(number: int) -> ExchangeRow:
    """Told from all others by its tokens: on a phone the time has no seconds."""
    return exchange(number, usage=Usage(2100, 0, number, 310))


def fill(reader: Any) -> None:
    reader.change(
        exchanges=tuple(exchange_row(number) for number in range(1, MANY + 1)),
        credentials=tuple(credential(f"user{number:03}") for number in range(1, MANY + 1)),
        log=tuple(log_row(number) for number in range(1, MANY + 1)),
    )


def one_more(reader: Any) -> None:
    """A new row at the end of each list, and the oldest gone: a ring that is full."""
    now, number = reader.now, reader.now.log[-1].number + 1
    reader.change(
        exchanges=(*now.exchanges[1:], exchange_row(number)),
        credentials=(*now.credentials, credential(f"user{number:03}")),
        log=(*now.log[1:], log_row(number)),
    )


def in_sight(table: LiveTable[Any]) -> list[Any]:
    """The rows that stand in the list, by what is painted there."""
    tall, head = table.row_height(table.inside.width), table.heading(table.inside.width) is not None
    painted = {painted_as(table, row): row for row in table.rows}
    lines = [table.render_line(y).text.rstrip() for y in range(head, table.size.height, tall)]
    return [painted[line] for line in lines if line in painted]


def painted_as(table: LiveTable[Any], row: Any) -> str:
    return "".join(text for text, _ in table.paint(row, table.inside.width)[0]).rstrip()


@dataclass
class Opened:
    """A pane alone, full of rows, and its list."""

    page: Page
    pane: Pane
    table: LiveTable[Any]
    reader: Any

    @property
    def pilot(self) -> Pilot[None]:
        return self.page.pilot

    async def one_more(self) -> None:
        one_more(self.reader)
        await self.feed()

    async def feed(self) -> None:
        self.pane.update_from(self.reader.snapshot())
        await self.pilot.pause()


@contextlib.asynccontextmanager
async def opened(reader: Any, name: str, size: tuple[int, int]) -> AsyncIterator[Opened]:
    make, kind = LISTS[name]
    pane = make(reader)
    async with alone(pane, size) as page:
        fill(reader)
        table: LiveTable[Any] = pane.query_one(kind)
        table.focus()
        shown = Opened(page, pane, table, reader)
        await shown.feed()
        yield shown


def test_a_widget_of_ours_has_one_base_that_is_a_widget() -> None:
    """Textual takes default CSS along the first base only: a second one would not scroll, and say nothing."""
    for module in pkgutil.walk_packages(gcli2api_tui.tui.__path__, "gcli2api_tui.tui."):
        importlib.import_module(module.name)
    ours = [cls for cls in subclasses(Widget) if cls.__module__.startswith("gcli2api_tui")]
    assert len(ours) > 20
    for cls in ours:
        assert sum(issubclass(base, DOMNode) for base in cls.__bases__) == 1, cls


def subclasses(cls: type) -> set[type]:
    return {cls}.union(*(subclasses(sub) for sub in cls.__subclasses__()))


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_whatever_scrolls_scrolls_with_tall_content(panel: Panel, reader: Any, size: tuple[int, int]) -> None:
    """Each such widget there is on the screen, whatever tab it is on; at least one of each class is met."""
    met: set[type] = set()
    reader.passages += [Passage("answer", "a line of the answer\n" * 200)]
    async with panel.run_test(size=size) as pilot:
        fill(reader)
        now = reader.now.exchanges
        reader.change(exchanges=tuple(replace(row, ended_at=None) for row in now), credentials=TALL)
        for keys in ("d", "r", "enter", "c", "enter", "l", "u"):
            await pilot.press(keys)
            await until(pilot, lambda: panel.snapshot.revision == reader.revision)
            await pilot.pause()
            for view in panel.screen.query(Scrolled):
                if view.is_on_screen and view.size.height and view.content_height() > view.size.height:
                    assert view.allow_vertical_scroll and view.max_scroll_y > 0, view
                    met.add(type(view))
    wide = size[0] >= 150
    wanted = {ExchangeTable, CredentialTable, LogTable, TranscriptView} | ({DeskExchanges} if wide else set())
    assert wanted <= met, wanted - met


TALL = tuple(
    credential(
        f"user{number:03}",
        why="why " * 60,
        quotas=tuple(ModelUse(f"gemini-{model}", model, 1500) for model in range(1, 40)),
        cooldowns=(ModelCooldown("gemini-2.5-pro", AT + 60, "429"),),
    )
    for number in range(1, MANY + 1)
)


@pytest.mark.parametrize(("name", "size"), [*(("requests", size) for size in SIZES), ("logs", SIZES[0])], ids=str)
async def test_the_newest_row_is_in_sight_while_following(reader: Any, name: str, size: tuple[int, int]) -> None:
    async with opened(reader, name, size) as shown:
        table = shown.table
        for _ in range(3):
            assert in_sight(table)[-1] == table.rows[-1] == table.selected
            assert "following" in (table.border_title or "")
            newest = table.rows[-1]
            await shown.one_more()
            assert table.rows[-1] != newest


@pytest.mark.parametrize(("name", "size"), zip(LISTS, SIZES, strict=True), ids=str)
async def test_keys_reach_every_row(reader: Any, name: str, size: tuple[int, int]) -> None:
    async with opened(reader, name, size) as shown:
        table, pilot = shown.table, shown.pilot
        seen: list[Any] = []
        await pilot.press("g")
        while True:
            seen += [row for row in in_sight(table) if row not in seen]
            assert table.selected in in_sight(table)
            if table.cursor == MANY - 1:
                break
            await pilot.press("pagedown")
        assert seen == list(table.rows)
        await pilot.press("pageup")
        assert table.selected in in_sight(table) and table.cursor < MANY - 1
        await pilot.press("g")
        assert in_sight(table)[0] == table.selected == table.rows[0]
        await pilot.press("G")
        assert in_sight(table)[-1] == table.selected == table.rows[-1]


@pytest.mark.parametrize(("name", "size"), zip(LISTS, SIZES, strict=True), ids=str)
async def test_the_view_stands_still_while_rows_come_and_go(reader: Any, name: str, size: tuple[int, int]) -> None:
    async with opened(reader, name, size) as shown:
        table, pilot = shown.table, shown.pilot
        table.select(MANY // 2)
        await pilot.pause()
        before, selected = in_sight(table), table.selected
        for _ in range(3):
            await shown.one_more()
        keys = [table.key_of(row) for row in before]
        assert [table.key_of(row) for row in in_sight(table)][: len(keys) - 1] == keys[: len(keys) - 1]
        assert table.selected == selected
        if table.FOLLOWS:
            assert table.unseen == 3
            bottom = table.size.height - 1
            assert "3 new" in table.render_line(bottom).text
            await pilot.click(table, offset=(table.inside.width - 3 + table.gutter.left, bottom + table.gutter.top))
            assert table.selected == table.rows[-1] and table.unseen == 0


@pytest.mark.parametrize(("name", "size"), zip(LISTS, SIZES, strict=True), ids=str)
async def test_the_wheel_moves_the_view_and_a_tap_hits_the_row_under_it(
    reader: Any, name: str, size: tuple[int, int]
) -> None:
    async with opened(reader, name, size) as shown:
        table, pilot = shown.table, shown.pilot
        await pilot.press("g")
        for event, first in ((MouseScrollDown, True), (MouseScrollUp, False)):
            top = table.scroll_offset.y
            await pilot._post_mouse_events([event], table, offset=(5, 5))
            assert (table.scroll_offset.y > top) is first
            assert table.selected in in_sight(table)
        table.select(MANY // 2)
        await pilot.pause()
        tall, head = table.row_height(table.inside.width), table.heading(table.inside.width) is not None
        wanted = in_sight(table)[2]
        await pilot.click(table, offset=(5, table.gutter.top + head + 2 * tall))
        assert table.selected == wanted


@pytest.mark.parametrize("name", ["requests", "credentials"])
async def test_a_resize_loses_neither_the_cursor_nor_the_end(reader: Any, name: str) -> None:
    async with opened(reader, name, (80, 24)) as shown:
        table, pilot = shown.table, shown.pilot
        for index in (MANY - 1, MANY // 2):
            table.select(index)
            for size in ((45, 20), (160, 50), (45, 12), (80, 24)):
                await pilot.resize_terminal(*size)
                await pilot.pause()
                assert table.cursor == index
                assert table.selected in in_sight(table), size


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_running_answer_is_followed_until_the_person_scrolls(
    panel: Panel, reader: Any, size: tuple[int, int]
) -> None:
    async with panel.run_test(size=size) as pilot:
        await pilot.press("r")
        await pilot.pause()
        await pilot.press("G", "enter")
        view = panel.pane.query_one(TranscriptView)

        async def said(text: str) -> None:
            reader.passages.append(Passage("answer", text))
            reader.change()
            await until(pilot, lambda: text.strip() in view.text and view._offset == len(reader.passages))
            await pilot.pause()

        for number in range(3):
            await said("\n".join(f"sentence {number}-{line}" for line in range(70)) + f"\nthe end of {number}\n")
            assert f"the end of {number}" in text_of(view) and view.following
            assert "following" in text_of(panel.pane.query_one("#parts", Choices))
        await pilot.press("pageup")
        before = text_of(view)
        await said("more\n" * 30)
        assert text_of(view) == before and not view.following
        await pilot.press("g")
        assert "sentence 0-0" in text_of(view)
        await pilot.press("G")
        assert view.following and "more" in text_of(view)
        for part in ("prompt", "path"):
            await pilot.press("tab")
            detail = panel.pane.query_one(ExchangeDetail)
            assert detail.part == part and detail.focus_target.scroll_offset.y == 0


async def test_a_finished_answer_is_read_from_its_beginning(panel: Panel, reader: Any) -> None:
    reader.passages.append(Passage("answer", "\n".join(f"sentence {line}" for line in range(90))))
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.press("r")
        await pilot.pause()
        await pilot.press("g", "enter")
        view = panel.pane.query_one(TranscriptView)
        await until(pilot, lambda: "sentence 0" in text_of(view))
        await pilot.press("pagedown")
        assert "sentence 0" not in text_of(view) and "sentence 20" in text_of(view)


def text_of(view: Widget) -> str:
    return "\n".join(view.render_line(y).text.rstrip() for y in range(view.size.height))


@pytest.mark.parametrize("size", SIZES[:2], ids=str)
async def test_the_detail_of_a_credential_scrolls_and_begins_with_what_is_wrong(
    panel: Panel, reader: Any, size: tuple[int, int]
) -> None:
    async with panel.run_test(size=size) as pilot:
        reader.change(credentials=(replace(TALL[0], last_error="Google said no"), *TALL[1:]))
        await pilot.press("c")
        await pilot.pause()
        await pilot.press("enter")
        view = panel.pane.query_one(CredentialDetail)
        await until(pilot, lambda: "user001" in text_of(view))
        assert view.has_focus
        whole = ["".join(part for part, _ in line).strip() for line in view._lines]
        said = next(i for i, line in enumerate(whole) if "Google said no" in line)
        assert said < next(i for i, line in enumerate(whole) if "counted here" in line)
        assert said < next(i for i, line in enumerate(whole) if line.startswith("kind"))
        seen: set[str] = set()
        for _ in range(-(-len(whole) // max(1, view.inside.height - 1))):
            seen |= {line.strip() for line in text_of(view).splitlines()}
            await pilot.press("pagedown")
        assert {line for line in whole if line} <= seen
        await pilot.press("escape")
        assert panel.pane.query_one(CredentialTable).has_focus


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_what_is_opened_stays_while_others_come(reader: Any, size: tuple[int, int]) -> None:
    async with opened(reader, "requests", size) as shown:
        table, pilot = shown.table, shown.pilot
        head = shown.pane.query_one(Head)
        await pilot.press("G", "enter")
        await until(pilot, lambda: f"#{MANY} " in text_of(head))
        for come in range(1, 4):
            await shown.one_more()
            assert f"{come} newer" in text_of(head) and f"#{MANY} " in text_of(head)
        assert table.following and table.selected.id == MANY + 3
        await pilot.press("b")
        assert f"#{MANY - 1} " in text_of(head)
        await pilot.press("n", "n")
        assert f"#{MANY + 1} " in text_of(head)
        await pilot.click(head, offset=(0, 0))
        assert f"#{MANY} " in text_of(head)
        await pilot.click(head, offset=(2, 0))
        assert f"#{MANY + 1} " in text_of(head)
        await pilot.press("escape")
        assert not shown.pane.has_class("-open") and table.has_focus


async def test_what_is_opened_stays_when_the_list_has_dropped_it(reader: Any) -> None:
    async with opened(reader, "requests", (80, 24)) as shown:
        await shown.pilot.press("g", "enter")
        head = shown.pane.query_one(Head)
        await until(shown.pilot, lambda: "#1 " in text_of(head))
        for _ in range(3):
            await shown.one_more()
        assert f"{MANY} newer" in text_of(head) and "#1 " in text_of(head)


async def test_an_exchange_that_is_gone_is_said(panel: Panel) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        panel.post_message(OpenExchange(ExchangeId(999)))
        await pilot.pause()
        assert isinstance(panel.pane, Requests) and panel.pane.pinned is None
        assert "#999" in text_of(panel.screen.query_one("#message"))


async def test_help_reaches_its_last_key(panel: Panel) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.press("question_mark")
        options = panel.screen.query_one(PickList)
        await until(pilot, lambda: len(options.rows) > 15)
        await pilot.press("pagedown", "pagedown", "pagedown")
        await until(pilot, lambda: options.scroll_offset.y == options.max_scroll_y > 0)


def test_every_text_that_scrolls_knows_the_same_keys() -> None:
    wanted = {"up", "down", "pageup", "pagedown", "home", "end", "g", "G"}
    for cls in (*subclasses(LinesView), *subclasses(LiveTable)):
        assert wanted <= set(cls._merge_bindings().key_to_bindings), cls  # type: ignore[attr-defined]
