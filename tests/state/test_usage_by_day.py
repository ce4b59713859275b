"""Usage by day: what an exchange adds, that it adds up, and the sums that people ask for."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from gcli2api_tui.events.records import NO_CLIENT_KEY, CredentialId, ExchangeId, Usage
from gcli2api_tui.ledger.admin_rows import UsageCell
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState
from gcli2api_tui.pacific_time import next_pacific_midnight, pacific_day
from gcli2api_tui.state import usage_by_day
from gcli2api_tui.state.ports import LONG_PROMPT, DayUsage
from gcli2api_tui.state.retention import Bounds
from gcli2api_tui.state.sqlite_file import open_file
from gcli2api_tui.state.usage_by_day import LONGEST_NAME

NOW = 1_795_000_000.0
ONE = CredentialId("1" * 32)
TODAY = pacific_day(NOW)


@pytest.fixture
def settled(row):
    tokens = Usage(prompt=100, cached=40, output=7, thoughts=3)
    usual = replace(row(1), ended_at=NOW, usage=tokens, client="codex", client_key="")
    return lambda number, **more: replace(usual, **{"id": number, **more})


def keep(store, *rows) -> None:
    for row in rows:
        store.put_exchange(row)
    store.flush().result(5)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (1_793_516_399.0, "2026-10-31"),  # 23:59:59 in summer time
        (1_793_516_400.0, "2026-11-01"),
        (1_793_606_399.0, "2026-11-01"),  # 25 hours later: the day on which clocks go back
        (1_793_606_400.0, "2026-11-02"),
    ],
)
def test_a_day_is_googles(at: float, day: str) -> None:
    assert pacific_day(at) == day


def test_the_same_adds_up_and_comes_back_after_a_restart(open_any, settled) -> None:
    store = open_any()
    keep(store, settled(1), settled(2))
    keep(store, settled(3, state=ExchangeState.FAILED, usage=Usage()), settled(4, state=ExchangeState.CANCELLED))
    store.close()
    (today,) = open_any().usage("day", "").result(5)
    assert today == UsageCell(TODAY, "m", TODAY, 4, 1, 300, 120, 9, 21, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("day", {TODAY, pacific_day(NOW - 86_400)}),
        ("model", {"m", "n"}),
        ("client", {"", "laptop"}),
        ("program", {"codex", "cline"}),
        ("credential", {ONE, ""}),
    ],
)
def test_by_whatever_is_asked(open_any, settled, by, names) -> None:
    store = open_any()
    others = [
        settled(4, model="n", ended_at=NOW - 86_400, client_key="laptop"),
        replace(settled(5, hops=()), client="cline"),
    ]
    keep(store, settled(1), settled(2), *others)
    found = store.usage(by, "").result(5)
    assert {one.name for one in found} == names
    assert sum(one.requests for one in found) == 4
    assert {one.name for one in store.usage("day", TODAY).result(5)} == {TODAY}


def test_names_from_outside_are_cut(open_any, settled) -> None:
    store = open_any()
    keep(store, settled(1, model="x" * 500, client="y" * 500))
    assert [len(store.usage(by, "").result(5)[0].name) for by in ("model", "program")] == [LONGEST_NAME] * 2


def test_the_last_credential_asked_has_it(open_any, settled) -> None:
    row, store = settled(1), open_any()
    other = replace(row.hops[0], credential=CredentialId("2" * 32))
    keep(store, replace(row, hops=(*row.hops, other)))
    assert [one.name for one in store.usage("credential", "").result(5)] == [other.credential]


def test_the_day_is_known_until_it_ends_and_a_clock_may_be_set_back() -> None:
    days = usage_by_day.Days()
    midnight = next_pacific_midnight(NOW)
    moments = [NOW, midnight - 1, midnight, NOW, midnight + 86_399, midnight - 1, NOW - 86_400 * 200]
    rows = [ExchangeRow(ExchangeId(1), at, "", "", "m", False, "c", "", ExchangeState.DONE) for at in moments]
    assert [days.added(row)[0].values[0] for row in rows] == [pacific_day(at) for at in moments]


def test_it_survives_a_damaged_file_as_far_as_it_can_be_read(open_store, settled, tmp_path) -> None:
    store = open_store()
    keep(store, settled(1))
    store.close()
    path = tmp_path / "state.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA user_version = 99")
    opened = open_file(path, NOW, Bounds())
    assert opened.connection is not None
    assert "newer version" in opened.saved.degraded
    kept = DayUsage(TODAY, "m", NO_CLIENT_KEY, "codex", settled(1).hops[-1].credential, 1, 0, 100, 40, 3, 7)
    assert usage_by_day.read_all(opened.connection) == (kept,)
    opened.connection.close()


def test_what_a_long_prompt_cost_is_kept_apart(open_any, settled) -> None:
    store = open_any()
    long = Usage(prompt=LONG_PROMPT + 1, cached=50, output=9, thoughts=2)
    keep(store, settled(1), settled(2, usage=long), settled(3, usage=replace(long, prompt=LONG_PROMPT)))
    (cell,) = store.usage("model", "").result(5)
    assert (cell.tokens_in, cell.cached, cell.tokens_out) == (100 + 2 * LONG_PROMPT + 1, 140, 25)
    assert (cell.long_in, cell.long_cached, cell.long_thoughts, cell.long_out) == (LONG_PROMPT + 1, 50, 2, 9)


def test_hours_add_up_and_a_damaged_file_keeps_them(open_store, settled, tmp_path) -> None:
    store = open_store()
    keep(store, settled(1), settled(2, state=ExchangeState.FAILED), settled(3, ended_at=NOW - 3600))
    this = int(NOW // 3600)
    before, now = store.hours(this - 1).result(5)
    assert (before.hour, before.requests) == (this - 1, 1)
    assert (now.hour, now.requests, now.failures, now.tokens) == (this, 2, 1, 220)
    assert store.hours(this).result(5) == (now,)
    store.close()
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection, connection:
        connection.execute("PRAGMA user_version = 99")
    opened = open_file(tmp_path / "state.db", NOW, Bounds())
    assert opened.connection is not None
    assert usage_by_day.read_hours(opened.connection, 0) == (before, now)
    opened.connection.close()


def test_a_file_from_before_the_hours_has_its_days(open_store, settled, tmp_path) -> None:
    store = open_store()
    keep(store, settled(1))
    store.close()
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection, connection:
        for name in usage_by_day.LONG:
            connection.execute(f"ALTER TABLE usage_by_day DROP COLUMN {name}")
        connection.execute("DROP TABLE usage_by_hour")
        connection.execute(f"PRAGMA user_version = {usage_by_day.HOURS_SINCE - 1}")
        assert usage_by_day.read_hours(connection, 0) == ()
        (cell,) = usage_by_day.read_cells(connection, "model", "")
    assert (cell.requests, cell.tokens_in, cell.long_in) == (1, 100, 0)
    (again,) = open_store().usage("model", "").result(5)
    assert again == cell
