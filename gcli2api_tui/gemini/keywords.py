"""Two JSON Schemas that both hold, as one; and a schema with its $ref and allOf put in place.

In: schemas as decoded JSON, well-formed or not. Out: dicts without $ref and allOf at their top. A reference into
itself ends as a plain type, and the work for one schema is bounded.
"""

from typing import Any

from gcli2api_tui.gemini.schema import referred

MAX_STEPS = 20_000


def strings(value: Any) -> list[str]:
    """The strings of a list; nothing of anything else."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def merged(base: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Both at once, for what a client needs of it: all properties, all that is required; else `more` wins."""
    both = {**base, **more}
    first, second = base.get("properties"), more.get("properties")
    if isinstance(first, dict) and isinstance(second, dict):
        shared = {name: {"allOf": [first[name], item]} for name, item in second.items() if name in first}
        both["properties"] = {**first, **second, **shared}
    if isinstance(base.get("required"), list) and isinstance(more.get("required"), list):
        both["required"] = list(dict.fromkeys(strings(base["required"]) + strings(more["required"])))
    if isinstance(base.get("allOf"), list) and isinstance(more.get("allOf"), list):
        both["allOf"] = base["allOf"] + more["allOf"]
    return both


class Flattened:
    """Puts references and allOf of one root in place, one level at a time."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._left = MAX_STEPS

    def of(self, node: dict[str, Any], path: tuple[str, ...]) -> tuple[dict[str, Any], tuple[str, ...]]:
        """The node, and the references that were unfolded on the way to it."""
        node, path = self._dereferenced(node, path)
        while "allOf" in node:
            parts = node["allOf"]
            node = {key: value for key, value in node.items() if key != "allOf"}
            together: dict[str, Any] = {}
            for part in parts if isinstance(parts, list) else ():
                if isinstance(part, dict) and self._left > 0:
                    inner, path = self._dereferenced(part, path)
                    together = merged(together, inner)
            # What stands beside allOf is the more particular.
            node = merged(together, node)
        return node, path

    def _dereferenced(self, node: dict[str, Any], path: tuple[str, ...]) -> tuple[dict[str, Any], tuple[str, ...]]:
        self._left -= 1
        while "$ref" in node:
            reference = node["$ref"]
            node = {key: value for key, value in node.items() if key != "$ref"}
            target = referred(self._root, reference) if isinstance(reference, str) else None
            if not isinstance(target, dict):
                continue
            if reference in path:
                return {"type": target.get("type", "object"), **node}, path
            node, path = merged(target, node), (*path, reference)
        return node, path
