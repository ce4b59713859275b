"""What was learnt of models: kept over a restart, replaced by its key, forgotten, bounded."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from gcli2api_tui.gemini.abilities import Lesson
from gcli2api_tui.relay.model_lessons import LONGEST_S, MOST
from gcli2api_tui.state import schema
from gcli2api_tui.state.base_store import BaseStore
from gcli2api_tui.state.ports import EndRow, Saved
from gcli2api_tui.state.retention import DAY_S, Bounds, prune
from gcli2api_tui.state.schema import migrate

OpenStore = Callable[..., BaseStore]
NOW = 1_795_000_000.0
LEVEL = Lesson("a", "thinking_level", "MINIMAL", "Thinking level MINIMAL is not supported", NOW - 60)
PENALTY = Lesson("a", "penalties", "", "Penalty is not enabled", NOW - 30)
OTHER = Lesson("b", "penalties", "", "Penalty is not enabled", NOW - 10)
GONE = EndRow("a", "gemini-api", "404", "is not found", NOW - 20)
DATE = EndRow("a", "gemini-api", "date", "2027-05-07", NOW - 15)


def after_restart(open_any: OpenStore) -> Saved:
    store = open_any()
    store.close()
    return store.load()


def kept(open_any: OpenStore) -> None:
    store = open_any()
    for lesson in (LEVEL, PENALTY, OTHER):
        store.put_lesson(lesson)
    for row in (GONE, DATE):
        store.put_end(row)
    store.close()


def test_it_is_there_after_a_restart_oldest_first(open_any: OpenStore) -> None:
    kept(open_any)
    saved = after_restart(open_any)
    assert (saved.lessons, saved.ends) == ((LEVEL, PENALTY, OTHER), (GONE, DATE))


def test_one_of_a_key_stays_the_newest(open_any: OpenStore) -> None:
    kept(open_any)
    store = open_any()
    store.put_lesson(again := replace(LEVEL, words="other words", at=NOW))
    store.put_end(later := replace(DATE, said="2027-06-07", at=NOW))
    store.close()
    saved = after_restart(open_any)
    assert (saved.lessons, saved.ends) == ((PENALTY, OTHER, again), (GONE, later))


@pytest.mark.parametrize(("model", "left"), [("a", (OTHER,)), ("nobody", (LEVEL, PENALTY, OTHER)), (None, ())])
def test_a_models_or_all_of_it_is_dropped(open_any: OpenStore, model: str | None, left: tuple[Lesson, ...]) -> None:
    kept(open_any)
    store = open_any()
    store.drop_lessons(model)
    store.drop_ends(model)
    store.close()
    saved = after_restart(open_any)
    assert saved.lessons == left and saved.ends == ((GONE, DATE) if left == (LEVEL, PENALTY, OTHER) else ())


def test_what_is_learnt_after_it_was_forgotten_stays(open_any: OpenStore) -> None:
    """All in one batch: the drop must not take what came after it."""
    store = open_any()
    store.put_lesson(LEVEL)
    store.drop_lessons(None)
    store.put_lesson(LEVEL)
    store.close()
    assert after_restart(open_any).lessons == (LEVEL,)


def test_a_file_of_the_version_before_gets_the_tables(tmp_path: Path, open_store: OpenStore) -> None:
    file = tmp_path / "state.db"
    with closing(sqlite3.connect(file)) as old:
        for statement in (one for step in schema.STEPS[:5] for one in step):
            old.execute(statement)
        old.execute("PRAGMA user_version = 5")
        old.commit()
    assert after_restart(open_store).lessons == ()
    kept(open_store)
    assert after_restart(open_store).lessons == (LEVEL, PENALTY, OTHER)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as found:
        migrate(found)
        yield found


def models(connection: sqlite3.Connection, table: str) -> list[str]:
    return [name for (name,) in connection.execute(f"SELECT model FROM {table} ORDER BY at")]


def test_lessons_are_bounded_in_age_and_number_as_their_owner_bounds_them(connection: sqlite3.Connection) -> None:
    assert (Bounds().lesson_s, Bounds().lessons) == (LONGEST_S, MOST)
    ages = {"old": LONGEST_S + 1, "one": 3.0, "two": 2.0, "three": 1.0}
    rows = [(name, "seed", "", "", NOW - age) for name, age in ages.items()]
    connection.executemany("INSERT INTO lesson VALUES (?, ?, ?, ?, ?)", rows)
    prune(connection, Bounds(), NOW)
    assert models(connection, "lesson") == ["one", "two", "three"]
    prune(connection, Bounds(lessons=2), NOW)
    assert models(connection, "lesson") == ["two", "three"]


def test_a_404_is_kept_for_a_day_and_a_date_for_longer(connection: sqlite3.Connection) -> None:
    rows = [("a", "vertex", "404", "", NOW - DAY_S - 1), ("b", "vertex", "404", "", NOW - 9),
            ("c", "vertex", "date", "2027-01-01", NOW - 90 * DAY_S)]  # fmt: skip
    connection.executemany("INSERT INTO model_end VALUES (?, ?, ?, ?, ?)", rows)
    prune(connection, Bounds(), NOW)
    assert models(connection, "model_end") == ["c", "b"]
    prune(connection, Bounds(dates=1), NOW)
    assert models(connection, "model_end") == ["b"]
