"""From cells to the table: sums, names, order, what it would cost; and the table as text, JSON and CSV."""

import csv
import io
import json

import pytest

from gcli2api_tui.control import usage_report
from gcli2api_tui.control.usage_report import Asked, Pricing
from gcli2api_tui.events.records import THE_CLIENT_KEY
from gcli2api_tui.gemini.prices import read_prices
from gcli2api_tui.ledger.admin_rows import UsageCell, UsageColumn, UsageTable
from gcli2api_tui.state.ports import HourUsage

PRICES = """
date = "2026-11-29"
[[price]]
model = "m"
input = 2
output = 10
[[price]]
model = "m"
from = "2026-12-01"
input = 4
output = 20
"""


def cell(name: str, model: str = "m", day: str = "2026-11-30", requests: int = 1, **more: int) -> UsageCell:
    counts = {"failures": 0, "tokens_in": 1_000_000, "cached": 0, "thoughts": 0, "tokens_out": 0} | more
    long = dict.fromkeys(("long_in", "long_cached", "long_thoughts", "long_out"), 0)
    return UsageCell(name, model, day, requests, **(long | counts))


def table(by: UsageColumn, *cells: UsageCell) -> UsageTable:
    pricing = Pricing(read_prices(PRICES), lambda name: {"alias": "m"}.get(name, name))
    labels = {"abcdef0123": "mine"}
    return usage_report.usage_table(
        Asked(by, "2026-11-01", "2026-12-02"), cells, [HourUsage(10, 1, 0, 5)], lambda one: labels.get(one, ""), pricing
    )


def test_cells_of_one_name_are_one_line_at_the_price_of_their_day() -> None:
    (line,) = table("program", cell("codex"), cell("codex", day="2026-12-01"), cell("codex", "alias")).lines
    assert (line.requests, line.tokens_in, line.notional_usd) == (3, 3_000_000, 2.0 + 4.0 + 2.0)


def test_days_are_newest_first_and_all_else_with_the_most_requests_first() -> None:
    days = table("day", cell("2026-11-29"), cell("2026-11-30", requests=9), cell("2026-11-28"))
    assert [line.id for line in days.lines] == ["2026-11-30", "2026-11-29", "2026-11-28"]
    programs = table("program", cell("b"), cell("c", requests=2), cell("a"))
    assert [line.id for line in programs.lines] == ["c", "a", "b"]


def test_a_model_without_a_price_is_named_and_not_counted() -> None:
    told = table("client", cell("laptop"), cell("laptop", "new"), cell("laptop", "idle", tokens_in=0))
    assert (told.total.notional_usd, told.total.unpriced) == (2.0, ("new",))
    assert table("client", cell("laptop", "new")).total.notional_usd is None


@pytest.mark.parametrize(
    ("by", "found", "name", "key"),
    [
        ("client", THE_CLIENT_KEY, "the client key", "usage.the_key"),
        ("client", "", "(none)", "usage.nobody"),
        ("client", "laptop", "laptop", ""),
        ("credential", "abcdef0123", "mine", ""),
        ("credential", "0123456789", "removed 012345", "usage.removed"),
        ("credential", "", "(none)", "usage.nobody"),
        ("program", "client", "client", ""),
    ],
)
def test_what_people_call_it(by: UsageColumn, found: str, name: str, key: str) -> None:
    (line,) = table(by, cell(found)).lines
    assert (line.name, getattr(line.name, "key", "")) == (name, key)


def test_the_text_says_notional_and_without_which_models() -> None:
    text = "\n".join(usage_report.as_text(table("program", cell("codex"), cell("codex", "new"))))
    assert "notional $" in text and " 2.00" in text
    assert "notional: by Google's list prices of 2026-11-29" in text
    assert "without 1 model that have no price there: new." in text


def test_json_is_json_and_has_what_people_and_programs_need() -> None:
    told = json.loads(json.dumps(usage_report.as_json(table("client", cell(THE_CLIENT_KEY, cached=250_000)))))
    assert told["rows"] == [
        {"id": "client", "name": "the client key", "requests": 1, "failures": 0, "tokens_in": 1_000_000,
         "cached": 250_000, "thoughts": 0, "tokens_out": 0, "cache_hits": 0.25, "notional_usd": 2.0, "unpriced": [],
         "messages": {"name": {"key": "usage.the_key", "values": {}}}}
    ]  # fmt: skip
    assert told["hours"] == [{"at": 36_000.0, "requests": 1, "failures": 0, "tokens": 5}]
    assert "notional" in told["prices"]["note"] and told["prices"]["of"] == "2026-11-29"


def test_csv_comes_back_as_it_was_whatever_a_program_is_called() -> None:
    name = 'a "b", c\r\nd'
    text = usage_report.as_csv(table("program", cell(name), cell("=SUM(A1)")))
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    assert head[:3] == ["program", "name", "requests"] and all(len(row) == len(head) for row in rows)
    assert {row[0] for row in rows} == {name, "'=SUM(A1)"}
    assert text.endswith("\r\n")
