"""What the ledger learns about one exchange: events in their order, and live text.

In: moments of the exchange. Out: `recorder.record` and transcript appends, both synchronous. Exactly one of
Finished, Failed and Cancelled is recorded, whichever is told first.
"""

import json

from gcli2api_tui.clock import Clock
from gcli2api_tui.dialects.call import Call
from gcli2api_tui.events.problems import Problem, UpstreamFault
from gcli2api_tui.events.records import (
    AttemptFailed,
    AttemptStarted,
    ExchangeCancelled,
    ExchangeFailed,
    ExchangeFinished,
    ExchangeOpened,
    FirstByte,
    LeasePicked,
    LogLine,
    Progress,
    Usage,
)
from gcli2api_tui.gemini.stream_parts import Batch, BlobPart, CallPart, StreamPart, TextPart, ThoughtPart, UsagePart
from gcli2api_tui.ledger.ports import Recorder
from gcli2api_tui.ledger.records import TranscriptKind
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.pool.ports import Lease
from gcli2api_tui.relay.ports import ClientFacts

PROGRESS_S = 0.1
_CHARS_PER_TOKEN = 4


class ExchangeRecorder:
    """One per exchange."""

    def __init__(self, recorder: Recorder, clock: Clock, call: Call, client: ClientFacts) -> None:
        self.exchange = recorder.next_exchange()
        self.usage = Usage()
        self.ended = False
        self.content_seen = False
        self._recorder = recorder
        self._clock = clock
        self._attempts = 0
        self._chars = 0
        self._progress_at = clock.monotonic() - PROGRESS_S
        recorder.record(
            ExchangeOpened(
                clock.now(),
                self.exchange,
                call.dialect,
                client.path,
                call.requested,
                call.stream,
                client.user_agent[:40],
                client.peer,
                client.key,
            )
        )
        self._transcript = recorder.transcripts.open(self.exchange)
        self._transcript.prompt(call.prompt)

    def picked(self, lease: Lease, reason: Message) -> None:
        """A credential was chosen, and the request goes out on it now."""
        self._attempts += 1
        at, credential = self._clock.now(), lease.credential
        self._recorder.record(
            LeasePicked(at, self.exchange, credential.id, credential.label, lease.model, reason or lease.reason)
        )
        self._recorder.record(AttemptStarted(at, self.exchange, self._attempts))
        self.usage = Usage()

    def attempt_failed(self, lease: Lease, fault: UpstreamFault) -> None:
        self._recorder.record(
            AttemptFailed(
                self._clock.now(),
                self.exchange,
                lease.credential.id,
                fault.kind,
                fault.status,
                fault.message,
                fault.hint_s,
            )
        )

    def warn(self, text: Message) -> None:
        """A line for the Logs tab."""
        self._recorder.record(
            LogLine(self._clock.now(), "warning", "google", say("log.of_exchange", number=self.exchange, said=text))
        )

    def received(self, batch: Batch) -> None:
        """One read from Google: usage, first byte, live text, progress."""
        for part in batch.parts:
            if isinstance(part, UsagePart):
                self.usage = part.usage
        if batch.has_content:
            if not self.content_seen:
                self.content_seen = True
                self._recorder.record(FirstByte(self._clock.now(), self.exchange))
            self._write(batch)
            self._report()

    def finished(self, finish: str) -> None:
        if self._end():
            self._recorder.record(ExchangeFinished(self._clock.now(), self.exchange, self.usage, finish))

    def failed(self, status: int, problem: Problem) -> None:
        if self._end():
            kind = problem.kind.value if isinstance(problem, UpstreamFault) else type(problem).__name__
            self._recorder.record(ExchangeFailed(self._clock.now(), self.exchange, status, kind, problem.message))

    def cancelled(self) -> None:
        if self._end():
            self._recorder.record(ExchangeCancelled(self._clock.now(), self.exchange))

    def _end(self) -> bool:
        first, self.ended = not self.ended, True
        return first

    def _write(self, batch: Batch) -> None:
        texts: dict[TranscriptKind, list[str]] = {}
        for part in batch.parts:
            if shown := _shown(part):
                kind, text = shown
                texts.setdefault(kind, []).append(text)
                self._chars += len(text)
        for kind, parts in texts.items():
            self._transcript.add(kind, "".join(parts))

    def _report(self) -> None:
        moment = self._clock.monotonic()
        if moment - self._progress_at >= PROGRESS_S:
            self._progress_at = moment
            known = self.usage.output + self.usage.thoughts
            tokens = max(known, self._chars // _CHARS_PER_TOKEN)
            self._recorder.record(Progress(self._clock.now(), self.exchange, tokens))


def _shown(part: StreamPart) -> tuple[TranscriptKind, str] | None:
    match part:
        case TextPart(text=text) if text:
            return "answer", text
        case ThoughtPart(text=text):
            return "thought", text
        case CallPart(name=name, args=args):
            return "call", f"{name}({json.dumps(args, ensure_ascii=False)})\n"
        case BlobPart(mime=mime, data=data):
            return "answer", f"[{mime}, {len(data) * 3 // 4} bytes]"
    return None
