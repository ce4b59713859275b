"""What a start finds: damaged, older, newer and locked files, and a disk that takes nothing. Real files throughout."""

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.state import schema, sqlite_file
from gcli2api_tui.state.ports import CooldownRow, Saved, UsageRow
from gcli2api_tui.state.retention import Bounds
from gcli2api_tui.state.sqlite_file import DAMAGED_KEPT, open_file

ONE = CredentialId("1" * 32)
NOW = 1_795_000_000.0
USAGE = UsageRow(ONE, "m", NOW - 5, 4, 250, "429")
COOLDOWN = CooldownRow(ONE, "m", NOW + 99, "daily", "Out.")

FIRST_VERSION = """
    CREATE TABLE usage (
      credential TEXT, model TEXT, window_start REAL, requests INTEGER, quota INTEGER, quota_source TEXT,
      PRIMARY KEY (credential, model, window_start)
    ) WITHOUT ROWID;
    CREATE TABLE cooldown (
      credential TEXT, model TEXT, until REAL, kind TEXT, message TEXT, link TEXT,
      PRIMARY KEY (credential, model)
    ) WITHOUT ROWID;
    CREATE TABLE signature (key TEXT PRIMARY KEY, signature TEXT, at REAL) WITHOUT ROWID;
    CREATE INDEX signature_at ON signature (at);
    CREATE TABLE exchange (id INTEGER PRIMARY KEY, opened_at REAL, content TEXT);
    PRAGMA user_version = 1;
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


def load(path: Path) -> Saved:
    opened = open_file(path, NOW, Bounds())
    assert opened.connection is not None, opened.saved.degraded
    opened.connection.close()
    return opened.saved


def write_first_version(path: Path) -> None:
    """As the first release left it."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(FIRST_VERSION)
        connection.execute("INSERT INTO usage VALUES (?, 'm', ?, 4, 250, '429')", (ONE, NOW - 5))
        connection.execute("INSERT INTO cooldown VALUES (?, 'm', ?, 'daily', 'Out.', '')", (ONE, NOW + 99))
        connection.execute("INSERT INTO signature VALUES ('k', 's', ?)", (NOW - 1,))
        connection.execute("INSERT INTO exchange VALUES (7, 5.0, '{}')")


def beside(path: Path) -> set[str]:
    return {one.name for one in path.parent.iterdir()}


def test_a_file_of_the_first_version_is_read_by_this_one(path):
    write_first_version(path)
    saved = load(path)
    assert (saved.usage, saved.cooldowns, saved.degraded) == ((USAGE,), (COOLDOWN,), "")
    assert (saved.signatures, saved.last_exchange) == ({"k": "s"}, 7)


def test_an_older_file_is_kept_as_it_was_before_it_is_changed(path, monkeypatch):
    write_first_version(path)
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, ("CREATE TABLE more (key TEXT)",)))
    assert load(path).usage == (USAGE,)
    copy = path.with_name("state.db.v1")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert schema.version_of(connection) == 1
        assert connection.execute("SELECT requests FROM usage").fetchall() == [(4,)]


def test_a_newer_file_is_put_aside_whole_and_its_counts_are_taken_over(path):
    write_first_version(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE future (x); INSERT INTO future VALUES (1); PRAGMA user_version = 99")
    saved = load(path)
    assert "newer version" in saved.degraded
    assert "state.db.newer-20261118-1" in saved.degraded
    assert (saved.usage, saved.cooldowns) == ((USAGE,), (COOLDOWN,))
    with closing(sqlite3.connect(path.with_name("state.db.newer-20261118-1"))) as kept:
        assert kept.execute("SELECT x FROM future").fetchall() == [(1,)]
    again = load(path)
    assert (again.usage, again.degraded) == ((USAGE,), "")


@pytest.mark.parametrize("content", [b"this is no database" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_bytes_that_are_no_database_are_put_aside(path, content):
    path.write_bytes(content)
    saved = load(path)
    assert "damaged" in saved.degraded
    assert path.with_name("state.db.damaged-20261118-1").read_bytes() == content
    assert load(path) == Saved()


def test_a_page_of_rubbish_costs_the_history_and_not_the_counts(path):
    write_first_version(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        rows = [(number, 5.0, "x" * 3000) for number in range(8, 60)]
        connection.executemany("INSERT INTO exchange VALUES (?, ?, ?)", rows)
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    content = path.read_bytes()
    path.write_bytes(content[: -40 * size] + b"\xff" * 30 * size + content[-10 * size :])
    saved = load(path)
    assert "damaged" in saved.degraded
    assert (saved.usage, saved.cooldowns) == ((USAGE,), (COOLDOWN,))
    assert load(path).usage == (USAGE,)


def test_a_database_with_other_tables_is_put_aside(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE exchange (something TEXT)")
    assert "damaged" in load(path).degraded


def test_a_failing_disk_does_not_fill_itself_with_damaged_files(path):
    for number in range(DAMAGED_KEPT + 3):
        path.write_bytes(b"rubbish" * 100)
        load(path)
        for one in path.parent.glob("state.db.damaged-*"):
            os.utime(one, (number, number)) if one.name.endswith(f"-{number + 1}") else None
    kept = [one for one in path.parent.glob("state.db.damaged-*") if not one.name.endswith(("-wal", "-shm"))]
    assert len(kept) == DAMAGED_KEPT


def test_a_file_that_another_process_holds_is_read_and_left(path, monkeypatch):
    monkeypatch.setattr(sqlite_file, "PATIENCE_S", 0.0)
    write_first_version(path)
    before = path.read_bytes()
    with closing(sqlite3.connect(path)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        tried, real = [], sqlite3.connect
        monkeypatch.setattr(sqlite3, "connect", lambda file, **how: tried.append((file, how)) or real(file, **how))
        opened = open_file(path, NOW, Bounds())
    assert all(how["timeout"] == 0.0 for file, how in tried if file != ":memory:")
    assert opened.connection is None
    assert "locked" in opened.saved.degraded
    assert path.read_bytes() == before
    assert beside(path) == {"state.db"}


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_no_file_in_its_place_is_said_and_served_on(path, kind):
    path.mkdir() if kind == "folder" else os.mkfifo(path)
    opened = open_file(path, NOW, Bounds())
    assert opened.connection is None
    assert f"it is a {kind}" in opened.saved.degraded


def test_a_full_disk_at_the_start_costs_no_memory_of_before(small_disk, fill):
    path = small_disk / "state.db"
    write_first_version(path)
    load(path)
    ballast = fill()
    opened = open_file(path, NOW, Bounds())
    assert opened.saved.usage == (USAGE,)
    assert opened.saved.last_exchange == 7
    if opened.connection:
        opened.connection.close()
    ballast.unlink()
    assert load(path).usage == (USAGE,)
