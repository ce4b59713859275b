"""The difference of two texts, by line and within a line by word. Pure; colour never alone: each line has its sign.

In: blocks of two sides, each with a head. Out: painted lines, not yet wrapped, and how much was added and removed.
"""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.paint.cells import Line, Run, Tone, clean
from gcli2api_tui.tui.paint.look import Look

AROUND = 2
"""Lines that are the same, before and after a change."""
MOST_LINES = 5_000
MOST_WORDS = 400
"""In a line that is compared word by word."""

_WORDS = re.compile(r"\s+|\w+|[^\w\s]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Block:
    """A message of one side."""

    head: str
    text: str


@dataclass(frozen=True, slots=True)
class Changes:
    lines: tuple[Line, ...]
    added: int = 0
    removed: int = 0


def difference(one: Sequence[Block], other: Sequence[Block], look: Look) -> Changes:
    """Block by block; what one side has more stands as added or removed."""
    lines: list[Line] = []
    added = removed = 0
    for left, right in zip_longest(one, other):
        head = (left or right).head if left or right else ""
        body = list(_body(_lines(left), _lines(right), look))
        added += sum(line[0][0].startswith("+") for line in body)
        removed += sum(line[0][0].startswith("-") for line in body)
        lines += [((head, "accent"),), *body, ()]
    if not added and not removed:
        lines = [((look.words("diff.none"), "ok"),), (), *lines]
    return Changes(tuple(lines), added, removed)


def _lines(block: Block | None) -> list[str]:
    return clean(block.text).split("\n")[:MOST_LINES] if block and block.text else []


def _body(before: list[str], after: list[str], look: Look) -> Iterable[Line]:
    matcher = SequenceMatcher(None, before, after, autojunk=len(before) + len(after) > 1_000)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield from _same(before[a:b], look, first=a == 0, last=b == len(before))
        else:
            yield from _changed(before[a:b], after[c:d])


def _same(lines: list[str], look: Look, *, first: bool, last: bool) -> Iterable[Line]:
    """A few around a change; of more, how many they are."""
    head, tail = 0 if first else AROUND, 0 if last else AROUND
    if len(lines) <= head + tail + 1:
        head, tail = len(lines), 0
    yield from (_plain(line) for line in lines[:head])
    if len(lines) > head + tail:
        yield (("  ", "dim"), (look.words("diff.same", n=len(lines) - head - tail), "dim"))
    yield from (_plain(line) for line in lines[len(lines) - tail :] if tail)


def _plain(line: str) -> Line:
    return (("  ", "dim"), (line, "dim"))


def _changed(before: list[str], after: list[str]) -> Iterable[Line]:
    """Line by line beside each other, as many as there are; all that go before all that come."""
    pairs = [_words(old, new) for old, new in zip(before, after, strict=False)]
    for at, line in enumerate(before):
        yield (("- ", "bad"), *(pairs[at][0] if at < len(pairs) else ((line, "bad"),)))
    for at, line in enumerate(after):
        yield (("+ ", "ok"), *(pairs[at][1] if at < len(pairs) else ((line, "ok"),)))


def _words(old: str, new: str) -> tuple[Line, Line]:
    """Both lines; what they share is plain."""
    left, right = _WORDS.findall(old), _WORDS.findall(new)
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if len(left) + len(right) > MOST_WORDS or matcher.ratio() < 0.4:
        return ((old, "bad"),), ((new, "ok"),)
    gone: list[Run] = []
    come: list[Run] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        gone += _run(left[a:b], "plain" if tag == "equal" else "bad")
        come += _run(right[c:d], "plain" if tag == "equal" else "ok")
    return tuple(gone), tuple(come)


def _run(words: list[str], tone: Tone) -> list[Run]:
    return [("".join(words), tone)] if words else []
