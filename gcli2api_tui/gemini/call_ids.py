"""Ids of function calls that must not meet: those of one answer, and those of one turn of a history."""


class DistinctIds:
    """Remembers the ids that are taken."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def take(self, wanted: str) -> str:
        """`wanted`, or where that is taken the same with a number behind it."""
        count = self._taken.get(wanted, 0)
        identity = wanted if not count else f"{wanted}_{count + 1}"
        while identity in self._taken:
            count += 1
            identity = f"{wanted}_{count + 1}"
        self._taken[wanted] = count + 1
        self._taken.setdefault(identity, 1)
        return identity
