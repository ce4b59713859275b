"""References of one JSON Schema: what each means, which lead in circles, how they stay or are put in place.

In: schemas as decoded JSON, well-formed or not. `References` finds the schema that a `$ref` means: a pointer, an
anchor, an `$id`, and a bare name of a definition count; nothing outside the schema does. `Definitions` names those that
stay, and says how deep they make the whole, which is how Google counts. `Flattened` gives schemas without `$ref` and
`allOf` at their top; a reference into itself ends there as a plain type. The work for one schema is bounded.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from urllib.parse import unquote

from gcli2api_tui.gemini.schema_keywords import DEFINITIONS, strings, subschemas
from gcli2api_tui.quick_dataclass import dataclass

MAX_STEPS = 5_000


class References:
    """Of one schema."""

    def __init__(self, root: object) -> None:
        self._root = root
        self._targets: dict[str, object] = {}
        self._names: dict[str, object] | None = None

    def target(self, reference: object) -> dict[str, object] | None:
        """The schema that a reference means."""
        if not isinstance(reference, str):
            return None
        if reference not in self._targets:
            self._targets[reference] = self._found(reference)
        target = self._targets[reference]
        return target if isinstance(target, dict) else None

    def _found(self, reference: str) -> object:
        base, hash_sign, fragment = reference.partition("#")
        root = self._named(base) if base else self._root
        if root is None or not fragment:
            return root if base or hash_sign else None
        if not fragment.startswith("/"):
            return self._named(f"#{fragment}")
        found = pointed(root, fragment)
        # Converters move `definitions` to `$defs` and forget the references.
        return found if found is not None else self._defined(fragment.rpartition("/")[2])

    def _named(self, name: str) -> object:
        if self._names is None:
            self._names = dict(_names(self._root))
        found = self._names.get(name)
        return found if found is not None else self._defined(name)

    def _defined(self, name: str) -> object:
        root = self._root if isinstance(self._root, dict) else {}
        known = (definitions.get(name) for key in DEFINITIONS if isinstance(definitions := root.get(key), dict))
        return next((one for one in known if one is not None), None)

    def circles(self) -> frozenset[tuple[int, int]]:
        """Pairs of ids (of the root or a target, of a target that it refers to) that lead back to where they began."""
        back, done = set[tuple[int, int]](), set[int]()
        root = self._root if isinstance(self._root, Mapping) else {}
        begun = {id(root)}
        way = [(id(root), references_in(root))]
        while way:
            here, waiting = way[-1]
            if (reference := next(waiting, None)) is None:
                way.pop()
                begun.discard(here)
                done.add(here)
            elif (target := self.target(reference)) is not None and id(target) not in done:
                if id(target) in begun:
                    back.add((here, id(target)))
                else:
                    begun.add(id(target))
                    way.append((id(target), references_in(target)))
        return frozenset(back)


def references_in(schema: Mapping[str, object]) -> Iterator[str]:
    """All references that stand in a schema, those of its definitions left out."""
    waiting: list[object] = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if isinstance(reference := node.get("$ref"), str):
                yield reference
            waiting += subschemas(node)


def pointed(root: object, pointer: str) -> object:
    """What a JSON pointer (`/$defs/x`) leads to, or None."""
    node = root
    for step in pointer.split("/")[1:]:
        name = unquote(step).replace("~1", "/").replace("~0", "~")
        if isinstance(node, list) and name.isdecimal() and name.isascii() and int(name[:9]) < len(node):
            node = node[int(name[:9])]
        elif isinstance(node, dict):
            node = node.get(name)
        else:
            return None
    return node


def _names(root: object) -> Iterator[tuple[str, object]]:
    """(`#anchor` or `$id`, the schema that bears it)"""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield from (
                (f"#{node[key]}", node) for key in ("$anchor", "$dynamicAnchor") if isinstance(node.get(key), str)
            )
            yield from ((node[key].removesuffix("#"), node) for key in ("$id", "id") if isinstance(node.get(key), str))
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


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


class Flattened:
    """Puts references and allOf of one root in place, one level at a time."""

    def __init__(self, root: object) -> None:
        self._references = References(root)
        self._left = MAX_STEPS

    def of(self, node: dict[str, object], path: tuple[str, ...]) -> tuple[dict[str, object], tuple[str, ...]]:
        """The node, and the references that were unfolded on the way to it."""
        node, path = self._dereferenced(node, path)
        while "allOf" in node:
            parts = node["allOf"]
            node = {key: value for key, value in node.items() if key != "allOf"}
            members, unfolded = list[dict[str, object]](), dict.fromkeys(path)
            for part in parts if isinstance(parts, list) else ():
                if isinstance(part, dict) and self._left > 0:
                    inner, inside = self._dereferenced(part, path)
                    members.append(inner)
                    unfolded |= dict.fromkeys(inside[len(path) :])
            path = tuple(unfolded)
            # What stands beside allOf is the more particular.
            node = merged(*members, node)
        return node, path

    def _dereferenced(
        self, node: dict[str, object], path: tuple[str, ...]
    ) -> tuple[dict[str, object], tuple[str, ...]]:
        self._left -= 1
        while "$ref" in node:
            reference = node["$ref"]
            node = {key: value for key, value in node.items() if key != "$ref"}
            target = self._references.target(reference)
            if target is None or not isinstance(reference, str):
                continue
            self._left -= 1
            if reference in path or self._left < 0:
                return {"type": target.get("type", "object"), **node}, path
            node, path = merged(target, node), (*path, reference)
        return node, path


def merged(*schemas: dict[str, object]) -> dict[str, object]:
    """All at once, for what a client needs of it: all properties, all that is required; else the last one wins.

    Linear in what comes in: `allOf` may have as many members as a request has room for.
    """
    both: dict[str, object] = {}
    properties, required, all_of = dict[str, list[object]](), dict[str, None](), list[object]()
    for schema in schemas:
        both |= schema
        if isinstance(named := schema.get("properties"), dict):
            for name, one in named.items():
                properties.setdefault(name, []).append(one)
        required |= dict.fromkeys(strings(schema.get("required")))
        if isinstance(members := schema.get("allOf"), list):
            all_of += members
    if properties:
        both["properties"] = {name: one[0] if len(one) == 1 else {"allOf": one} for name, one in properties.items()}
    if required:
        both["required"] = list(required)
    if all_of:
        both["allOf"] = all_of
    return both
