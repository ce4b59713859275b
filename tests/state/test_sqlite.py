import asyncio
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import StoreFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.exchange_rows import Hop
from gcli2api_tui.messages.chinese import CHINESE
from gcli2api_tui.messages.message import in_words_of, quoted, say
from gcli2api_tui.state import statements
from gcli2api_tui.state.ports import BindingRow, CooldownRow, UsageRow
from gcli2api_tui.state.sqlite import SqliteStore

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
    store.put_signature("k", "s", NOW - 1)
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
from gcli2api_tui.state.sqlite import SqliteStore
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
