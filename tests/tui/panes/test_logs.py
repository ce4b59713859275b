"""Long lines of the log fold and are never cut; the cursor goes by the line that was logged."""

import pytest
from alone import ENGLISH, alone, until
from tui.conftest import AT

from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.snapshot import LogRow, Snapshot
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.tui.app_messages import OpenExchange
from gcli2api_tui.tui.paint import log
from gcli2api_tui.tui.panes.logs import LogDetail, Logs, LogTable

LONG = " ".join(f"word{n}" for n in range(60))


def rows(count: int, every: int = 3) -> list[LogRow]:
    return [
        LogRow(n, AT + n, "warning", "pool", quoted(LONG if n % every == 0 else f"short {n}"), ExchangeId(n))
        for n in range(count)
    ]


@pytest.mark.parametrize("size", [(45, 20), (80, 24), (160, 50)], ids=str)
async def test_every_word_of_a_long_line_is_on_the_screen(size: tuple[int, int]) -> None:
    table = LogTable(ENGLISH, classes="framed")
    async with alone(table, size) as page:
        table.show_log(rows(1), AT)
        await page.pilot.pause()
        assert all(f"word{n}" in page.text for n in range(60))
        await page.pilot.resize_terminal(size[0] - 3, size[1])
        await page.until(lambda: all(f"word{n}" in page.text for n in range(60)))


async def test_the_cursor_goes_from_line_to_line_and_marks_all_of_one() -> None:
    table = LogTable(ENGLISH, classes="framed")
    async with alone(table, (45, 20)) as page:
        table.show_log(rows(30), AT)
        table.focus()
        await page.press("g")
        assert table.chosen is not None and table.chosen.number == 0
        marked = [table.line_at(y).selected for y in range(table.inside.height)]
        assert marked.count(True) == min(table.inside.height, sum(part.row.number == 0 for part in table.rows)) > 1
        await page.press("j", "j", "j", "k")
        assert table.chosen.number == 2 and table.selected is not None and table.selected.part == 0
        await page.press("k", "k")
        assert table.chosen.number == 0 and table.selected.part == 0
        await page.press("G")
        assert table.chosen.number == 29 and table.following
        table.show_log(rows(31), AT)
        assert table.chosen.number == 30, "it follows what comes"
        await page.press("g")
        table.show_log(rows(34), AT)
        assert table.unseen == 3, "lines that were logged, not those they fold to"


async def test_a_line_in_depth_stays_and_leads_to_its_exchange(snapshot: Snapshot) -> None:
    from dataclasses import replace

    async with alone(pane := Logs(ENGLISH, id="logs"), (80, 24)) as page:
        assert isinstance(pane, Logs)
        pane.update_from(replace(snapshot, log=tuple(rows(4))))
        pane.first().focus()
        await page.press("enter")
        await until(page.pilot, lambda: pane.query_one(LogDetail).row is not None)
        pane.update_from(replace(snapshot, log=tuple(rows(9))))
        detail = pane.query_one(LogDetail)
        assert detail.row is not None and detail.row.number == 3, "what was opened stays"
        await page.press("end")
        assert "pool" in page.text and "#3" in page.text
        await page.press("enter")
        assert [message.exchange for message in page.said(OpenExchange)] == [3]
        what, text = pane.copy_text()
        assert what == "copy.log_line" and LONG in text
        await page.press("escape")
        assert not pane.has_class("-open")


async def test_nothing_is_folded_before_there_is_a_width_to_fold_it_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two thousand lines at no width are 36,000."""
    widths: list[int] = []
    fold = log.folded
    monkeypatch.setattr(log, "folded", lambda row, width, words: widths.append(width) or fold(row, width, words))
    table = LogTable(ENGLISH, classes="framed")
    table.show_log(rows(5), AT)
    async with alone(table, (45, 20)) as page:
        await page.until(lambda: "short 4" in page.text)
        assert set(widths) == {table.inside.width} and len(widths) == 5
