import asyncio
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import StoreFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.exchange_rows import Hop
from gcli2api_tui.messages.chinese import CHINESE
from gcli2api_tui.messages.message import in_words_of, quoted, say
from gcli2api_tui.state import sqlite_store, statements
from gcli2api_tui.state.ports import BindingRow, CooldownRow, UsageRow
from gcli2api_tui.state.retention import Bounds
from gcli2api_tui.state.sqlite_store import SqliteStore

ONE = CredentialId("1" * 32)
NOW = 1_795_000_000.0


async def test_everything_comes_back_after_a_restart(open_any, row):
    store = open_any()
    usage = UsageRow(ONE, "m", NOW - 100, 4, 250, "429")
    rest = CooldownRow(ONE, "", float("inf"), "needs-login", "Sign in.", "https://x")
    store.add_requests(ONE, "m", NOW - 100, 3)
    store.set_limit(ONE, "m", NOW - 100, 200, "google")
    store.set_limit(ONE, "m", NOW - 100, 250, "429")
    store.add_requests(ONE, "m", NOW - 100, 1)
    store.set_cooldown(rest)
    store.set_cooldown(CooldownRow(ONE, "gone", NOW + 9, "rate", ""))
    store.set_cooldown(CooldownRow(ONE, "gone", 0.0, "", ""))
    store.put_signatures({"k": "s"}, NOW - 1)
    store.put_binding(BindingRow("talk", ONE, NOW - 10))
    store.put_binding(BindingRow("old", ONE, NOW - 3_601))
    store.put_exchange(row(7))
    store.close()
    saved = open_any().load()
    assert (saved.usage, saved.cooldowns) == ((usage,), (rest,))
    assert saved.bindings == (BindingRow("talk", ONE, NOW - 10),)
    assert (saved.signatures, saved.last_exchange, saved.recent, saved.degraded) == ({"k": "s"}, 7, (row(7),), "")


def test_two_that_count_the_same_add_up(open_any):
    """As two runs of the program do, one after the other or side by side."""
    for _ in range(2):
        store = open_any()
        store.add_requests(ONE, "m", NOW, 2)
        store.add_requests(ONE, "m", NOW, 1)
        store.close()
    assert open_any().load().usage == (UsageRow(ONE, "m", NOW, 6),)


async def test_many_rows_wake_the_thread_once(tmp_path, row):
    looks = []
    clock = Clock(now=lambda: 1000.0, monotonic=lambda: float(looks.append(1) or 0))
    store = SqliteStore(tmp_path / "state.db", clock)
    for number in range(1, 501):
        store.put_exchange(row(number))
    await asyncio.wrap_future(store.flush())
    assert len(looks) < 50
    store.put_exchange(row(501))
    await asyncio.wrap_future(store.flush())
    store.close()
    again = SqliteStore(tmp_path / "state.db", clock)
    assert again.load().last_exchange == 501
    again.close()


def test_the_newest_exchanges_are_read_at_the_start_oldest_first(open_any, row, monkeypatch):
    monkeypatch.setattr(statements, "RECENT", 3)
    store = open_any()
    for number in range(1, 6):
        store.put_exchange(row(number))
    store.close()
    assert open_any().load().recent == (row(3), row(4), row(5))


async def test_an_exchange_of_another_version_is_left_out(open_store, row, tmp_path):
    store = open_store()
    for number in (1, 3):
        store.put_exchange(row(number))
    store.close()
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection, connection:
        for number, content in ((2, '{"colour": 1}'), (4, "[]"), (5, "{")):
            connection.execute("INSERT INTO exchange VALUES (?, 0, ?)", (number, content))
    again = open_store()
    assert (again.load().recent, again.load().last_exchange, again.load().degraded) == ((row(1), row(3)), 5, "")


def test_why_a_credential_rests_can_be_said_in_another_language_after_a_restart(open_any):
    store = open_any()
    store.set_cooldown(CooldownRow(ONE, "", float("inf"), "needs-login", say("google.key_refused")))
    store.set_cooldown(CooldownRow(ONE, "m", NOW + 60, "rate", quoted("Google's words.")))
    store.close()
    said = {row.model: row.message for row in open_any().load().cooldowns}
    assert said == {"": "Google no longer accepts this API key.", "m": "Google's words."}
    assert [in_words_of(CHINESE, said[model]) for model in ("", "m")] == [
        CHINESE["google.key_refused"],
        "Google's words.",
    ]


def test_what_an_exchange_says_can_be_said_in_another_language_after_a_restart(open_any, row):
    hop = Hop(ONE, "a", 5.0, failure=say("net.late", host="google"), reason=say("why.probe"))
    store = open_any()
    store.put_exchange(replace(row(1, say("google.cut")), hops=(hop,)))
    store.close()
    (again,) = open_any().load().recent
    said = [again.error, again.hops[0].failure, again.hops[0].reason]
    assert [in_words_of(CHINESE, one) for one in said] == [
        CHINESE["google.cut"],
        "google 没有及时应答。",
        CHINESE["why.probe"],
    ]


def test_an_exchange_from_before_client_keys_had_an_id_is_kept(open_store, row, tmp_path):
    store = open_store()
    store.put_exchange(row(1))
    store.close()
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection, connection:
        connection.execute("UPDATE exchange SET content = json_remove(content, '$.client_key')")
    assert open_store().load().recent == (replace(row(1), client_key=""),)


async def test_who_asked_and_left_costs_the_others_nothing(open_any, row):
    store = open_any()
    store.put_exchange(row(1))
    hold = threading.Event()
    store._writer.ask(lambda _: hold.wait(5))
    assert store.flush().cancel() and store.response("resp_1").cancel()
    hold.set()
    await asyncio.wrap_future(store.flush())
    assert store.response("resp_1").result(5) is None


def test_a_closed_store_takes_nothing_and_says_so(open_any, row):
    store = open_any()
    store.close()
    store.put_exchange(row(1))
    with pytest.raises(StoreFault, match="closed"):
        store.flush().result(5)
    assert open_any().load().last_exchange == 0


WRITES_AND_WAITS = """
import sys
from pathlib import Path
from gcli2api_tui.clock import Clock
from gcli2api_tui.state.sqlite_store import SqliteStore
store = SqliteStore(Path(sys.argv[1]), Clock())
for count in range(1, 10**9):
    store.add_requests("1" * 32, "m", 5.0, 1)
    if count % 100 == 0:
        store.flush().result()
        print(count, flush=True)
"""


def test_kill_9_loses_nothing_that_was_flushed(open_store, tmp_path):
    path = tmp_path / "state.db"
    with subprocess.Popen(
        [sys.executable, "-c", WRITES_AND_WAITS, str(path)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        flushed = [int(child.stdout.readline()) for _ in range(5)][-1]
        child.send_signal(signal.SIGKILL)
    saved = open_store().load()
    assert saved.degraded == ""
    assert saved.usage[0].requests >= flushed


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
    store._writer._waiting._longest = 10 + 2  # the sums of the day and of the hour
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
