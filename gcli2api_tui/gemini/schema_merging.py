"""Two JSON Schemas that both hold, as one; and a schema with its $ref and allOf put in place.

In: schemas as decoded JSON, well-formed or not. Out: dicts without $ref and allOf at their top. A reference into
itself ends as a plain type, and the work for one schema is bounded.
"""

from typing import Any

from gcli2api_tui.gemini.schema_references import References

MAX_STEPS = 5_000


def strings(value: object) -> list[str]:
    """The strings of a list; nothing of anything else."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def merged(*schemas: dict[str, Any]) -> dict[str, object]:
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
        if isinstance(schema.get("allOf"), list):
            all_of += schema["allOf"]
    if properties:
        both["properties"] = {name: one[0] if len(one) == 1 else {"allOf": one} for name, one in properties.items()}
    if required:
        both["required"] = list(required)
    if all_of:
        both["allOf"] = all_of
    return both


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

    def _dereferenced(self, node: dict[str, Any], path: tuple[str, ...]) -> tuple[dict[str, object], tuple[str, ...]]:
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
