"""Usage by day: what an exchange adds, that it adds up, and the sums that people ask for."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from gcli2api_tui.events.records import CredentialId, Usage
from gcli2api_tui.ledger.records import ExchangeState
from gcli2api_tui.state import days
from gcli2api_tui.state.days import LONGEST_NAME, pacific_day, usage_of
from gcli2api_tui.state.file import open_file
from gcli2api_tui.state.ports import UsageSum
from gcli2api_tui.state.retention import Bounds

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
        store.add_usage(usage_of(row))
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


def test_the_same_adds_up_and_comes_back_after_a_restart(open_store, settled) -> None:
    store = open_store()
    keep(store, settled(1), settled(2))
    keep(store, settled(3, state=ExchangeState.FAILED, usage=Usage()), settled(4, state=ExchangeState.CANCELLED))
    store.close()
    (today,) = open_store().usage("day", "").result(5)
    assert today == UsageSum(TODAY, 4, 1, tokens_in=300, cached=120, thoughts=9, tokens_out=21)


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("day", [TODAY, pacific_day(NOW - 86_400)]),
        ("model", ["m", "n"]),
        ("client", ["", "laptop"]),
        ("program", ["codex", "cline"]),
        ("credential", [ONE, ""]),
    ],
)
def test_by_whatever_is_asked(open_store, settled, by, names) -> None:
    store = open_store()
    others = [
        settled(4, model="n", ended_at=NOW - 86_400, client_key="laptop"),
        replace(settled(5, hops=()), client="cline"),
    ]
    keep(store, settled(1), settled(2), *others)
    found = store.usage(by, "").result(5)
    assert [one.name for one in found] == names
    assert sum(one.requests for one in found) == 4
    assert [one.name for one in store.usage("day", TODAY).result(5)] == [TODAY]


def test_names_from_outside_are_cut(settled) -> None:
    made = usage_of(settled(1, model="x" * 500))
    assert len(made.model) == LONGEST_NAME


def test_the_last_credential_asked_has_it(settled) -> None:
    row = settled(1)
    other = replace(row.hops[0], credential=CredentialId("2" * 32))
    assert usage_of(replace(row, hops=(*row.hops, other))).credential == other.credential


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
    assert days.read_all(opened.connection) == (usage_of(settled(1)),)
    opened.connection.close()
