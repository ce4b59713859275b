import sqlite3

import pytest

from gcli2api_tui.state import schema
from gcli2api_tui.state.schema import NewerFile, migrate, version_of

NEXT = ("ALTER TABLE usage ADD COLUMN tokens INTEGER DEFAULT 0", "CREATE TABLE more (key TEXT)")


@pytest.fixture
def connection(tmp_path):
    found = sqlite3.connect(tmp_path / "state.db")
    yield found
    found.close()


@pytest.fixture
def next_version(monkeypatch):
    """As a program after this one will have it."""
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, NEXT))
    return len(schema.STEPS)


def test_a_new_file_gets_the_newest_version_and_no_copy(connection):
    copies = []
    migrate(connection, copies.append)
    assert (version_of(connection), copies) == (len(schema.STEPS), [])


def test_a_second_process_finds_the_work_done(connection, next_version):
    migrate(connection)
    migrate(connection)
    assert version_of(connection) == next_version


def test_an_older_file_is_copied_and_then_changed(connection, monkeypatch):
    migrate(connection)
    before = len(schema.STEPS)
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, NEXT))
    copies = []
    migrate(connection, copies.append)
    assert (version_of(connection), copies) == (before + 1, [before])
    assert connection.execute("SELECT * FROM more").fetchall() == []


def test_a_step_that_fails_leaves_the_version_before(connection, monkeypatch):
    migrate(connection)
    before = len(schema.STEPS)
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, ("CREATE TABLE more (key TEXT)", "CREATE TABLE nonsense")))
    with pytest.raises(sqlite3.Error):
        migrate(connection)
    assert version_of(connection) == before
    assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'more'").fetchall()


def test_a_copy_that_fails_stops_the_change(connection, monkeypatch):
    migrate(connection)
    before = len(schema.STEPS)
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, NEXT))

    def full(version):
        raise sqlite3.OperationalError("database or disk is full")

    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, full)
    assert version_of(connection) == before


def test_a_newer_file_is_refused_untouched(connection):
    connection.execute("PRAGMA user_version = 99")
    with pytest.raises(NewerFile, match="version 99"):
        migrate(connection)
    assert version_of(connection) == 99
