"""Changes values at the top of a YAML file, and one item of a list there; a few lines, and the rest stays.

In: a text, and `(name,)`, `(list, "[name=x]")` or, for a file that is a list, `("[name=x]",)`. Out: the text, different
only there. YAML can be written in many ways: what is not plainly a block of `name: value` lines or of `- ` items raises
NotUnderstood with its line. Pure.
"""

import contextlib
import json
import re
from collections.abc import Iterator

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.recipes.recipe import MISSING, Found, KeyPath, NotUnderstood, Value

_KEY = re.compile(r"(?P<name>[A-Za-z_][\w.-]*|\"[^\"]*\"|'[^']*'):(?:[ \t]+(?P<rest>.*)|)$")
_ITEM = re.compile(r"(?P<indent> *)- (?P<first>\S.*)$")
_SELECTED = re.compile(r"\[(?P<name>\w+)=(?P<value>.*)\]")


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines `start` to `end` (without), of a name or an item."""

    start: int
    end: int
    rest: str = ""
    indent: str = ""


def found(text: str, path: KeyPath) -> Found:
    lines = text.split("\n")
    if selected := _SELECTED.fullmatch(path[-1]):
        block = _item(lines, _list(lines, path), selected)
        return _members(lines, block) if block else MISSING
    top = _tops(lines).get(path[0])
    if top is None:
        return MISSING
    _require_single(lines, top)
    return _scalar(top.rest)


def put(text: str, path: KeyPath, value: Value) -> str:
    lines = text.split("\n")
    if selected := _SELECTED.fullmatch(path[-1]):
        return "\n".join(_with_item(lines, path, selected, value))
    line = f"{path[0]}: {json.dumps(value, ensure_ascii=False)}"
    top = _tops(lines).get(path[0])
    if top is None:
        return "\n".join(_appended(lines, [line]))
    _require_single(lines, top)
    return "\n".join([*lines[: top.start], line, *lines[top.start + 1 :]])


def dropped(text: str, path: KeyPath) -> str:
    lines = text.split("\n")
    if selected := _SELECTED.fullmatch(path[-1]):
        block = _item(lines, _list(lines, path), selected)
    else:
        block = _tops(lines).get(path[0])
        if block is not None:
            _require_single(lines, block)
            block = _Block(block.start, block.start + 1)
    return text if block is None else "\n".join(lines[: block.start] + lines[block.end :])


# What stands at the top


def _tops(lines: list[str]) -> dict[str, _Block]:
    """Name → its block. A file that is a list has none."""
    starts = list(_top_lines(lines))
    blocks: dict[str, _Block] = {}
    ends = [number for number, _ in starts[1:]] + [len(lines)]
    for (number, line), end in zip(starts, ends, strict=False):  # an empty file has no start
        match = _KEY.fullmatch(line)
        if match is None:
            if line.startswith("- ") or line == "[]":
                continue
            raise NotUnderstood(number + 1)
        blocks[match["name"].strip("\"'")] = _Block(number, end, match["rest"] or "")
    return blocks


def _top_lines(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Those that begin something: neither blank, nor a comment, nor indented."""
    keyed = False
    for number, line in enumerate(lines):
        if "\t" in line[: len(line) - len(line.lstrip())]:
            raise NotUnderstood(number + 1)
        line = line.rstrip()
        if not line or line.startswith((" ", "#", "\ufeff#")) or (line == "---" and not number):
            continue
        if line.startswith("- ") and keyed:
            continue  # an item of the name above, which need not be indented
        keyed = keyed or line[:1] not in "-["
        if line.startswith(("%", "...", "---", "&", "*", "!", "{", "?", "|", ">")):
            raise NotUnderstood(number + 1)
        yield number, line


def _require_single(lines: list[str], block: _Block) -> None:
    """The value stands beside its name, and nothing of it in the lines below."""
    if not block.rest or block.rest[0] in "|>&*!{[" or _below(lines, block):
        raise NotUnderstood(block.start + 1)


def _below(lines: list[str], block: _Block) -> list[int]:
    """Lines of the block below its first that say something."""
    inside = range(block.start + 1, block.end)
    return [n for n in inside if lines[n].strip() and not lines[n].lstrip().startswith("#")]


# Items of a list


def _list(lines: list[str], path: KeyPath) -> _Block | None:
    """Where the list's items stand; None where there is no list yet."""
    tops = _tops(lines)
    if len(path) == 1:
        if tops:
            raise NotUnderstood(1)
        return _Block(-1, len(lines))
    if not tops and _below(lines, _Block(-1, len(lines))):
        raise NotUnderstood(1)
    top = tops.get(path[0])
    if top is not None and top.rest and _scalar(top.rest) != "" and top.rest.partition(" #")[0].strip() != "[]":
        raise NotUnderstood(top.start + 1)
    return top


def _items(lines: list[str], block: _Block) -> list[_Block]:
    """Each with all of its lines; comments between two belong to the first."""
    said = _below(lines, block)
    if not said or [lines[n].strip() for n in said] == ["[]"]:
        return []
    first = _ITEM.fullmatch(lines[said[0]].rstrip())
    if first is None:
        raise NotUnderstood(said[0] + 1)
    indent = first["indent"]
    starts = [n for n in said if lines[n].startswith(f"{indent}- ")]
    if any(not lines[n].startswith((f"{indent}- ", f"{indent}  ")) for n in said):
        raise NotUnderstood(said[0] + 1)
    ends = [*starts[1:], said[-1] + 1]
    return [_Block(start, end, indent=indent) for start, end in zip(starts, ends, strict=True)]


def _item(lines: list[str], block: _Block | None, selected: re.Match[str]) -> _Block | None:
    for item in _items(lines, block) if block else []:
        members = _members(lines, item)
        if members.get(selected["name"]) == selected["value"]:
            return item
    return None


def _members(lines: list[str], item: _Block) -> dict[str, Value]:
    """`name: value` lines of an item; deeper ones are passed over."""
    inner = f"{item.indent}  "
    shown = [lines[item.start].replace("- ", "  ", 1), *lines[item.start + 1 : item.end]]
    own = [line[len(inner) :] for line in shown if line.startswith(inner) and line[len(inner) : len(inner) + 1] != " "]
    found = (_KEY.fullmatch(line.rstrip()) for line in own)
    return {match["name"]: _scalar(match["rest"] or "") for match in found if match}


def _with_item(lines: list[str], path: KeyPath, selected: re.Match[str], value: Value) -> list[str]:
    if not isinstance(value, dict):
        raise NotUnderstood(1)
    block = _list(lines, path)
    if block is None:
        return _appended(lines, [f"{path[0]}:", *_item_lines(value, "  ")])
    items = _items(lines, block)
    if old := _item(lines, block, selected):
        return [*lines[: old.start], *_item_lines(value, old.indent), *lines[old.end :]]
    if items:
        return [*lines[: items[-1].end], *_item_lines(value, items[-1].indent), *lines[items[-1].end :]]
    if len(path) == 1:
        kept = [line for line in lines if line.strip() != "[]"]
        return _appended(kept, _item_lines(value, ""))
    return [*lines[: block.start], f"{path[0]}:", *_item_lines(value, "  "), *lines[block.start + 1 :]]


def _item_lines(value: dict[str, Value], indent: str) -> list[str]:
    """Nested values in JSON's form, which is YAML too."""
    said = [f"{name}: {json.dumps(one, ensure_ascii=False)}" for name, one in value.items()]
    return [f"{indent}{'  ' if n else '- '}{line}" for n, line in enumerate(said)]


def _appended(lines: list[str], more: list[str]) -> list[str]:
    kept = lines[:-1] if lines and not lines[-1].strip() else lines
    return [*kept, *more, ""]


def _scalar(rest: str) -> Value:
    alone = rest.strip() if rest.lstrip()[:1] in "\"'" else re.split(r"\s+#", rest)[0].strip()
    with contextlib.suppress(ValueError):
        value: Value = json.loads(alone)
        return value
    if len(alone) > 1 and alone[0] == "'" == alone[-1]:
        return alone[1:-1].replace("''", "'")
    return alone
