"""Responses that clients may come back to: kept for a while, within a bound, and gone when they are told to go."""

import asyncio
import sqlite3
from contextlib import closing

from gcli2api_tui.clock import Clock
from gcli2api_tui.state.retention import Bounds
from gcli2api_tui.state.sqlite_store import SqliteStore
from gcli2api_tui.state.write_queue import Waiting, Write


async def test_one_comes_back_after_a_restart(open_any):
    store = open_any()
    store.put_response("resp_1", "one")
    assert await asyncio.wrap_future(store.response("resp_1")) == "one"
    store.close()
    again = open_any()
    assert await asyncio.wrap_future(again.response("resp_1")) == "one"
    assert await asyncio.wrap_future(again.response("resp_2")) is None


async def test_one_or_all_can_be_dropped(open_any):
    store = open_any()
    for name in ("a", "b", "c"):
        store.put_response(name, name)
    store.drop_response("a")
    found = [await asyncio.wrap_future(store.response(name)) for name in ("a", "b")]
    assert found == [None, "b"]
    store.drop_response(None)
    assert await asyncio.wrap_future(store.response("b")) is None


async def test_the_oldest_make_room(tmp_path):
    now = [1_000.0]
    store = SqliteStore(tmp_path / "state.db", Clock(now=lambda: now[0]), bounds=Bounds(response_characters=80))
    for number in range(20):
        now[0] += 1
        store.put_response(f"r{number}", "x" * 10)
        await asyncio.wrap_future(store.flush())
    kept = [name for name in range(20) if await asyncio.wrap_future(store.response(f"r{name}"))]
    assert kept == list(range(12, 20))
    store.put_response("large", "x" * 11)
    assert await asyncio.wrap_future(store.response("large")) is None
    store.close()


async def test_age_ends_it_even_before_it_is_deleted(tmp_path):
    now = [1_000.0]
    store = SqliteStore(tmp_path / "state.db", Clock(now=lambda: now[0]), bounds=Bounds(response_s=60))
    store.put_response("old", "old")
    await asyncio.wrap_future(store.flush())
    now[0] += 61
    assert await asyncio.wrap_future(store.response("old")) is None
    store.put_response("new", "new")
    await asyncio.wrap_future(store.flush())
    store.close()
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection, connection:
        assert connection.execute("SELECT id FROM response").fetchall() == [("new",)]
    connection.close()


async def test_what_no_database_can_hold_costs_the_others_nothing(open_any):
    store = open_any()
    assert await asyncio.wrap_future(store.response("\ud800")) is None
    store.put_response("half", "\ud800")
    store.put_response("whole", "text")
    assert await asyncio.wrap_future(store.response("half")) is None
    assert await asyncio.wrap_future(store.response("whole")) == "text"


async def test_a_closed_store_has_none(open_any):
    store = open_any()
    store.put_response("resp_1", "one")
    store.close()
    assert await asyncio.wrap_future(store.response("resp_1")) is None


def test_texts_do_not_wait_in_memory_for_a_disk_that_refuses():
    waiting = Waiting()
    waiting.add(Write("sql", (), ("response", 1), brief=True))
    waiting.add(Write("sql", (), ("exchange", 1)))
    waiting.put_back(waiting.take())
    assert [write.key for write in waiting.take().writes()] == [("exchange", 1)]
