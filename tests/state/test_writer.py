"""A disk that refuses while the program runs: full, damaged, gone; and how it comes back."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from gcli2api_tui.events.problems import StoreFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.state import sqlite_store
from gcli2api_tui.state.retention import Bounds

ONE = CredentialId("1" * 32)
NOW = 1_795_000_000.0


def count(store, requests: int = 1) -> None:
    store.add_requests(ONE, "m", NOW, requests)


def limit_pages(store, pages: int) -> None:
    """SQLite's own way to be full: the next page beyond is refused with SQLITE_FULL."""
    store._writer.ask(lambda connection: connection.execute(f"PRAGMA max_page_count = {pages}")).result(5)


def on_disk(path: Path, sql: str) -> list:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def test_a_full_disk_drops_the_oldest_history_and_keeps_the_counts(open_store, row, tmp_path):
    told = []
    store = open_store(on_degraded=told.append)
    limit_pages(store, 60)
    for number in range(1, 301):
        store.put_exchange(row(number, error="x" * 1000))
        count(store)
        store.flush().result(5)
    ids = [number for (number,) in on_disk(tmp_path / "state.db", "SELECT id FROM exchange ORDER BY id")]
    assert ids[0] > 100
    assert ids == list(range(ids[0], 301))
    assert on_disk(tmp_path / "state.db", "SELECT requests FROM usage") == [(300,)]
    assert told == []


def test_when_not_even_that_makes_room_it_is_told_once_and_counts_still_go_out(open_store, row, tmp_path):
    told = []
    store = open_store(on_degraded=told.append)
    count(store)
    store.flush().result(5)
    limit_pages(store, 1)
    for number in (2, 3):
        store.put_exchange(row(number, error="x" * 9000))
        count(store)
        with pytest.raises(StoreFault, match="full"):
            store.flush().result(5)
    assert [words.split(":")[0] for words in told] == ["The disk is full"]
    assert on_disk(tmp_path / "state.db", "SELECT requests FROM usage") == [(3,)]
    assert on_disk(tmp_path / "state.db", "SELECT id FROM exchange") == []
    limit_pages(store, 1000)
    store.flush().result(5)
    assert told[1:] == [""]
    assert on_disk(tmp_path / "state.db", "SELECT id FROM exchange ORDER BY id") == [(2,), (3,)]


def test_it_recovers_by_itself_when_nobody_asks(open_store, row, tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite_store, "RETRY_S", 0.01)
    recovered = threading.Event()
    store = open_store(on_degraded=lambda words: None if words else recovered.set())
    limit_pages(store, 1)
    store.put_exchange(row(1, error="x" * 9000))
    with pytest.raises(StoreFault):
        store.flush().result(5)
    limit_pages(store, 1000)
    assert recovered.wait(5)
    assert on_disk(tmp_path / "state.db", "SELECT id FROM exchange") == [(1,)]


def test_a_disk_that_fills_up_and_is_cleared_again(open_store, row, small_disk, fill):
    told = []
    store = open_store(small_disk, on_degraded=told.append)
    count(store)
    store.put_exchange(row(1))
    store.flush().result(5)
    ballast = fill()
    number = 1
    while not told:
        number += 1
        count(store)
        store.put_exchange(row(number, error="x" * 5000))
        assert store.flush().exception(5) is None or told
    ballast.unlink()
    store.flush().result(5)
    assert [bool(words) for words in told] == [True, False]
    assert on_disk(small_disk / "state.db", "SELECT requests FROM usage") == [(number,)]
    assert on_disk(small_disk / "state.db", "SELECT max(id) FROM exchange") == [(number,)]


def test_a_file_that_is_damaged_while_it_is_open_is_replaced(open_store, row, tmp_path):
    told = []
    store = open_store(on_degraded=told.append)
    count(store)
    store.put_exchange(row(1))
    store.flush().result(5)
    store._writer.ask(lambda connection: connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()).result(5)
    path = tmp_path / "state.db"
    with path.open("r+b") as stream:
        stream.write(b"\xff" * path.stat().st_size)
    store._writer.ask(lambda connection: connection.execute("PRAGMA cache_size = 0").fetchall()).result(5)
    store.add_requests(ONE, "n", NOW, 2)
    store.put_exchange(row(2))
    store.flush().result(5)
    assert len(told) == 1
    assert "damaged-20261118-1" in told[0]
    assert on_disk(path, "SELECT model FROM usage") == [("n",)]
    assert on_disk(path, "SELECT id FROM exchange") == [(2,)]


def test_a_disk_that_is_missing_at_the_start_is_taken_up_when_it_comes(open_store, row, tmp_path):
    folder = tmp_path / "gone"
    told = []
    store = open_store(folder, on_degraded=told.append)
    assert "unable to open" in store.load().degraded
    count(store, 3)
    count(store, 4)
    store.put_exchange(row(1))
    with pytest.raises(StoreFault):
        store.flush().result(5)
    folder.mkdir()
    store.flush().result(5)
    assert told == [""]
    assert on_disk(folder / "state.db", "SELECT requests FROM usage") == [(7,)]
    assert on_disk(folder / "state.db", "SELECT id FROM exchange") == [(1,)]


def test_a_value_that_no_database_holds_loses_its_row_only(open_store, row, tmp_path):
    store = open_store()
    store.add_requests(ONE, "lone \ud800", NOW, 1)
    store.add_requests(ONE, "huge", NOW, 2**70)
    count(store, 5)
    store.flush().result(5)
    assert on_disk(tmp_path / "state.db", "SELECT model, requests FROM usage") == [("m", 5)]


def test_the_file_stays_bounded_while_it_is_open(open_store, row, tmp_path):
    store = open_store(bounds=Bounds(exchanges=50))
    for number in range(1, 2 * sqlite_store.PRUNE_EVERY + 1):
        store.put_exchange(row(number))
        if number % 500 == 0:
            store.flush().result(5)
    assert on_disk(tmp_path / "state.db", "SELECT count(*), max(id) FROM exchange") == [(50, 2000)]


def test_history_that_the_disk_is_too_slow_for_is_told_and_is_over(open_store, row, monkeypatch):
    told = []
    store = open_store(on_degraded=told.append)
    store.load()
    store._writer._waiting._longest = 10
    hold, held = threading.Event(), threading.Event()
    slow = store._writer.ask(lambda _: (held.set(), hold.wait(5)))
    assert held.wait(5)
    for number in range(1, 31):
        store.put_exchange(row(number))
    hold.set()
    slow.result(5)
    store.flush().result(5)
    store.flush().result(5)
    assert told == ["The disk is too slow for our history: 20 entries were lost.", ""]
