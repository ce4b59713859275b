"""Faults of the nearest rival's screen, each the other way round here (nos. 3 to 6: requests, quota, lists;
11 and 12: the server outlives the screen, every setting is reached and checked).

There: no quota, no countdown of a rest and no way to end it, no state by model, no success or failure; a list whose
selection leaves the screen, without search, sort, marks, import, sign-in again or test.
"""

from collections.abc import Callable
from typing import Any

import pytest
from alone import ENGLISH, alone
from board_moments import AT, PRO, board, credential, crowd, exchange, pool, rest, use
from tui.conftest import FakeControl, setting_rows

from gcli2api_tui.config.settings import FIELDS
from gcli2api_tui.config.settings_loading import parse
from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.credential_rows import CredentialState
from gcli2api_tui.ledger.exchange_rows import ExchangeState, Hop, Passage
from gcli2api_tui.ledger.snapshot import LogRow, Snapshot
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.app_messages import AddBy
from gcli2api_tui.tui.paint.cells import Line
from gcli2api_tui.tui.paint.credential_detail import detail
from gcli2api_tui.tui.paint.credential_row import one_line
from gcli2api_tui.tui.panes.credentials import Credentials
from gcli2api_tui.tui.panes.logs import LogTable
from gcli2api_tui.tui.panes.requests import Requests
from gcli2api_tui.tui.terminal_io.notices import TerminalLost
from gcli2api_tui.tui.widgets.live_table import LiveTable
from gcli2api_tui.tui.widgets.request_and_credential_tables import CredentialTable, ExchangeTable

from .conftest import AT as MOMENT
from .conftest import exchange as request

SIZES = [(45, 20), (80, 24), (160, 50)]


def text(line: Line) -> str:
    return "".join(part for part, _ in line)


def rows_of(table: LiveTable[Any]) -> list[str]:
    return [table.render_line(y).text for y in range(table.size.height)]


async def feed(page: Any, pane: Credentials, snapshot: Snapshot) -> None:
    pane.update_from(snapshot)
    await page.pilot.pause()


def test_4_quota_rest_with_its_countdown_and_state_by_model_are_told() -> None:
    alice, bob, erin, hobby, work = pool()[:5]
    look = ENGLISH.at(AT)
    assert "pro     301/1500" in text(one_line(alice, 80, look)) and "1 in use" in text(one_line(alice, 80, look))
    assert "6 left" in text(one_line(hobby, 80, look)) and "resets" in text(one_line(hobby, 80, look))
    assert "37 today, no known limit" in text(one_line(work, 80, look))
    assert text(one_line(erin, 80, look)).rstrip().endswith("enter: sign in")
    line = text(one_line(bob, 80, look))
    assert "pro empty till" in line and "flash ok" in line and line.rstrip().endswith("h: try anyway")
    told = "\n".join(text(one) for one in detail(bob, (), 80, look))
    assert "2h00m" in told, "a countdown"


def test_4_what_was_counted_here_and_what_google_says_stand_apart() -> None:
    row = credential("a", quotas=(use(PRO, 301, google_remaining=0.8, google_asked_at=AT - 60),))
    told = " ".join(" ".join(text(line) for line in detail(row, (), 100, ENGLISH.at(AT))).split())
    assert "301/1500 counted here" in told and "Google said 80% left at" in told


def test_4_successes_and_failures_of_each_are_told_with_why_it_was_picked() -> None:
    row = credential("alice", quotas=(use(PRO, 1),))
    failed = (
        Hop(CredentialId("alice"), "alice", AT - 30, AT - 29, 429, "rate limit"),
        Hop(CredentialId("bob"), "bob", AT - 29, AT - 20, 200),
    )
    exchanges = (exchange(1, hops=failed), exchange(2, hops=(Hop(CredentialId("alice"), "a", AT, reason="most left"),)))
    told = [text(line) for line in detail(row, exchanges, 80, ENGLISH.at(AT))]
    last = next(index for index, line in enumerate(told) if line.startswith("last"))
    assert " 200 " in told[last] and " 429 " in told[last + 1] and "rate limit" in told[last + 1]
    assert any("most left" in line for line in told)


async def test_4_a_rest_is_ended_by_a_key() -> None:
    async with alone(pane := Credentials(ENGLISH, id="credentials"), (80, 24)) as page:
        await feed(page, pane, board())
        pane.first().focus()
        await page.press("down", "h")
        assert [(one.verb, [row.id for row in one.rows]) for one in page.said(Credentials.Wanted)] == [
            ("clear_cooldown", ["bob"])
        ]


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_5_the_cursor_is_always_in_sight(size: tuple[int, int]) -> None:
    count = 300
    async with alone(pane := Credentials(ENGLISH, id="credentials"), size) as page:
        await feed(page, pane, board(credentials=crowd(count)))
        table = pane.query_one(CredentialTable)
        table.focus()
        for keys in (("down",) * 6, ("pagedown", "pagedown"), ("end", "up")):
            await page.press(*keys)
            assert table.selected is not None
            assert any(table.selected.label.partition("@")[0] in line for line in rows_of(table)), keys
        assert table.cursor == count - 2


async def test_5_a_resize_keeps_the_row() -> None:
    async with alone(pane := Credentials(ENGLISH, id="credentials"), (45, 40)) as page:
        await feed(page, pane, board(credentials=crowd(60)))
        table = pane.query_one(CredentialTable)
        table.focus()
        for _ in range(3):
            await page.pilot.press("pagedown")
        before = table.selected
        await page.pilot.resize_terminal(45, 20)
        await page.pilot.pause()
        assert table.selected == before and before is not None
        assert any(before.label in line for line in rows_of(table))


async def test_5_trouble_stands_first_and_the_list_can_be_sorted() -> None:
    async with alone(pane := Credentials(ENGLISH, id="credentials"), (80, 24)) as page:
        await feed(page, pane, board())
        table = pane.query_one(CredentialTable)
        table.focus()
        assert [row.label.partition("@")[0] for row in table.rows[:4]] == ["erin", "bob", "hobby", "alice"]
        assert table.rows[-1].state is CredentialState.DISABLED
        await page.press("s")
        assert [row.label for row in table.rows] == sorted(row.label for row in pool())


async def test_5_several_are_marked_and_done_together() -> None:
    async with alone(pane := Credentials(ENGLISH, id="credentials"), (80, 24)) as page:
        await feed(page, pane, board())
        pane.first().focus()
        await page.press("m", "m", "t", "i", "x")
        assert "Remove 2 credentials: erin@gmail.com, bob@gmail.com?" in page.flat
        await page.press("enter", "x", "y")
        wanted = [(one.verb, [row.id for row in one.rows]) for one in page.said(Credentials.Wanted)]
        both = ["erin", "bob"]
        assert wanted == [("disable", both), ("ask_google", both), ("remove", both)], "enter means no"
        pane.done("remove", page.said(Credentials.Wanted)[-1].rows)
        await page.press("z")
        assert page.said(Credentials.Wanted)[-1].verb == "restore" and len(page.said(Credentials.Wanted)[-1].rows) == 2


async def test_5_a_sign_in_that_ended_begins_again_from_its_row() -> None:
    async with alone(pane := Credentials(ENGLISH, id="credentials"), (80, 24)) as page:
        await feed(page, pane, board())
        pane.first().focus()
        await page.press("enter")
        assert [one.way for one in page.said(AddBy)] == ["login"]
    async with alone(pane := Credentials(ENGLISH, id="credentials"), (45, 20)) as page:
        await feed(page, pane, board())
        pane.first().focus()
        await page.press("enter")
        assert "Token revoked" in page.text and not page.said(AddBy), "on a phone first the reason"
        await page.press("enter")
        assert [one.way for one in page.said(AddBy)] == ["login"]


def test_the_rest_of_a_whole_credential_names_no_model() -> None:
    row = credential("a", CredentialState.COOLING, cooldowns=(rest(""),))
    assert "rests till" in text(one_line(row, 80, ENGLISH.at(AT)))


async def until(pilot: Any, holds: Callable[[], object]) -> None:
    for _ in range(300):
        if holds():
            return
        await pilot.pause(0.01)
    raise AssertionError("waited in vain")


def on_screen(panel: Panel) -> str:
    return panel.export_screenshot().replace("&#160;", " ")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_3_what_runs_is_seen_with_its_figures_opened_and_stopped(
    panel: Panel, reader: Any, control: Any, size: tuple[int, int]
) -> None:
    """There: text log lines only; no request in flight, no time of a first word, no tokens, no detail, no cancel."""
    hops = (Hop(CredentialId("a"), "alice", MOMENT - 12),)
    live = request(7, ExchangeState.STREAMING, opened_at=MOMENT - 12, first_byte_at=MOMENT - 10.9, hops=hops)
    reader.passages = [Passage("answer", "The rain had stopped")]
    reader.change(exchanges=(live,))
    async with panel.run_test(size=size) as pilot:
        await pilot.press("r", "enter")
        await until(pilot, lambda: panel.query_one(Requests).pinned is not None)
        await until(pilot, lambda: "The rain had stopped" in on_screen(panel))
        screen = on_screen(panel)
        for told in ("~~", "12s", "alice", "1.8k", "1.1s", "166/s"):
            assert told in screen, told
        await pilot.press("x")
        await until(pilot, lambda: ("cancel_exchange", 7) in control.calls)


@pytest.mark.parametrize("kind", ["requests", "log"])
async def test_6_a_list_of_5000_rows_costs_its_visible_lines(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """There: each line joins up to 5,000 others again."""
    table: Any = ExchangeTable(ENGLISH) if kind == "requests" else LogTable(ENGLISH)
    show = table.show if kind == "requests" else table.show_log
    painted: list[int] = []
    paint = type(table).paint
    monkeypatch.setattr(type(table), "paint", lambda self, row, width: painted.append(1) or paint(self, row, width))

    def rows(many: int) -> list[Any]:
        if kind == "requests":
            return [request(number) for number in range(1, many + 1)]
        return [LogRow(number, MOMENT, "info", "server", quoted(f"line {number}")) for number in range(1, many + 1)]

    show = table.show_log if isinstance(table, LogTable) else table.show
    async with alone(table) as page:
        costs = []
        for many in (50, 5_000):
            given = rows(many)
            show(given, MOMENT)
            await page.pilot.pause()
            painted.clear()
            show([*given[1:], rows(many + 1)[-1]], MOMENT)
            await page.pilot.pause()
            costs.append(len(painted))
        assert 0 < costs[1] <= costs[0] <= 4 * table.size.height


async def test_11_whoever_loses_the_screen_keeps_the_server(panel: Panel, control: FakeControl) -> None:
    """There the life of the server hangs on the screen. `tests/test_runtime.py` kills the terminal of a whole one."""
    async with panel.run_test() as pilot:
        panel.post_message(TerminalLost())
        await pilot.pause()
    assert panel.return_value == "lost" and not [call for call in control.calls if call[0] == "stop"]


async def test_12_every_setting_is_reached_and_what_is_typed_is_checked() -> None:
    """There 17 of more than 100 are shown, and the strategy is free text."""
    rows = setting_rows()
    assert {row.name for row in rows} == FIELDS.keys()
    for row in rows:
        if row.kind == "choice":
            assert row.choices == FIELDS[row.name].metadata["choices"], "a list to choose from, nothing to type"
        elif row.kind == "number":
            with pytest.raises(SettingsFault, match=row.name):
                parse(row.name, "soon")
    with pytest.raises(SettingsFault, match="one of quota-aware"):
        parse("strategy", "randomly")
