"""A SQLite file of another program is read whole, with what is in its log, and nothing of it is believed or left."""

import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest
from other_programs import closed, gcli2api_of_today, stamps

from gcli2api_tui.events.problems import StoreFault
from gcli2api_tui.state import sqlite_reader
from gcli2api_tui.state.sqlite_reader import read_tables


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Written to, with all that it holds in its log."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    connection = gcli2api_of_today(tmp_path / "g")
    yield tmp_path / "g" / "creds" / "credentials.db"
    closed(connection)


def test_the_log_is_read_and_nothing_is_touched_or_left(database: Path, tmp_path: Path) -> None:
    before = stamps(tmp_path / "g")
    tables = read_tables(database, ("credentials", "config", "no_such"))
    assert tables.keys() == {"credentials", "config"} and len(tables["credentials"]) == 3
    assert stamps(tmp_path / "g") == before and not list((tmp_path / "tmp").iterdir())


def test_a_file_that_changes_all_the_time_is_told(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = shutil.copyfile

    def while_it_writes(source: Path, target: Path) -> None:
        real(source, target)
        with source.open("ab") as file:
            file.write(b"\0")

    monkeypatch.setattr(shutil, "copyfile", while_it_writes)
    with pytest.raises(StoreFault, match="stop it for a moment"):
        read_tables(database, ("credentials",))


def test_bounds(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_reader, "MOST_ROWS", 2)
    with pytest.raises(StoreFault, match="more than 2 rows"):
        read_tables(database, ("credentials",))
    monkeypatch.setattr(sqlite_reader, "LONGEST_VALUE", 50)
    with pytest.raises(StoreFault, match="too big"):
        read_tables(database, ("config", "credentials"))


def test_what_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = sqlite3.connect(tmp_path / "a.db")
    connection.execute("CREATE TABLE t (x)")
    connection.executemany("INSERT INTO t VALUES (?)", [(number,) for number in range(500)])
    connection.commit()
    closed(connection)
    monkeypatch.setattr(sqlite_reader, "_STEPS", 100)
    with pytest.raises(StoreFault, match="interrupted"):
        read_tables(tmp_path / "a.db", ("t",))
