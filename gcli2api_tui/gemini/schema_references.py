"""What the references of one JSON Schema point to, and which of them lead back to where they stand.

In: a schema and the text of a `$ref`. Out: the schema that is meant, or None. A pointer, an anchor, an `$id`, and a
bare name of a definition count; nothing outside the schema does. Each reference is looked up once.
"""

from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from gcli2api_tui.gemini.schema_words import DEFINITIONS, subschemas


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
