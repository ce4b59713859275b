"""expected.toml read, and turned into docs/faults.md: `python tests/faults/fault_table.py` writes the page.

In: the file. Out: cells, each a fault in one situation with what must come of it. The words are explained at the top
of the file.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("expected.toml")
PAGE = FILE.parent.parent.parent / "docs" / "faults.md"

POOL = {"alone": 1, "once": 1, "first": 3, "all": 3, "last": 6, "after": 3, "after_alone": 1}
"""Situation → credentials in the pool."""
ALWAYS = 10_000

HEADINGS = ("one credential", "one, only once", "three, the first call", "three, every call", "behind the first text")
COLUMNS = ("alone", "once", "first", "all", "after")


@dataclass(frozen=True)
class HttpError:
    """What came, or must come, of one cell."""

    client: str
    asked: str
    ended: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One fault."""

    name: str
    fields: Mapping[str, Any]

    @property
    def fault(self) -> str:
        return str(self.fields.get("fault", self.name))

    @property
    def modes(self) -> tuple[str, ...]:
        only = self.fields.get("only")
        return (only,) if only else ("whole", "stream")

    def outcome(self, situation: str) -> HttpError | None:
        """None where the situation has no meaning for this fault."""
        text = self.fields.get(situation) or self._implied(situation)
        return read(text) if text else None

    def _implied(self, situation: str) -> str | None:
        if situation in ("alone", "once", "first", "all") and (every := self.fields.get("every")):
            return str(every)
        other = {"once": "alone", "after_alone": "after"}.get(situation)
        return self.fields.get(other) if other else None


@dataclass(frozen=True)
class Cell:
    """A fault in one situation, asked for in one way."""

    row: Row
    situation: str
    mode: str
    expected: HttpError

    @property
    def pool(self) -> int:
        return POOL[self.situation]

    @property
    def times(self) -> int:
        """How many calls the fault spoils."""
        if self.situation == "last":
            return len(self.expected.asked.split()) - 1
        return ALWAYS if self.situation in ("alone", "all") else 1

    @property
    def behind_text(self) -> bool:
        return self.situation.startswith("after")

    def __str__(self) -> str:
        return f"{self.row.name}-{self.situation}-{self.mode}"


def read(text: str) -> HttpError:
    """`client | asked | state, state*2`."""
    client, asked, ended = (part.strip() for part in text.split("|"))
    states: list[str] = []
    for item in ended.split(","):
        state, _, count = item.strip().partition("*")
        states += [state] * int(count or 1)
    return HttpError(client, asked, tuple(states))


def rows() -> list[Row]:
    return [Row(name, fields) for name, fields in tomllib.loads(FILE.read_text(encoding="utf-8")).items()]


def cells() -> Iterator[Cell]:
    for row in rows():
        for situation in POOL:
            for mode in row.modes:
                expected = row.outcome(situation)
                if expected and not (situation.startswith("after") and mode == "whole"):
                    yield Cell(row, situation, mode, expected)


# --- the page ----------------------------------------------------------------------------------------------------


def page() -> str:
    """docs/faults.md."""
    text = FILE.read_text(encoding="utf-8")
    parts = [INTRODUCTION]
    for heading, names in _sections(text):
        parts.append(f"\n## {heading}\n\n| fault | {' | '.join(HEADINGS)} |\n|---{'|---' * len(COLUMNS)}|\n")
        parts += [_line(row) for row in rows() if row.name in names]
    return "".join(parts)


INTRODUCTION = """\
# What happens when Google fails

Made from `tests/faults/expected.toml` by `python tests/faults/fault_table.py`; `tests/faults/test_matrix.py` plays
every cell against the simulator, as a whole answer and as a stream, and compares. In no cell does a request hang, is
text sent twice, a finish invented, a healthy credential blamed, or a 5xx answered while a credential could serve.

A cell says what the client gets, then who is asked and how they end: `1 2: cooling, ready` means that the first
credential was asked and rests now, and the second was asked and is ready. "part + `code`" is some text and then an
error object, without a finish; after it no other credential is asked, since text must not come twice. `code` is the
one of OpenAI's API; "wait" is Retry-After: the true time up to 120 s, 5 s with a 429 that named none. Where a fault
takes a credential out, it is also played with six credentials of which five fail: the sixth answers.
"""


def _sections(text: str) -> Iterator[tuple[str, set[str]]]:
    _, *chunks = re.split(r"^# --- (.*?) -+$", text, flags=re.M)
    for heading, chunk in zip(chunks[::2], chunks[1::2], strict=True):
        yield heading, set(re.findall(r"^\[(\w+)\]$", chunk, flags=re.M))


def _line(row: Row) -> str:
    shown = [_shown(row.outcome(column)) for column in COLUMNS]
    if shown[1] == shown[0]:
        shown[1] = "the same"
    return f"| `{row.name}` {row.fields['why']} | {' | '.join(shown)} |\n"


def _shown(outcome: HttpError | None) -> str:
    if outcome is None:
        return "–"
    client = re.sub(r"\b([a-z]+_[a-z_]+)", r"`\1`", outcome.client)
    states = [f"{len(list(same))} × {state}" for state, same in groupby(outcome.ended)]
    return f"{client}<br>{outcome.asked}: {', '.join(states).replace('1 × ', '')}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
