import asyncio
import sqlite3

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.ids import CredentialId, ExchangeId
from gcli2api_tui.events.records import Usage
from gcli2api_tui.ledger.records import ExchangeRow, ExchangeState, Hop
from gcli2api_tui.state.ports import CooldownRow, UsageRow
from gcli2api_tui.state.sqlite import SqliteStore

ONE = CredentialId("1" * 32)


def row(number: int) -> ExchangeRow:
    return ExchangeRow(
        ExchangeId(number), 5.0, "openai-chat", "/v1", "m", True, "c", "p", ExchangeState.DONE,
        hops=(Hop(ONE, "a", 5.0),), usage=Usage(prompt=3),
    )  # fmt: skip


@pytest.fixture
def open_store(tmp_path):
    opened = []

    def open_it(**more) -> SqliteStore:
        opened.append(SqliteStore(tmp_path / "state.db", Clock(now=lambda: 1000.0), **more))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


async def test_everything_comes_back_after_a_restart(open_store):
    store = open_store()
    usage = UsageRow(ONE, "m", 900.0, 4, 250, "429")
    rest = CooldownRow(ONE, "", float("inf"), "needs-login", "Sign in.", "https://x")
    store.put_usage(UsageRow(ONE, "m", 900.0, 3))
    store.put_usage(usage)
    store.put_cooldown(rest)
    store.put_cooldown(CooldownRow(ONE, "gone", 2000.0, "rate", ""))
    store.put_cooldown(CooldownRow(ONE, "gone", 0.0, "", ""))
    store.put_signature("k", "s", 999.0)
    store.put_exchange(row(7))
    store.close()
    saved = open_store().load()
    assert (saved.usage, saved.cooldowns) == ((usage,), (rest,))
    assert (saved.signatures, saved.last_exchange, saved.degraded) == ({"k": "s"}, 7, "")


async def test_many_rows_wake_the_thread_once(tmp_path):
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


async def test_pages_go_back_newest_first(open_store):
    store = open_store()
    for number in range(1, 6):
        store.put_exchange(row(number))
    first = await asyncio.wrap_future(store.page_exchanges(None, 3))
    assert first.rows == (row(5), row(4), row(3))
    second = await asyncio.wrap_future(store.page_exchanges(first.before, 3))
    assert ([one.id for one in second.rows], second.before) == ([2, 1], None)


async def test_a_corrupt_file_is_kept_aside(open_store, tmp_path):
    (tmp_path / "state.db").write_bytes(b"this is no database" * 100)
    store = open_store()
    assert "corrupt-1" in store.load().degraded
    assert (tmp_path / "state.db.corrupt-1").exists()
    await asyncio.wrap_future(store.flush())


async def test_a_refusing_disk_is_told_once_and_usage_is_kept_for_later(open_store, tmp_path):
    told = []
    store = open_store(on_degraded=told.append)
    store.load()
    blocker = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    blocker.execute("ALTER TABLE exchange RENAME TO away")
    for number in (1, 2):
        store.put_usage(UsageRow(ONE, "m", 900.0, number))
        store.put_exchange(row(number))
        with pytest.raises(sqlite3.Error):
            await asyncio.wrap_future(store.flush())
    assert len(told) == 1
    await asyncio.wrap_future(store.flush())
    assert blocker.execute("SELECT requests FROM usage").fetchall() == [(2,)]
    blocker.close()
