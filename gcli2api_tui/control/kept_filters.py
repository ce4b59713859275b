"""Filters that a person keeps as chips: read from filters.txt of the home, and written there.

In: a filter as it is typed. Out: Done, or Refused with the way out. Bounded in number and length.
"""

import asyncio
from dataclasses import field
from pathlib import Path

from gcli2api_tui import safe_files
from gcli2api_tui.control.verb_results import Answer, Done, Refused
from gcli2api_tui.ledger.exchange_filter import parse
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

MOST, LONGEST = 30, 200


def read_filters(path: Path) -> tuple[str, ...]:
    """None where there is no file, or one that is not ours."""
    try:
        lines = path.read_text("utf-8")[: MOST * (LONGEST + 1)].splitlines()
    except (OSError, ValueError):
        return ()
    return tuple(dict.fromkeys(text for line in lines if (text := line.strip()[:LONGEST])))[:MOST]


@dataclass(slots=True)
class KeptFilters:
    path: Path
    filters: tuple[str, ...] = field(init=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.filters = read_filters(self.path)

    async def keep(self, text: str) -> Answer:
        text = " ".join(text.split())
        if wrong := parse(text).wrong:
            return Refused(wrong.sentence)
        if not text or len(text) > LONGEST:
            return Refused(say("filter.length", most=LONGEST))
        if text in self.filters:
            return Done(say("filter.kept", text=text))
        if len(self.filters) >= MOST:
            return Refused(say("filter.many", most=MOST), say("filter.drop_one"))
        return await self._write((*self.filters, text)) or Done(say("filter.kept", text=text))

    async def drop(self, text: str) -> Answer:
        left = tuple(one for one in self.filters if one != text)
        if left == self.filters:
            return Refused(say("filter.unkept", text=text))
        return await self._write(left) or Done(say("filter.dropped", text=text))

    async def _write(self, filters: tuple[str, ...]) -> Refused | None:
        content = "".join(f"{one}\n" for one in filters).encode()
        async with self._turn:
            try:
                await asyncio.to_thread(safe_files.replace, self.path, content)
            except OSError as error:
                return Refused(say("export.disk", path=str(self.path), why=str(error.strerror or error)))
            self.filters = filters
        return None
