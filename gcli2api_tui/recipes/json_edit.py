"""Changes single values in a JSON file, with comments and trailing commas as editors allow them; the rest stays.

In: a text and the path of a value. Out: the text, different only where the value stands. Raises NotUnderstood with the
line for what is no such JSON, or has something else where a table is needed. Pure.
"""

import json
import re
from dataclasses import field
from typing import NoReturn

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.recipes.recipe import MISSING, Found, KeyPath, NotUnderstood, Value

_BLANK = re.compile(r"(?:[ \t\r\n\ufeff]|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_WORD = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")
_DEEPEST = 100


@dataclass(slots=True)
class _Node:
    """A value's place; of an object also its members, a repeated name's last."""

    start: int
    end: int = 0
    members: "dict[str, tuple[int, _Node]] | None" = None
    """Name → (where the name begins, its value)."""
    items: "list[_Node]" = field(default_factory=list)


def found(text: str, path: KeyPath) -> Found:
    node = _at(_parsed(text), path)
    return MISSING if node is None else _value(text, node)


def put(text: str, path: KeyPath, value: Value) -> str:
    """Tables on the way that are missing are made."""
    text = text if text.strip("\ufeff \t\r\n") else "{}\n"
    root = _parsed(text)
    for depth in range(len(path), 0, -1):
        if depth < len(path) and (parent := _at(root, path[:depth])) is not None and parent.members is None:
            raise NotUnderstood(_line(text, parent.start))
    node = _at(root, path)
    if node is not None:
        raw = _raw(value, _indent_at(text, node.start), _unit(text, root))
        return text[: node.start] + raw + text[node.end :]
    depth = max(depth for depth in range(len(path)) if _at(root, path[:depth]) is not None)
    parent = _at(root, path[:depth])
    for name in reversed(path[depth + 1 :]):
        value = {name: value}
    if parent is None or parent.members is None:
        raise NotUnderstood(1)
    return _inserted(text, parent, path[depth], value, _unit(text, root))


def dropped(text: str, path: KeyPath) -> str:
    """Without the member, its comma, and the line where it stood alone."""
    parent, name = _at(_parsed(text), path[:-1]), path[-1]
    if parent is None or parent.members is None or name not in parent.members:
        return text
    start, node = parent.members[name]
    end = node.end
    gap = _BLANK.match(text, end)
    if gap and text[gap.end() : gap.end() + 1] == ",":
        end = gap.end() + 1
    elif before := [other.end for other_name, (_, other) in parent.members.items() if other.end <= start]:
        comma = _skip(text, max(before))
        text = text[:comma] + text[comma + 1 :]
        start, end = start - 1, end - 1
    return _without_empty_line(text, start, end)


def _without_empty_line(text: str, start: int, end: int) -> str:
    left = start - len(text[:start]) + len(text[:start].rstrip(" \t"))
    right = end + len(text[end:]) - len(text[end:].lstrip(" \t"))
    if text[:left].endswith("\n") and text[right : right + 1] in ("\n", "\r"):
        return text[:left] + text[right:].removeprefix("\r").removeprefix("\n")
    if text[:left].endswith("{") and text[right : right + 1] == "}":
        return text[:left] + text[right:]
    return text[:start] + text[end:].lstrip(" \t")


# Reading


def _parsed(text: str) -> _Node:
    start = _skip(text, 0)
    node = _node(text, start, 0)
    if _skip(text, node.end) != len(text) or node.members is None:
        _fail(text, node.end)
    return node


def _node(text: str, at: int, depth: int) -> _Node:
    if depth > _DEEPEST:
        _fail(text, at)
    if text[at : at + 1] == "{":
        return _object(text, at, depth)
    if text[at : at + 1] == "[":
        return _array(text, at, depth)
    match = _STRING.match(text, at) or _WORD.match(text, at)
    if match is None:
        _fail(text, at)
    return _Node(at, match.end())


def _object(text: str, at: int, depth: int) -> _Node:
    node, here = _Node(at, members={}), _skip(text, at + 1)
    assert node.members is not None
    while text[here : here + 1] != "}":
        name = _STRING.match(text, here) or _fail(text, here)
        colon = _skip(text, name.end())
        if text[colon : colon + 1] != ":":
            _fail(text, colon)
        value = _node(text, _skip(text, colon + 1), depth + 1)
        node.members[str(json.loads(name[0]))] = (here, value)
        here = _after_comma(text, value.end, "}")
    node.end = here + 1
    return node


def _array(text: str, at: int, depth: int) -> _Node:
    node, here = _Node(at), _skip(text, at + 1)
    while text[here : here + 1] != "]":
        node.items.append(_node(text, here, depth + 1))
        here = _after_comma(text, node.items[-1].end, "]")
    node.end = here + 1
    return node


def _after_comma(text: str, at: int, closing: str) -> int:
    here = _skip(text, at)
    if text[here : here + 1] == ",":
        return _skip(text, here + 1)
    if text[here : here + 1] != closing:
        _fail(text, here)
    return here


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _fail(text: str, at: int) -> NoReturn:
    raise NotUnderstood(_line(text, at))


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _at(node: _Node, path: KeyPath) -> _Node | None:
    for name in path:
        if node.members is None or name not in node.members:
            return None
        node = node.members[name][1]
    return node


def _value(text: str, node: _Node) -> Value:
    if node.members is not None:
        return {name: _value(text, value) for name, (_, value) in node.members.items()}
    if text[node.start] == "[":
        return [_value(text, one) for one in node.items]
    value: Value = json.loads(text[node.start : node.end], strict=False)
    return value


# Writing


def _inserted(text: str, parent: _Node, name: str, value: Value, unit: str) -> str:
    assert parent.members is not None
    inside = text[parent.start + 1 : parent.end - 1]
    outer = _indent_at(text, parent.start)
    if not inside.strip():
        inner = outer + unit
        member = f"{json.dumps(name, ensure_ascii=False)}: {_raw(value, inner, unit)}"
        return f"{text[: parent.start]}{{\n{inner}{member}\n{outer}}}{text[parent.end :]}"
    one_line = "\n" not in inside
    first = min((start for start, _ in parent.members.values()), default=0)
    inner = _indent_at(text, first) if parent.members else outer + unit
    member = f"{json.dumps(name, ensure_ascii=False)}: {_raw(value, inner, unit, one_line=one_line)}"
    place = parent.start + 1 + len(inside.rstrip())
    between = " " if one_line else f"\n{inner}"
    last = max((node.end for _, node in parent.members.values()), default=parent.start + 1)
    has_comma = not parent.members or text[_skip(text, last) : _skip(text, last) + 1] == ","
    if has_comma:
        return text[:place] + between + member + ("," if parent.members else "") + text[place:]
    return text[:last] + "," + text[last:place] + between + member + text[place:]


def _raw(value: Value, indent: str, unit: str, *, one_line: bool = False) -> str:
    if one_line:
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False, indent=unit).replace("\n", f"\n{indent}")


def _indent_at(text: str, at: int) -> str:
    """What the line begins with, as far as it is blank."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _unit(text: str, root: _Node) -> str:
    """How far the first member is indented."""
    starts = [start for start, _ in (root.members or {}).values()]
    return (_indent_at(text, min(starts)) if starts else "") or "  "
