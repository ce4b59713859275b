"""What was learnt of models: lessons of Google's refusals, and the ends of models; to rows and back.

In: records. Out: writes, and records read. The newest of a key stays. SQL only; no threads, no files.
"""

from gcli2api_tui.gemini.abilities import Lesson
from gcli2api_tui.state.connection import Connection
from gcli2api_tui.state.ports import EndRow
from gcli2api_tui.state.write_queue import Write

SINCE = 6
"""The version of the tables that brought these."""
PUT_LESSON = "INSERT OR REPLACE INTO lesson VALUES (?, ?, ?, ?, ?)"
DROP_LESSONS = "DELETE FROM lesson WHERE model = ? OR ? IS NULL"
PUT_END = "INSERT OR REPLACE INTO model_end VALUES (?, ?, ?, ?, ?)"
DROP_ENDS = "DELETE FROM model_end WHERE model = ? OR ? IS NULL"


def lesson(one: Lesson) -> Write:
    return Write(PUT_LESSON, (one.model, one.ability, one.value, one.words, one.at), ("lesson", *one.key))


def dropped_lessons(model: str | None) -> Write:
    """None drops all."""
    return Write(DROP_LESSONS, (model, model), ("dropped lessons", model))


def end(row: EndRow) -> Write:
    values = (row.model, row.backend, row.kind, row.said, row.at)
    return Write(PUT_END, values, ("end", row.model, row.backend, row.kind))


def dropped_ends(model: str | None) -> Write:
    """None drops all."""
    return Write(DROP_ENDS, (model, model), ("dropped ends", model))


def read_lessons(connection: Connection) -> tuple[Lesson, ...]:
    """Oldest first. Raises rows.UNREADABLE."""
    found = connection.execute("SELECT model, ability, value, words, at FROM lesson ORDER BY at").fetchall()
    return tuple(Lesson(*row) for row in found)


def read_ends(connection: Connection) -> tuple[EndRow, ...]:
    """Raises rows.UNREADABLE."""
    found = connection.execute("SELECT model, backend, kind, said, at FROM model_end ORDER BY at").fetchall()
    return tuple(EndRow(*row) for row in found)
