"""JSON Schema as tools write it → JSON Schema as Gemini takes it in parametersJsonSchema / responseJsonSchema.

Total: any object gives one. Type words are JSON Schema's, what is malformed is left out, and only keywords change: a
property that is NAMED like a keyword (`title`, `$ref`, `strict`) stays. References are put in place where that adds
little; else they stay, as `$ref` into `$defs`, without the circles that Google refuses. The work is linear in what the
client sent. A schema that is too deep ends in plain types, with the rest of it in words. One without references and
with few levels is nothing but its keywords (schema_keywords.py), and needs no more.
"""

import json
from collections.abc import Mapping
from dataclasses import field

from gcli2api_tui.gemini.schema_keywords import (
    DROPPED,
    MAPS,
    NESTING,
    Path,
    Unusual,
    Walk,
    add_data,
    likely_types,
    outline,
)
from gcli2api_tui.gemini.schema_references import Definitions, References, merged
from gcli2api_tui.quick_dataclass import dataclass

DEEPEST = 30
"""Schemas inside schemas, leaves counted. Google's own bound is not published, and lower."""
MOST_ADDED = 8_000
"""Characters that references may add to one schema; a real tool has some thousand in all."""
_WAYS = ((64, False), (64, True), (4, False), (1, False), (0, False))
"""(how many references are put in place inside each other, or whether all stay); the first that is not too large."""
_ABOUT_INSIDE = NESTING | {"required", "dependentRequired"}


@dataclass(slots=True)
class Room:
    """Characters that references may add to all schemas of one request together."""

    left: int = 64_000


class _TooLarge(Exception):
    """Put in place like this, the references make too much of the schema."""


def converted(schema: Mapping[str, object], room: Room | None = None) -> dict[str, object]:
    """The schema ready for Google."""
    return _within(schema, room or Room(), DEEPEST, keeps=True)


def flattened(schema: Mapping[str, object], levels: int, room: Room | None = None) -> dict[str, object]:
    """The same schema with no more than so many levels, leaves counted, and without references."""
    return _within(schema, room or Room(), levels, keeps=False)


def _within(schema: Mapping[str, object], room: Room, levels: int, *, keeps: bool) -> dict[str, object]:
    try:
        return Walk(levels).schema(schema, 1)
    except Unusual:
        return _first_that_fits(schema, room, levels, keeps=keeps)


def _first_that_fits(schema: Mapping[str, object], room: Room, levels: int, *, keeps: bool) -> dict[str, object]:
    size = len(json.dumps(schema, ensure_ascii=False))
    most = 2 * size + min(MOST_ADDED, room.left)
    references, sizes = References(schema), _Sizes()
    for nested, stay in _WAYS:
        if stay and not keeps:
            continue
        walk = _Unfolding(references, most, nested, sizes, levels, Definitions(references.circles()) if stay else None)
        try:
            found = walk.whole(schema)
        except _TooLarge:
            continue
        room.left = max(0, room.left - max(0, walk.size - size))
        return found
    raise AssertionError("without references nothing is added")


@dataclass(slots=True)
class _Sizes:
    """How long values are when written, each measured once: references meet the same one in many places."""

    known: dict[int, tuple[object, int]] = field(default_factory=dict)
    """By id; the value is held, so that no other can get its id."""

    def of(self, value: object) -> int:
        if id(value) not in self.known:
            self.known[id(value)] = value, len(json.dumps(value, ensure_ascii=False))
        return self.known[id(value)][1]


class _Unfolding(Walk):
    """The same pass with references put in place or kept, and cut at its last level; measures what it makes."""

    def __init__(
        self, references: References, most: int, nested: int, sizes: _Sizes, levels: int, kept: Definitions | None
    ) -> None:
        super().__init__(levels)
        self.size = 0
        self._references = references
        self._most = most
        self._most_nested = nested
        self._sizes = sizes
        self._kept = kept

    def whole(self, root: Mapping[str, object]) -> dict[str, object]:
        """The root, and the definitions that it still needs."""
        if (kept := self._kept) is None:
            return self.schema(root, 1)
        kept.owner = id(root)
        found, definitions = self.schema(root, 1), dict[str, object]()
        for name, target in kept.waiting:
            kept.owner = id(target)
            self._add(len(name) + 6)
            definitions[name] = self.schema(target, 1)
        if kept.too_deep(id(root), self._levels):
            raise _TooLarge
        return {**found, "$defs": definitions} if definitions else found

    def schema(self, node: object, level: int, path: Path = ()) -> dict[str, object]:
        self._add(2)
        if self._kept:
            self._kept.reaches(level)
        return super().schema(node, level, path)

    def _referred(self, reference: str, beside: dict[str, object], level: int, path: Path) -> dict[str, object]:
        target = self._references.target(reference)
        if target is None:
            return self.schema(beside, level, path)
        if self._kept:
            return self._link(self._kept, reference, target, self.schema(beside, level, path) if beside else {}, level)
        if id(target) in path or len(path) >= self._most_nested:
            return {**_plain(target), **self.schema(beside, level, path)}
        whole = merged(target, beside) if beside else target
        return self.schema(whole, level, (*path, id(target)))

    def _link(
        self,
        kept: Definitions,
        reference: str,
        target: dict[str, object],
        beside: dict[str, object],
        level: int,
    ) -> dict[str, object]:
        """A reference that stays. Google takes nothing beside one; in a list of one it means the same."""
        if (kept.owner, id(target)) in kept.circles:
            return {**_plain(target), **beside}
        link: dict[str, object] = {"$ref": f"#/$defs/{kept.name(reference, target, level + bool(beside))}"}
        self._add(len(str(link)))
        return {**beside, "allOf" if "anyOf" in beside else "anyOf": [link]} if beside else link

    def _keywords(self, node: Mapping[str, object], level: int, path: Path) -> dict[str, object]:
        self._add(sum(len(key) + 4 for key in node if key not in DROPPED))
        found = super()._keywords(node, level, path)
        self._add(sum(self._sizes.of(value) for key, value in found.items() if key not in NESTING))
        return found

    def _nested(self, found: dict[str, object], key: str, value: object, level: int, path: Path) -> None:
        if key in MAPS and isinstance(value, dict):
            self._add(sum(len(name) + 6 for name in value))
        super()._nested(found, key, value, level, path)

    def _leaf(self, node: Mapping[str, object]) -> dict[str, object]:
        """All but the schemas inside, which are told in words."""
        found: dict[str, object] = {}
        for key, value in node.items():
            if key not in DROPPED and key not in _ABOUT_INSIDE:
                add_data(found, key, value)
        self._add(sum(map(self._sizes.of, found.values())))
        if "type" not in found and (kinds := likely_types(node)):
            found["type"] = kinds[0] if len(kinds) == 1 else kinds
        if words := outline(node, self._references.target):
            said = found.get("description")
            found["description"] = f"{said} {words}" if isinstance(said, str) and said else words
        self._add(len(words) + 40)
        return found

    def _add(self, size: int) -> None:
        self.size += size
        if self.size > self._most and self._most_nested:
            raise _TooLarge


def _plain(target: Mapping[str, object]) -> dict[str, object]:
    """What is left of a reference that is not put in place."""
    kinds = likely_types(target)
    return {"type": kinds[0] if len(kinds) == 1 else kinds} if kinds else {}
