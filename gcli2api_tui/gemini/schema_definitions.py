"""The definitions of a schema whose references stay: their names, their order, and how deep they make it.

In: what is referred to, from where and at which level. Out: names under `$defs`, targets to write, and whether the
whole is too deep once each definition stands where it is referred to, which is how Google counts.
"""

import re
from dataclasses import dataclass, field


@dataclass(slots=True)
class Definitions:
    """Of one schema while it is written."""

    circles: frozenset[tuple[int, int]]
    """(id of an owner, id of a target) that may not refer: the way back."""
    owner: int = 0
    """id of what is being written: the root or a target."""
    waiting: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    """(name, target) in the order in which they were first referred to; grows while it is gone through."""
    _names: dict[int, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)
    _links: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """By the owner's id: (level of the reference, id of its target)."""
    _levels: dict[int, int] = field(default_factory=dict)
    """By the owner's id: how many levels it has of its own."""

    def name(self, reference: str, target: dict[str, object], level: int) -> str:
        """What the target is called, from the first reference to it."""
        self._links.setdefault(self.owner, []).append((level, id(target)))
        if id(target) not in self._names:
            self._names[id(target)] = self._free(re.sub(r"[^A-Za-z0-9_]", "", reference.rpartition("/")[2])[:60])
            self.waiting.append((self._names[id(target)], target))
        return self._names[id(target)]

    def _free(self, wanted: str) -> str:
        name, number = wanted or "schema", len(self._taken)
        while name in self._taken:
            name, number = f"{wanted}_{number}", number + 1
        self._taken.add(name)
        return name

    def reaches(self, level: int) -> None:
        """The owner has something at this level."""
        self._levels[self.owner] = max(level, self._levels.get(self.owner, 0))

    def too_deep(self, root: int, most: int) -> bool:
        """Whether the whole has more levels than so many. Without circles every way ends."""
        above, waiting = {root: 0}, [root]
        while waiting:
            owner = waiting.pop()
            if above[owner] + self._levels.get(owner, 0) > most:
                return True
            for level, target in self._links.get(owner, ()):
                if above[owner] + level - 1 > above.get(target, -1):
                    above[target] = above[owner] + level - 1
                    waiting.append(target)
        return False
