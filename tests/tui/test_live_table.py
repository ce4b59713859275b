"""The list alone: a tap on each cell of it is one on the row that stands there, and on nothing else."""

import pytest
from alone import ENGLISH, Page, alone
from textual.binding import BindingType

from gcli2api_tui.ledger.records import LogRow
from gcli2api_tui.tui.live_table import LiveTable
from gcli2api_tui.tui.paint.cells import Line, fit_line

from .conftest import AT


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
