"""Usage as lines: exact at every width, the word notional beside every amount, the hours in their days."""

import re
import time
from dataclasses import replace

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from tui.conftest import AT, usage_table

from gcli2api_tui.ledger.admin_rows import UsageLine, UsageTable, UsedHour
from gcli2api_tui.tui.paint.cells import Line, width_of
from gcli2api_tui.tui.paint.look import ASCII, FANCY, Look
from gcli2api_tui.tui.paint.usage import HOURS, ORDERS, SIDE_BY_SIDE, dollars, heat_map, hours, in_order, report
from gcli2api_tui.tui.words import Words


def look(language: str = "en") -> Look:
    return Look(Words(language), FANCY, AT)


def text(lines: list[Line]) -> str:
    return "\n".join("".join(run for run, _ in line) for line in lines)


@settings(deadline=None, max_examples=examples(40))
@given(width=st.integers(20, 200), language=st.sampled_from(["en", "zh"]), order=st.sampled_from(ORDERS))
def test_every_line_is_exactly_as_wide(width: int, language: str, order: str) -> None:
    for table in (usage_table(), UsageTable("day", "2026-08-23", "2026-09-21"), usage_table("credential", 1)):
        for lines in (report(table, order, width, look(language)), hours(table, width, look(language))):  # type: ignore[arg-type]
            assert {width_of(line) for line in lines} <= {width}


@pytest.mark.parametrize("width", [45, 80, 160])
@pytest.mark.parametrize(("language", "word"), [("en", "notional"), ("zh", "名义")])
def test_where_an_amount_stands_so_does_the_word(width: int, language: str, word: str) -> None:
    shown = text(report(usage_table(), "usual", width, look(language)))
    summary, table = shown.split("\n\n" if "\n\n" in shown else " " * width, 1)
    for part in (summary, table):
        assert ("$" in part) and word in part


@pytest.mark.parametrize("width", [45, 80, 160])
def test_the_name_and_the_requests_are_never_given_up(width: int) -> None:
    lines = text(report(usage_table(), "usual", width, look())).splitlines()
    (row,) = (line for line in lines if line.startswith("program 7 "))
    assert " 993 " in row and "$1.00" in row


def test_models_without_a_price_are_counted_and_named() -> None:
    shown = text(report(usage_table(), "usual", 80, look()))
    assert "without 2 models" in shown and "No price is known of: gemini-x" in shown
    assert "without 1 model " in text(report(replace(usage_table(), total=one("m", 1, 1)), "usual", 80, look()))


def one(name: str, dollars: float | None, tokens: int) -> UsageLine:
    return UsageLine(name, name, 1, 0, tokens, 0, 0, 0, dollars, ("x",))


def test_the_order_is_the_one_that_was_chosen() -> None:
    lines = (one("a", None, 9), one("b", 2.0, 1), one("c", 3.0, 5))
    assert [line.id for line in in_order(lines, "usual")] == ["a", "b", "c"]
    assert [line.id for line in in_order(lines, "tokens")] == ["a", "c", "b"]
    assert [line.id for line in in_order(lines, "notional")] == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(None, "-"), (0.0, "$0.00"), (0.0001, "<$0.01"), (0.014, "$0.01"), (1234.5, "$1,234.50"), (123456.7, "$123,457")],
)
def test_an_amount_fits_its_column(amount: float | None, shown: str) -> None:
    assert dollars(amount) == shown and len(shown) <= 9


def test_the_hours_stand_beside_the_table_where_there_is_room_and_alone_else() -> None:
    title = "hours of each day"
    assert title in text(report(usage_table(), "usual", SIDE_BY_SIDE, look()))
    assert title not in text(report(usage_table(), "usual", SIDE_BY_SIDE - 1, look()))
    assert title in text(hours(usage_table(), 45, look()))


def at(day: int, hour: int) -> float:
    return time.mktime((2026, 9, day, hour, 0, 0, 0, 0, -1))


def test_an_hour_stands_in_its_day_and_days_have_no_gaps() -> None:
    found = [UsedHour(at(18, 9), 4, 0, 0), UsedHour(at(20, 23), 1, 0, 0)]
    here = look().at(at(20, 23) + 60)
    _, ruler, *days = text(heat_map(found, 45, here)).splitlines()
    assert [day.split()[0] for day in days] == ["09-20", "09-19", "09-18"]
    cells = {day[:5]: day[6 : 6 + HOURS] for day in days}
    assert cells["09-18"][9] == "█" and cells["09-18"].count("·") == HOURS - 1
    assert cells["09-20"][23] == "░" and cells["09-19"] == "·" * HOURS
    assert ruler[6:30] == "0     6     12    18    "
    assert [day.split()[-1] for day in days] == ["1", "0", "4"]


def test_hours_that_have_not_come_are_left_open() -> None:
    days = text(heat_map([UsedHour(at(20, 9), 4, 0, 0)], 45, look().at(at(20, 9) + 60))).splitlines()[2:]
    assert days == ["09-20 " + "·" * 9 + "█" + " " * 14 + "     4"]


def test_a_terminal_without_the_signs_gets_others() -> None:
    shown = text(heat_map(usage_table().hours, 45, Look(Words("en"), ASCII, AT)))
    assert shown.isascii() and re.search("[:+%#]", shown)
