"""A list to choose from: rows that fold, a cursor that goes round and stays in sight, Enter and taps."""

import pytest
from alone import ENGLISH, alone
from hypothesis import given
from hypothesis import strategies as st

from gcli2api_tui.tui.paint.cells import width_of
from gcli2api_tui.tui.widgets.pick_list import PickList, PickRow, folded

ROWS = [
    PickRow("short", (("short", "plain"),), ("1  ", "key")),
    PickRow("long", (("a text that is longer than the list is wide", "plain"),), ("2  ", "key"), "and what it is"),
    PickRow(None, (("only said", "dim"),)),
    *(PickRow(f"row {number}", ((f"row {number}", "plain"),)) for number in range(40)),
]


def texts(rows: list[PickRow], width: int) -> list[tuple[int, str]]:
    return [(index, "".join(text for text, _ in line)) for index, line in folded(rows, width)]


def test_what_is_folded_begins_under_the_text_and_a_note_stands_below() -> None:
    assert texts(ROWS[:3], 24) == [
        (0, "1  short"),
        (1, "2  a text that is longer"),
        (1, "   than the list is wide"),
        (1, "   and what it is"),
        (2, "only said"),
    ]


@given(st.text(alphabet="ab 老李。", min_size=1), st.text(alphabet="ab 老"), st.integers(8, 60))
def test_nothing_is_lost_and_no_line_is_wider_than_the_list(text: str, note: str, width: int) -> None:
    row = PickRow("a", ((text, "plain"), (" end", "bold")), ("k   ", "key"), note)
    lines = folded([row], width)
    assert all(width_of(line) <= width for _, line in lines)
    whole = "".join(part for _, line in lines for part, _ in line)
    assert whole.replace(" ", "") == f"k{text}end{note}".replace(" ", "")


async def test_it_goes_round_and_the_row_under_the_cursor_is_in_sight() -> None:
    listed = PickList(ENGLISH, ROWS)
    async with alone(listed, size=(24, 8)) as page:
        listed.focus()
        await page.press("up")
        assert listed.cursor == len(ROWS) - 1 and "row 39" in page.text
        await page.press("down")
        assert listed.cursor == 0 and "short" in page.text
        for _ in range(3):
            await page.press("pagedown")
        assert listed.cursor == 21 and "row 18" in page.text
        await page.press("G", "enter")
        await page.press("g", "enter")
        assert [picked.id for picked in page.said(PickList.Picked)] == ["row 39", "short"]


async def test_a_tap_on_any_line_of_a_row_picks_it_and_one_on_what_is_only_said_nothing() -> None:
    listed = PickList(ENGLISH, ROWS)
    async with alone(listed, size=(24, 8)) as page:
        for y in (3, 4):
            await page.pilot.click(listed, offset=(5, y))
            await page.pilot.pause()
        assert [picked.id for picked in page.said(PickList.Picked)] == ["long"]
        await page.press("enter")
        assert len(page.said(PickList.Picked)) == 1, "the cursor is on what is only said"


@pytest.mark.parametrize("rows", [[], ROWS[2:3]], ids=["none", "only said"])
async def test_of_nothing_nothing_is_picked(rows: list[PickRow]) -> None:
    listed = PickList(ENGLISH, rows)
    async with alone(listed) as page:
        listed.focus()
        await page.press("down", "enter", "pageup", "enter")
        assert page.said(PickList.Picked) == []
