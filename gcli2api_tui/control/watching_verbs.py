"""Verbs of the control that serves for whoever wants to know more: recording requests, sampling the loop.

In: how, and how long. Out: what came of it. A recording is one for all who look; so is a profile.
"""

from dataclasses import replace
from pathlib import Path
from typing import Protocol

from gcli2api_tui.control.answer import Answer, Refused
from gcli2api_tui.control.profiler import Profiler
from gcli2api_tui.control.recordings import Recordings
from gcli2api_tui.ledger.admin_rows import Profile, RecordingMode, RecordingRow
from gcli2api_tui.ledger.snapshot import ServerFacts
from gcli2api_tui.messages.message import say


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
