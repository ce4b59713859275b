"""The list alone: a tap on each cell of it is one on the row that stands there; orders; marks."""

from dataclasses import replace

import pytest
from alone import ENGLISH, Page, alone
from textual.binding import BindingType
from textual.geometry import Size
from tui.conftest import AT, credential, exchange

from gcli2api_tui.ledger.snapshot import LogRow
from gcli2api_tui.tui.paint.cells import Line, fit_line, width_of
from gcli2api_tui.tui.widgets.live_table import LiveTable
from gcli2api_tui.tui.widgets.request_and_credential_tables import CredentialTable, ExchangeTable


class Numbers(LiveTable[LogRow]):
    """`tall` lines a row, with a heading."""

    BINDINGS: list[BindingType] = []  # noqa: RUF012
    tall = 1

    def key_of(self, row: LogRow) -> int:
        return row.number

    def row_height(self, width: int) -> int:
        return self.tall

    def heading(self, width: int) -> Line:
        return fit_line((("number", "dim"),), width)

    def paint(self, row: LogRow, width: int) -> tuple[Line, ...]:
        return (fit_line(((row.text, "plain"),), width),) * self.tall


def rows(count: int) -> list[LogRow]:
    return [LogRow(number, AT, "info", "x", f"no. {number}") for number in range(count)]


def painted(table: Numbers, y: int) -> str:
    return table.render_line(y).text.strip()


async def tapped(page: Page, table: Numbers, y: int) -> list[LiveTable.Moved]:
    page.seen.clear()
    await page.pilot.click(table, offset=(4, y + table.gutter.top))
    await page.pilot.pause()
    return page.said(LiveTable.Moved)


@pytest.mark.parametrize("tall", [1, 2])
@pytest.mark.parametrize("count", [4, 40])
async def test_a_tap_is_on_the_row_under_it_and_opens_only_the_chosen_one(count: int, tall: int) -> None:
    table = Numbers(ENGLISH, classes="framed")
    table.tall = tall
    async with alone(table, (40, 14)) as page:
        table.show(rows(count), AT)
        table.select(count // 2)
        await page.pilot.pause()
        for y in range(table.size.height):
            table.select(count // 2)
            await page.pilot.pause()
            before, there = table.selected, painted(table, y)
            moved = await tapped(page, table, y)
            if not there or there == "number":
                assert table.selected == before and moved == [], "a tap beside the rows does nothing"
                continue
            assert table.selected is not None and table.selected.text == there
            assert [move.chosen for move in moved] == ([True] if before == table.selected else [False])


@pytest.mark.parametrize("tall", [1, 2])
async def test_a_row_is_made_once_a_frame(tall: int) -> None:
    """It was made for each of its lines, when it was compared, and again when it was sent."""
    made: list[object] = []

    class Counted(Numbers):
        def heading(self, width: int) -> Line:
            made.append("heading")
            return super().heading(width)

        def paint(self, row: LogRow, width: int) -> tuple[Line, ...]:
            made.append(row)
            return super().paint(row, width)

    table = Counted(ENGLISH, classes="framed")
    table.tall = tall
    async with alone(table, (40, 14)) as page:
        table.show(rows(40), AT)
        await page.pilot.pause()
        made.clear()
        table.show([replace(row, text=f"now {row.number}") for row in rows(40)], AT + 1)
        await page.pilot.pause()
        assert painted(table, 1).startswith("now")
        assert made and len(made) == len(set(made))


async def test_the_layout_is_not_asked_for_each_line_of_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Numbers(ENGLISH)
    async with alone(table, (40, 40)):
        table.show(rows(100), AT)
        asked: list[int] = []
        size = Numbers.size.fget  # type: ignore[attr-defined]

        def counted(view: Numbers) -> Size:
            asked.append(1)
            return size(view)  # type: ignore[no-any-return]

        monkeypatch.setattr(Numbers, "size", property(counted))
        table.send_changed()
        assert len(asked) < 10


async def test_in_another_order_it_follows_nothing_and_shows_what_ranks_first() -> None:
    slow = [exchange(n, ended_at=AT + n % 7 * 10, opened_at=AT) for n in range(40)]
    table = ExchangeTable(ENGLISH, classes="framed")
    async with alone(table, (80, 14)) as page:
        table.show(slow, AT)
        table.focus()
        await page.press("s")
        assert [row.id % 7 for row in table.rows[:6]] == [6, 6, 6, 6, 6, 5] and table.cursor == 0
        assert not table.following and "by duration" in page.text and "following" not in page.text
        table.show([*slow, exchange(99, opened_at=AT, ended_at=AT + 999)], AT)
        assert table.selected is not None and table.selected.id == 6, "the cursor holds on to its row"
        assert table.rows[0].id == 99 and table.scroll_offset.y == 0 and not table.unseen, "the new first is in sight"
        await page.press("s", "s", "s")
        assert table.following and table.selected.id == 99 and "by " not in page.text


async def test_f_in_another_order_goes_back_to_the_order_of_time() -> None:
    table = ExchangeTable(ENGLISH, classes="framed")
    async with alone(table, (80, 14)) as page:
        table.show([exchange(n) for n in range(40)], AT)
        table.focus()
        await page.press("s", "f")
        assert table.order.rank is None and table.following and table.cursor == 39


async def test_what_is_done_is_done_to_the_marked_rows_else_to_the_one_under_the_cursor() -> None:
    table = CredentialTable(ENGLISH, classes="framed")
    async with alone(table, (80, 14)) as page:
        pool = [credential(name) for name in "abcdef"]
        table.show(pool, AT)
        table.focus()
        assert [row.id for row in table.targets] == ["a"]
        await page.press("m", "j", "space")
        assert [row.id for row in table.targets] == ["a", "c"] and table.cursor == 3
        assert "2 marked" in page.text and sum("✓" in line[:2] for line in page.text.splitlines()) == 2
        table.show(pool[1:], AT)
        assert [row.id for row in table.targets] == ["c"], "what is no longer in the list is not acted on"
        await page.press("escape")
        assert not table.marked and "✓" not in page.text and [row.id for row in table.targets] == ["d"]


@pytest.mark.parametrize("width", [45, 61, 80])
async def test_marks_keep_the_rows_as_wide_as_the_list(width: int) -> None:
    """At 61 columns the sign of a mark turns one line a row into two."""
    table = ExchangeTable(ENGLISH, classes="framed")
    async with alone(table, (width, 14)) as page:
        table.show([exchange(n) for n in range(40)], AT)
        table.focus()
        await page.press("g", "m")
        await page.pilot.pause()
        lines = [table.line_at(y).line for y in range(table.inside.height)]
        assert {width_of(line) for line in lines if line} == {table.inside.width}
        await page.pilot.click(table, offset=(table.gutter.left, table.gutter.top + table._head))
        assert not table.marked, "a tap on the sign takes it away"
