"""Requests recorded into a file of the home, from `record on` to `record off`; and the verbs of who watches a server.

In: each exchange when it has settled, from the loop. Out: a file that only its user can read, one line an exchange in
their order. The loop never waits for it: texts are gathered there, written in a thread. Bounded in size, and in what
waits to be written; what is left out is counted.
"""

import asyncio
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from gcli2api_tui import __version__, safe_files
from gcli2api_tui.clock import Clock
from gcli2api_tui.control.profiler import Profiler
from gcli2api_tui.control.verb_results import Answer, Done, Refused
from gcli2api_tui.events.records import LogLine
from gcli2api_tui.ledger.admin_rows import Profile, RecordingMode, RecordingRow
from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.ledger.export_formats import Exported
from gcli2api_tui.ledger.ledger import Ledger
from gcli2api_tui.ledger.recording_format import Header, line_of
from gcli2api_tui.ledger.snapshot import ServerFacts
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.tasks import spawn

LARGEST_BYTES = 100_000_000
MOST_WAITING = 500


class Recordings:
    """One for each runtime; used on its loop."""

    def __init__(self, ledger: Ledger, folder: Path, clock: Clock, largest_bytes: int = LARGEST_BYTES) -> None:
        self._ledger = ledger
        self._folder = folder
        self._clock = clock
        self._largest_bytes = largest_bytes
        self._session: _Session | None = None
        self._last = RecordingRow()

    def row(self) -> RecordingRow:
        return self._session.row if self._session else self._last

    async def begin(self, mode: RecordingMode) -> Answer:
        if self._session:
            return Refused(say("recording.runs", file=self._session.row.file), say("recording.end_first"))
        if not self._ledger.transcripts.keeps:
            return Refused(say("recording.no_texts"), say("recording.keep_bodies"))
        header = Header(__version__, self._clock.now(), mode)
        try:
            path = await asyncio.to_thread(_create, self._folder, header)
        except OSError as error:
            return Refused(say("export.disk", path=str(self._folder), why=str(error.strerror or error)))
        row = RecordingRow(True, mode, str(path), header.at, size_bytes=len(header.line()))
        if self._session is None:
            self._ledger.follow_settled(self._settled)
        self._session = _Session(path, row)
        self._session.writing = spawn("recording", self._write(self._session))
        self._ledger.note_change()
        return Done(say("recording.begun_whole" if mode == "whole" else "recording.begun", file=str(path)))

    async def end(self) -> Answer:
        session = self._session
        if session is None:
            return Refused(say("recording.off"))
        self._leave(session)
        session.waiting.put_nowait(None)
        if session.writing:
            await session.writing
        self._last = replace(session.row, on=False)
        self._ledger.note_change()
        return Done(say("recording.ended", n=self._last.exchanges, file=self._last.file))

    async def close(self) -> None:
        if self._session:
            await self.end()

    def _settled(self, row: ExchangeRow) -> None:
        if (session := self._session) is None:
            return
        if session.waiting.qsize() >= MOST_WAITING:
            session.row = replace(session.row, left_out=session.row.left_out + 1)
            return
        ring = self._ledger.transcripts
        session.waiting.put_nowait(Exported(row, ring.page(row.id).passages, ring.wire(row.id), self._clock.now()))

    def _leave(self, session: "_Session") -> None:
        """Requests pass here only while somebody records them."""
        self._session, self._last = None, replace(session.row, on=False)
        self._ledger.leave_settled(self._settled)

    async def _write(self, session: "_Session") -> None:
        """Until it is ended, full, or the disk takes no more."""
        while (one := await session.waiting.get()) is not None:
            try:
                written = await asyncio.to_thread(_append, session.path, one, session.row.mode)
            except OSError as error:
                self._stopped(session, say("recording.disk", why=str(error.strerror or error)))
                return
            size = session.row.size_bytes + written
            session.row = replace(session.row, exchanges=session.row.exchanges + 1, size_bytes=size)
            if size >= self._largest_bytes:
                self._stopped(session, say("recording.full", mb=self._largest_bytes // 1_000_000))
                return

    def _stopped(self, session: "_Session", why: Message) -> None:
        """By itself."""
        if self._session is session:
            self._leave(session)
        self._last = replace(session.row, on=False)
        self._ledger.record(LogLine(self._clock.now(), "warning", "recording", why))


class _Session:
    """From `on` to `off`."""

    def __init__(self, path: Path, row: RecordingRow) -> None:
        self.path, self.row = path, row
        self.waiting: asyncio.Queue[Exported | None] = asyncio.Queue()
        self.writing: asyncio.Task[None] | None = None


def _create(folder: Path, header: Header) -> Path:
    """A new file, named by the time; private from its first byte."""
    safe_files.folder(folder)
    begun = time.strftime("%Y%m%d-%H%M%S", time.localtime(header.at))
    number = 1
    while True:
        path = folder / (f"{begun}.jsonl" if number == 1 else f"{begun}-{number}.jsonl")
        try:
            safe_files.create(path, header.line().encode())
        except FileExistsError:
            number += 1
        else:
            return path


def _append(path: Path, one: Exported, mode: RecordingMode) -> int:
    """Bytes written. A file that was taken away meanwhile is not made again."""
    line = line_of(one, mode).encode("utf-8", "replace")
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND), "ab") as appended:
        appended.write(line)
    return len(line)


class Watching(Protocol):
    """What does it."""

    @property
    def recordings(self) -> Recordings: ...

    @property
    def profiler(self) -> Profiler: ...

    async def close(self) -> None: ...


class WatchingVerbs:
    """A part of LocalControl."""

    __slots__ = ()
    watching: Watching
    facts: ServerFacts

    def facts_now(self) -> ServerFacts:
        """Whoever looks is told that all is recorded."""
        row = self.watching.recordings.row()
        if not row.on:
            return self.facts
        name = Path(row.file).name
        whole = row.mode == "whole"
        said = say("recording.goes_on_whole", file=name) if whole else say("recording.goes_on", file=name)
        return replace(self.facts, warnings=(*self.facts.warnings, said))

    async def recording(self) -> RecordingRow:
        return self.watching.recordings.row()

    async def begin_recording(self, mode: RecordingMode = "masked") -> Answer:
        return await self.watching.recordings.begin(mode)

    async def end_recording(self) -> Answer:
        return await self.watching.recordings.end()

    async def profile(self, seconds: float = 10.0) -> Profile | Refused:
        return await self.watching.profiler.profile(seconds)
