"""A connection to a database as the statements here need it: sqlite3's own fits, and so does PostgreSQL's behind
`postgres_dialect`.

In: SQLite's SQL with `?` for values. Out: rows as tuples. `with` is one transaction. What it raises is the engine's.
"""

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Protocol


class Answer(Protocol):
    """What a statement found."""

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...


class Connection(Protocol):
    """One thread's."""

    def execute(self, sql: str, values: Sequence[Any] = ..., /) -> Answer: ...

    def __enter__(self) -> object: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None, /
    ) -> object: ...
