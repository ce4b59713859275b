"""What watches an instance from outside or on demand: metrics, recordings, profiles, traces. Built once for each.

In: what was asked for, the ledger, the models. Out: a `Watching`. None of it can cost a client its answer: all of it
hears of an exchange only when it has settled, through the ledger.
"""

import asyncio
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from gcli2api_tui.bootstrap import Bootstrap
from gcli2api_tui.events.records import LogLine
from gcli2api_tui.messages.message import Message
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.traces import Traces, open_provider, wanted

if TYPE_CHECKING:
    from gcli2api_tui.control.profiler import Profiler
    from gcli2api_tui.control.recordings import Recordings
    from gcli2api_tui.gemini.catalogue import Catalogue
    from gcli2api_tui.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Watching:
    recordings: "Recordings"
    profiler: "Profiler"
    traces: Traces | None = None

    async def close(self) -> None:
        """What was seen is written and sent, within a bound."""
        await self.recordings.close()
        if self.traces:
            await asyncio.to_thread(self.traces.close)


def watching(setup: Bootstrap, ledger: "Ledger", catalogue: "Callable[[], Catalogue]") -> Watching:
    from gcli2api_tui.control.model_labels import ModelLabels
    from gcli2api_tui.control.profiler import Profiler
    from gcli2api_tui.control.recordings import Recordings

    ledger.metrics.model_of = ModelLabels(catalogue)
    recordings = Recordings(ledger, setup.paths.recordings, setup.clock)
    return Watching(recordings, Profiler(setup.clock, ledger.metrics.chunk_transit.look), _traces(setup, ledger))


def _traces(setup: Bootstrap, ledger: "Ledger") -> Traces | None:
    if setup.demo or not wanted(setup.settings.otel, os.environ):
        return None
    provider = open_provider()
    if isinstance(provider, Message):
        ledger.record(LogLine(setup.clock.now(), "warning", "traces", provider))
        return None
    made = Traces(provider, ledger.transcripts.wire, ledger.metrics.model_of)
    ledger.follow_settled(made.settled)
    return made
