"""`Reader` of a server elsewhere: the newest snapshot, kept by a task of its own; all else is fetched when it is seen.

In: the line to the server's admin API. Out: what the panel reads. Invariants: only what is awaited waits for the
line; a line that is lost comes back by itself, with pauses that grow, and the snapshot says since when it is.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from random import random
from typing import Any, TypeVar

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.question import AskedRow, AskRequest
from gcli2api_tui.control.remote_cache import Fetched, RemoteText, Wanted
from gcli2api_tui.control.remote_connection import AdminLine, LineLost, NotOurs, ServerRefused
from gcli2api_tui.control.usage_report import from_answer
from gcli2api_tui.control.verb_results import ExportForm, Keys, Refused, refused
from gcli2api_tui.events.ids import ELSEWHERE, AskId
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.admin_rows import ClientKeyRow, ModelRow, RecordingRow, SettingRow, UsageColumn, UsageTable
from gcli2api_tui.ledger.change_feed import Followed
from gcli2api_tui.ledger.exchange_rows import Elsewhere, ExchangeRow, Page
from gcli2api_tui.ledger.json_codec import NotThisRecord
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.ledger.wire_rows import Wire
from gcli2api_tui.messages.message import NOTHING, Message, say

T = TypeVar("T")
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 15.0
SECOND_S = 1.0
GATHER_S = 0.05
"""Rows of one screen are asked about in one go."""
MODELS_S, KEYS_S = 20.0, 2.0
"""How old a list may be that is looked at."""


class RemoteReader:
    """One for each attached panel. `follow` runs beside it until it is cancelled."""

    def __init__(self, line: AdminLine, clock: Clock, keys: Callable[[], Keys]) -> None:
        self._line, self._clock, self._keys = line, clock, keys
        self._followed = Followed()
        self._revision = 0
        self._heard_at = clock.monotonic()
        self._lost_since: float | None = None
        self.trouble: Problem | None = None
        """Why the line is lost."""
        self._waiting: list[asyncio.Event] = []
        self._fetched = Fetched(clock, self.note_change)
        self._openings: dict[ExchangeId, str] = {}
        self._openings_wanted: set[ExchangeId] = set()
        self._first = asyncio.Event()

    # The line

    async def follow(self) -> None:
        """Keep the snapshot up to date, whatever befalls the line."""
        pause = FIRST_PAUSE_S
        while True:
            heard_before = self._heard_at
            try:
                await self._listen()
                self._lose(LineLost(say("attach.ended", url=self._line.url)))
            except Problem as problem:
                self._lose(problem)
            await self._line.find_again()
            pause = FIRST_PAUSE_S if self._heard_at != heard_before else min(pause * 2, LONGEST_PAUSE_S)
            await self._wait(pause * (0.75 + random() / 2))

    async def _listen(self) -> None:
        run = self._followed.run
        async with aclosing(self._line.changes(self._followed.run, self._followed.revision)) as lines:
            async for line in lines:
                try:
                    news = self._followed.take(line)
                except NotThisRecord as error:
                    raise NotOurs(say("attach.strange", why=str(error)), say("attach.same_version")) from None
                if run and run != self._followed.run:
                    self._fetched.clear()  # numbers of questions begin anew with each run
                run = self._followed.run
                self._heard(news=news or self._lost_since is not None)

    def _heard(self, *, news: bool) -> None:
        self._heard_at = self._clock.monotonic()
        if self._lost_since is not None:
            self._lost_since = self.trouble = None
            self._fetched.begin_again()
        if self._followed.revision:
            self._first.set()
        if news:
            self.note_change()

    def _lose(self, problem: Problem) -> None:
        self.trouble = problem
        if self._lost_since is None:
            self._lost_since = self._heard_at
        self.note_change()

    async def _wait(self, seconds: float) -> None:
        """How long it has been is told each second."""
        until = self._clock.monotonic() + seconds
        while (left := until - self._clock.monotonic()) > 0:
            await self._clock.sleep(min(left, SECOND_S))
            self.note_change()

    async def first(self) -> None:
        """Until there is something to show."""
        await self._first.wait()

    def close(self) -> None:
        self._fetched.close()

    @property
    def lost(self) -> Message | None:
        """What a verb is refused with while nobody hears it."""
        if self._lost_since is None:
            return None
        return say("attach.no_line", seconds=int(self._clock.monotonic() - self._lost_since))

    # Reader

    @property
    def revision(self) -> int:
        return self._revision

    async def moved(self, revision: int) -> None:
        waiter = asyncio.Event()
        self._waiting.append(waiter)
        try:
            while self._revision == revision:
                await waiter.wait()
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)

    def note_change(self) -> None:
        """Something reads differently now."""
        self._revision += 1
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            waiter.set()

    def ahead(self) -> Iterator[None]:
        """It is made where the server is."""
        return iter(())

    def snapshot(self) -> Snapshot:
        """Its clock is the server's, and goes on between two lines."""
        known, silent_s = self._followed.snapshot, self._clock.monotonic() - self._heard_at
        lost_at = None if self._lost_since is None else known.at
        why = NOTHING if self.trouble is None or isinstance(self.trouble, LineLost) else self.trouble.sentence
        return replace(known, revision=self._revision, at=known.at + silent_s, lost_at=lost_at, lost_why=why)

    async def whole_snapshot(self) -> Snapshot:
        found: Snapshot = await self._line.call("whole_snapshot")
        return found

    def _row(self, exchange: ExchangeId) -> ExchangeRow | None:
        return self._followed.row(exchange)

    def transcript(self, exchange: ExchangeId, from_offset: int = 0) -> Page:
        if exchange >= ELSEWHERE:
            return Page(exchange, 0)
        row = self._row(exchange)
        mark = (row.state, row.usage, row.ended_at) if row else None
        return self._text("transcript", exchange, mark).page(exchange, from_offset)

    def _text(self, verb: str, number: int, mark: object) -> RemoteText:
        async def fetch(known: RemoteText) -> RemoteText:
            named = {"ask" if verb == "asked_text" else "exchange": number}
            return known.with_page(await self._line.call(verb, from_offset=known.end, **named))

        return self._fetched.look((verb, number), Wanted(fetch, RemoteText()), (mark,))

    def asked(self, ask: AskId) -> AskedRow | None:
        async def fetch(known: AskedRow | None) -> AskedRow | None:
            return await self._line.call("asked", ask=ask)  # type: ignore[no-any-return]

        running: Wanted[AskedRow | None] = Wanted(fetch, None, again=lambda row: row is not None and not row.ended)
        return self._fetched.look(("asked", ask), running)

    def asked_text(self, ask: AskId, from_offset: int = 0) -> Page:
        row = self.asked(ask)
        mark = (row.state, row.characters) if row else None
        return self._text("asked_text", ask, mark).page(ExchangeId(ask), from_offset)

    def wire(self, exchange: ExchangeId) -> Wire:
        async def fetch(known: Wire) -> Wire:
            return await self._line.call("wire", exchange=exchange)  # type: ignore[no-any-return]

        row = self._row(exchange)
        mark = (row.state, row.status, row.usage) if row else None
        return self._fetched.look(("wire", exchange), Wanted(fetch, Wire(exchange), pace_s=2.0), (mark,))

    def opening(self, exchange: ExchangeId) -> str:
        if (known := self._openings.get(exchange)) is not None or exchange >= ELSEWHERE:
            return known or ""
        self._openings_wanted.add(exchange)
        self._fetched.look("openings", Wanted(self._fetch_openings, 0), len(self._openings_wanted))
        return ""

    async def _fetch_openings(self, known: int) -> int:
        await self._clock.sleep(GATHER_S)
        wanted, self._openings_wanted = self._openings_wanted, set()
        if wanted:
            found = await self._line.call("openings", exchanges=sorted(wanted))
            kept = {row.id for row in self._followed.snapshot.exchanges}
            told = {number: found.get(str(number), "") for number in wanted}
            self._openings = {number: text for number, text in (self._openings | told).items() if number in kept}
        return known + 1 if any(self._openings.get(number) for number in wanted) else known

    async def request_of(self, exchange: ExchangeId) -> AskRequest | Refused:
        return await self._or_refused("request_of", exchange=exchange)  # type: ignore[no-any-return]

    async def holding(self, words: Sequence[str]) -> Mapping[str, frozenset[ExchangeId]]:
        try:
            return await self._line.call("holding", words=words)  # type: ignore[no-any-return]
        except Problem:
            return {word: frozenset() for word in words}

    async def chosen(self, text: str) -> Sequence[ExchangeRow] | Refused:
        found = await self._or_refused("chosen", filter=text)
        return found if isinstance(found, Refused) else found.exchanges

    async def elsewhere(self, since: int = 0) -> Elsewhere:
        try:
            return await self._line.call("elsewhere", since=since)  # type: ignore[no-any-return]
        except Problem:
            return Elsewhere(since)

    async def exported(self, rows: Sequence[ExchangeRow], form: ExportForm, *, private: bool = False) -> str:
        ids = ",".join(str(row.id) for row in rows)
        return await self._line.text("chosen", ids=ids, format=form, private=private)

    def saved_filters(self) -> tuple[str, ...]:
        return self._listed("saved_filters", lambda found: found)

    def models(self) -> tuple[ModelRow, ...]:
        return self._listed("models", lambda found: found.models)

    def client_keys(self) -> tuple[ClientKeyRow, ...]:
        return self._listed("client_keys", lambda found: found, KEYS_S)

    def _listed(self, verb: str, of: Callable[[Any], tuple[T, ...]], every_s: float = MODELS_S) -> tuple[T, ...]:
        async def fetch(known: tuple[T, ...]) -> tuple[T, ...]:
            return of(await self._line.call(verb))

        return self._fetched.look(verb, Wanted(fetch, ()), int(self._clock.monotonic() / every_s))

    def seen_again(self, verb: str) -> None:
        """After a verb that changed it."""
        self._fetched.forget(verb)
        self.note_change()

    async def settings(self) -> tuple[SettingRow, ...]:
        try:
            return await self._line.call("settings")  # type: ignore[no-any-return]
        except Problem:
            return ()

    async def usage(self, by: UsageColumn, days: int) -> UsageTable:
        try:
            return from_answer(await self._line.call("usage", by=by, days=days))
        except Problem as problem:
            return UsageTable(by, "", "", trouble=problem.sentence)

    async def recording(self) -> RecordingRow:
        try:
            return await self._line.call("recording")  # type: ignore[no-any-return]
        except Problem:
            return RecordingRow()

    def keys(self) -> Keys:
        return self._keys()

    async def _or_refused(self, verb: str, /, **arguments: object) -> Any:
        try:
            return await self._line.call(verb, **arguments)
        except ServerRefused as problem:
            return problem.refused
        except Problem as problem:
            return refused(problem)
