"""Privacy mode: what the panel reads, with names, keys, prompts and answers hidden before anything can paint them.

In: a reader. Out: a reader of the same shape; while `on`, no label, address, file name, key or text of a conversation
leaves it. It stands here and not in the painters, so that a pane that is written tomorrow cannot forget it. Ids stay:
what a person does is still done to the right credential.
"""

import asyncio
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from rich.cells import cell_len

from gcli2api_tui.control.ports import Reader
from gcli2api_tui.control.verb_results import ExportForm, Keys, Refused
from gcli2api_tui.events.ids import ExchangeId
from gcli2api_tui.events.secret import MASK, Secret, addresses_changed
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, Page
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.messages.message import Message

if TYPE_CHECKING:
    from gcli2api_tui.control.question import AskedRow, AskRequest
    from gcli2api_tui.events.ids import AskId
    from gcli2api_tui.ledger.admin_rows import ClientKeyRow, ModelRow, RecordingRow, SettingRow, UsageColumn, UsageTable
    from gcli2api_tui.ledger.exchange_rows import Elsewhere
    from gcli2api_tui.ledger.wire_rows import Wire

T = TypeVar("T")
NAMES = frozenset(
    [
        "label",
        "file",
        "project",
        "shares",
        "proxy",
        "peer",
        "home",
        "client_key_hint",
        "answered_by",
        "credential_labels",
    ]
)
"""Fields that name a person or what is theirs."""
TEXTS = frozenset({"text", "body", "prompt", "answer", "question", "opening", "raw"})
"""Fields that hold what people and models said."""
HIDDEN = "•••"
AT_ONCE = 50
"""Rows: about five milliseconds."""
_KEY = re.compile(r"\b(?:sk-|AIza|AQ\.|ya29\.|1//)[\w.-]{8,}")


_NO_LABEL = re.compile(r"(?!)")


def _any_of(labels: Iterable[str]) -> re.Pattern[str]:
    """One look at a text, however many credentials there are; the longest label counts."""
    longest_first = sorted(filter(None, labels), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)") if longest_first else _NO_LABEL


class Private:
    """A Reader around another one."""

    def __init__(self, reader: Reader, *, on: bool = False) -> None:
        self.follow(reader)
        self.on = on
        self.widened: Callable[[Snapshot], Snapshot] = lambda snapshot: snapshot
        """What is added to each snapshot before it is hidden."""
        self._labels: frozenset[str] = frozenset()
        self._label = _NO_LABEL
        self._hidden: dict[int, tuple[object, object]] = {}

    def follow(self, reader: Reader) -> None:
        """From now on it stands around this one."""
        self._reader = reader

    @property
    def revision(self) -> int:
        return self._reader.revision

    async def moved(self, revision: int) -> None:
        await self._reader.moved(revision)

    def ahead(self) -> Iterator[None]:
        return self._reader.ahead()

    def snapshot(self) -> Snapshot:
        return self._taken(self.widened(self._reader.snapshot()))

    async def whole_snapshot(self) -> Snapshot:
        return self._taken(await self._reader.whole_snapshot())

    def transcript(self, exchange: ExchangeId, from_offset: int = 0) -> Page:
        return self.hidden(self._reader.transcript(exchange, from_offset))

    async def request_of(self, exchange: ExchangeId) -> "AskRequest | Refused":
        """As it was: it is edited and sent again, by whoever asked for exactly that."""
        return await self._reader.request_of(exchange)

    def asked(self, ask: "AskId") -> "AskedRow | None":
        return self.hidden(self._reader.asked(ask))

    def asked_text(self, ask: "AskId", from_offset: int = 0) -> Page:
        return self.hidden(self._reader.asked_text(ask, from_offset))

    def answer_of(self, ask: "AskId") -> str:
        """As it was: it goes into the next turn of its conversation, and never on the screen."""
        passages = self._reader.asked_text(ask).passages
        return "".join(passage.text for passage in passages if passage.kind == "answer")

    def wire(self, exchange: ExchangeId) -> "Wire":
        return self.hidden(self._reader.wire(exchange))

    def opening(self, exchange: ExchangeId) -> str:
        text = self._reader.opening(exchange)
        return dotted(text) if self.on else text

    async def holding(self, words: Sequence[str]) -> Mapping[str, frozenset[ExchangeId]]:
        """Numbers only: what was searched was typed by the person."""
        return await self._reader.holding(words)

    async def chosen(self, text: str) -> Sequence[ExchangeRow] | Refused:
        found = await self._reader.chosen(text)
        return found if isinstance(found, Refused) else tuple(self.hidden(row) for row in found)

    async def elsewhere(self, since: int = 0) -> "Elsewhere":
        """As it is: it goes into `widened`, and is hidden with all else."""
        return await self._reader.elsewhere(since)

    async def exported(self, rows: Sequence[ExchangeRow], form: ExportForm, *, private: bool = False) -> str:
        return await self._reader.exported(rows, form, private=private or self.on)

    def saved_filters(self) -> tuple[str, ...]:
        saved = self._reader.saved_filters()
        return tuple(self._said(text) for text in saved) if self.on else saved

    def models(self) -> "tuple[ModelRow, ...]":
        return self.hidden(self._reader.models())

    async def recording(self) -> "RecordingRow":
        return self.hidden(await self._reader.recording())

    def client_keys(self) -> "tuple[ClientKeyRow, ...]":
        return self.hidden(self._reader.client_keys())

    async def usage(self, by: "UsageColumn", days: int) -> "UsageTable":
        table = self.hidden(await self._reader.usage(by, days))
        if not self.on or by not in ("credential", "client"):
            return table
        return replace(table, lines=tuple(replace(line, name=short(line.name)) for line in table.lines))

    async def settings(self) -> "tuple[SettingRow, ...]":
        return self.hidden(await self._reader.settings())

    def keys(self) -> Keys:
        return Keys(Secret(MASK), Secret(MASK)) if self.on else self._reader.keys()

    # Hiding

    async def turn_on(self) -> None:
        """Hides all there is a few rows at a time: the loop that does it carries streams too."""
        snapshot = self.widened(self._reader.snapshot())
        self._learn(snapshot)
        for number, row in enumerate((*snapshot.exchanges, *snapshot.log)):
            self._hidden[id(row)] = row, self._hide(row, "")
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        self.on = True

    def _taken(self, snapshot: Snapshot) -> Snapshot:
        if not self.on:
            return snapshot
        self._learn(snapshot)
        before, self._hidden = self._hidden, {}
        return replace(
            snapshot,
            server=self.hidden(snapshot.server),
            credentials=self._rows(snapshot.credentials, before),
            exchanges=self._rows(snapshot.exchanges, before),
            log=self._rows(snapshot.log, before),
        )

    def _learn(self, snapshot: Snapshot) -> None:
        labels = {row.label for row in snapshot.credentials} | {
            hop.label for row in snapshot.exchanges for hop in row.hops
        }
        if labels != self._labels:
            self._labels, self._label, self._hidden = frozenset(labels), _any_of(labels), {}

    def _rows(self, rows: tuple[T, ...], before: dict[int, tuple[object, object]]) -> tuple[T, ...]:
        """Rows are values, and most are the same ones as a moment ago."""
        made = []
        for row in rows:
            known = before.get(id(row))
            value = known[1] if known is not None and known[0] is row else self.hidden(row)
            self._hidden[id(row)] = row, value
            made.append(value)
        return tuple(made)  # type: ignore[arg-type]

    def hidden(self, value: T) -> T:
        return self._hide(value, "") if self.on else value  # type: ignore[return-value]

    def _hide(self, value: object, field: str) -> object:
        """What has nothing to hide stays the same object, as most of a list does."""
        if value is None or isinstance(value, int | float | Enum):
            return value
        if isinstance(value, Message) and value.key:
            return value.changed(self._said) if value.values else value
        if isinstance(value, str):
            return self._text(value, field)
        if isinstance(value, tuple):
            hidden = tuple(self._hide(one, field) for one in value)
            return hidden if any(one is not before for one, before in zip(hidden, value, strict=True)) else value
        return self._record(value)

    def _record(self, value: object) -> object:
        changed = {}
        for name in _field_names(type(value)):  # type: ignore[arg-type]  # a class can be hashed
            before = getattr(value, name)
            hidden = self._hide(before, name)
            if hidden is not before:
                changed[name] = hidden
        return replace(value, **changed) if changed else value  # type: ignore[type-var]

    def _text(self, value: str, field: str) -> str:
        if field in NAMES:
            return short(value)
        if isinstance(value, Message):
            return self._said(value)
        return dotted(value) if field in TEXTS else _masked(value)

    def _said(self, text: str) -> str:
        return _masked(self._label.sub(_short, text))


@functools.cache
def _field_names(kind: type) -> tuple[str, ...]:
    """Empty for what is no record."""
    return tuple(one.name for one in fields(kind) if one.init) if is_dataclass(kind) else ()


def _masked(text: str) -> str:
    if "@" in text:
        text = addresses_changed(text, short)
    return _KEY.sub(MASK, text)


def short(name: str) -> str:
    """`a•••e` of alice@example.com: enough to tell one's own apart, nothing for others."""
    head = name.partition("@")[0]
    return f"{head[0]}{HIDDEN}{head[-1]}" if len(head) > 2 else HIDDEN if name else ""


def _short(found: re.Match[str]) -> str:
    return short(found.group())


def dotted(text: str) -> str:
    """As long and as wide as the text, so that a screen stays what it was."""
    return "".join(char if char.isspace() else "•" * cell_len(char) for char in text)
