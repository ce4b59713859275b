"""Writes that wait for the disk: the newest per row, in order, bounded by dropping history first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Write:
    """One statement. `key` names the row it sets: a later write replaces an earlier one that still waits."""

    sql: str
    values: tuple[Any, ...]
    key: tuple[Any, ...]
    droppable: bool = False
    """History and signatures; usage and cooldowns never are."""


class Pending:
    """At most one write per row."""

    def __init__(self) -> None:
        self._writes: dict[tuple[Any, ...], Write] = {}

    def add(self, write: Write) -> None:
        self._writes.pop(write.key, None)
        self._writes[write.key] = write

    def drop_history(self) -> None:
        self._writes = {key: write for key, write in self._writes.items() if not write.droppable}

    def clear(self) -> None:
        self._writes.clear()

    def __iter__(self) -> Iterator[Write]:
        return iter(self._writes.values())

    def __len__(self) -> int:
        return len(self._writes)
