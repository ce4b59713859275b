"""Client keys in state.db: back after a restart, after a kill, and out of a damaged file."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from gcli2api_tui.clients.client_key import ClientKey
from gcli2api_tui.clients.ports import ClientSecond, ClientUse
from gcli2api_tui.clock import Clock
from gcli2api_tui.events.records import ClientKeyId, CredentialId
from gcli2api_tui.state import client_keys
from gcli2api_tui.state.base_store import BaseStore
from gcli2api_tui.state.ports import Saved
from gcli2api_tui.state.retention import Bounds, prune
from gcli2api_tui.state.sqlite_store import SqliteStore

NOW = 1_795_000_000.0
ADA = ClientKeyId("ada")
KEY = ClientKey(
    ADA, "ab" * 32, "9f3K", NOW, False, NOW + 9, ("gemini-3*",), (CredentialId("a"),), 30, 500, 10**9, 4, "low", "flex"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


def opened(file: Path) -> SqliteStore:
    return SqliteStore(file, Clock(now=lambda: NOW))


def after_restart(file: Path) -> Saved:
    store = opened(file)
    store.close()
    return store.load()


def used(store: BaseStore) -> None:
    store.put_client_key(KEY)
    for change in (ClientUse(ADA, "2026-11-18", 1, 900), ClientUse(ADA, "2026-11-18", 1, -300)):
        store.add_client_use(change)
    store.add_client_second(ClientSecond(ADA, int(NOW), 1))
    store.add_client_second(ClientSecond(ADA, int(NOW), 2))


def test_all_of_it_is_there_after_a_restart_summed_up(open_any) -> None:
    store = open_any()
    used(store)
    store.flush().result()
    store.add_client_use(ClientUse(ADA, "2026-11-18", 1, 0))
    store.close()
    saved = open_any().load()
    assert saved.client_keys == (KEY,)
    assert saved.client_uses == (ClientUse(ADA, "2026-11-18", 3, 600),)
    assert saved.client_seconds == (ClientSecond(ADA, int(NOW), 3),)


def test_what_was_flushed_is_there_though_nobody_closed_the_file(file: Path) -> None:
    store = opened(file)
    used(store)
    store.flush().result()
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as another:
        assert client_keys.read_uses(another)[0].requests == 2
    store.close()


def test_a_changed_key_takes_the_place_of_itself(open_any) -> None:
    store = open_any()
    store.put_client_key(KEY)
    store.put_client_key(replace(KEY, enabled=True, revoked_at=NOW))
    store.close()
    assert open_any().load().client_keys == (replace(KEY, enabled=True, revoked_at=NOW),)


def test_a_key_that_cannot_be_read_opens_nothing_and_costs_no_other(file: Path) -> None:
    store = opened(file)
    store.put_client_key(KEY)
    store.close()
    with closing(sqlite3.connect(file)) as db, db:
        for number, content in enumerate(("{}", "[]", "no json", '{"name": 7}', '{"name": "x", "models": 1}')):
            db.execute("INSERT INTO client_key VALUES (?, ?)", (f"d{number}", content))
    assert after_restart(file).client_keys == (KEY,)


def test_a_damaged_file_gives_its_keys_and_counts_back(file: Path) -> None:
    store = opened(file)
    used(store)
    store.close()
    with closing(sqlite3.connect(file)) as db, db:
        db.executemany("INSERT INTO signature VALUES (?, ?, ?)", [(f"{n:0500}", "s" * 500, NOW) for n in range(200)])
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'signature'").fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as raw:
        raw.seek((root - 1) * size)
        raw.write(b"\xff" * size)
    saved = after_restart(file)
    assert saved.degraded
    assert (saved.client_keys, saved.client_uses[0].requests) == ((KEY,), 2)
    assert after_restart(file).client_keys == (KEY,)


def test_old_counts_go_and_those_of_today_stay(file: Path) -> None:
    store = opened(file)
    days = Bounds().client_days
    for day in ("2026-11-18", "2026-11-17", "2026-10-01"):
        store.add_client_use(ClientUse(ADA, day, 1, 1))
    store.add_client_second(ClientSecond(ADA, int(NOW), 1))
    store.add_client_second(ClientSecond(ADA, int(NOW) - 70, 1))
    store.close()
    with closing(sqlite3.connect(file)) as db:
        prune(db, Bounds(), NOW)
        assert [row.day for row in client_keys.read_uses(db)] == ["2026-11-17", "2026-11-18"] and days < 40
        assert [row.second for row in client_keys.read_seconds(db)] == [int(NOW)]
