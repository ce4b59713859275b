"""Small things that instances on one database share for a while: who is signed in on the page, sign-ins that wait.

In: a kind, a name, a record that JSON can hold. Out: the same record on every instance, until it ends. Raises
StoreFault where the database is away: then one goes on with what one has in memory.
"""

from collections.abc import Mapping
from typing import Any, Protocol

Record = Mapping[str, Any]


class Shelf(Protocol):
    """There is one where several instances share a database, and else none."""

    async def get(self, kind: str, name: str) -> Record | None: ...

    async def all(self, kind: str) -> tuple[Record, ...]: ...

    async def put(self, kind: str, name: str, record: Record, until: float) -> None: ...

    async def change(self, kind: str, name: str, record: Record) -> None:
        """Only where it still stands: what another has ended does not come back."""
        ...

    def forget(self, kind: str, name: str) -> None:
        """Another instance has changed or ended it: what is remembered of it is not true any more."""
        ...

    async def drop(self, kind: str, name: str) -> None: ...
