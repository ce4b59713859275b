"""What the ledger learns about one exchange: events in their order, and live text.

In: moments of the exchange. Out: `recorder.record` and transcript appends, both synchronous. Exactly one of
Finished, Failed and Cancelled is recorded, whichever is told first.
"""

from typing import Literal

from gcli2api_tui.clock import Clock
from gcli2api_tui.dialects.call import Call
from gcli2api_tui.events.problems import NoCredential, Problem, UpstreamFault
from gcli2api_tui.events.records import (
    AttemptEnded,
    AttemptStarted,
    ExchangeCancelled,
    ExchangeFailed,
    ExchangeFinished,
    ExchangeHeld,
    ExchangeOpened,
    FirstByte,
    LogLine,
    Progress,
    Usage,
)
from gcli2api_tui.gemini.finish_reasons import STOP, unknown
from gcli2api_tui.gemini.service_tier import shown_tier, tier_of
from gcli2api_tui.gemini.stream_parts import Batch, BlobPart, CallPart, StreamPart, TextPart, ThoughtPart, UsagePart
from gcli2api_tui.json_encoder import encoder
from gcli2api_tui.ledger.exchange_rows import TranscriptKind
from gcli2api_tui.ledger.ports import Recorder
from gcli2api_tui.messages.message import Message, joined, say, span
from gcli2api_tui.relay.ports import ClientFacts
from gcli2api_tui.relay.steps_and_outcomes import Answered, Attempt, Broke, Left, Outcome, Refused

PROGRESS_S = 0.1
_CHARS_PER_TOKEN = 4
_IN_WORDS = encoder(ensure_ascii=False)
_WITHOUT_TIERS = "code-assist"
"""The backend that has no service tiers."""


class ExchangeRecorder:
    """One per exchange."""

    def __init__(self, recorder: Recorder, clock: Clock, call: Call, client: ClientFacts) -> None:
        self.exchange = recorder.next_exchange()
        self.usage = Usage()
        self.ended = False
        self.content_seen = False
        self._asked_tier = tier_of(call.request) if "serviceTier" in call.request else ""
        self._served_tier = ""
        self._recorder = recorder
        self._clock = clock
        self._chars = 0
        self._held_at: float | None = None
        self._opened_at, self._began = clock.now(), clock.monotonic()
        self._progress_at = self._began - PROGRESS_S
        recorder.record(
            ExchangeOpened(
                self._opened_at,
                self.exchange,
                call.dialect,
                client.path,
                call.requested,
                call.stream,
                client.user_agent[:40],
                client.peer,
                client.key,
                call.fake,
            )
        )
        self._transcript = recorder.transcripts.open(self.exchange)
        self._transcript.asked(client.sent)
        self._transcript.prompt(call.prompt)

    def _now(self) -> float:
        """How long things took stays true when somebody sets the clock meanwhile."""
        return self._opened_at + self._clock.monotonic() - self._began

    def held(self, nobody: NoCredential) -> None:
        """The request waits until a credential is ready."""
        now = self._clock.now()
        self._held_at = now
        self._recorder.record(ExchangeHeld(now, self.exchange, now + (nobody.retry_after_s or 0.0), nobody.message))

    def attempt_started(self, attempt: Attempt, number: int) -> None:
        """The request goes out on a credential now."""
        lease, step = attempt.lease, attempt.step
        reason = joined(step.reason or lease.reason, *step.changes)
        if self._held_at is not None:
            reason = say("why.after_wait", span=span(round(self._clock.now() - self._held_at)), reason=reason)
            self._held_at = None
        if self._asked_tier and lease.credential.backend == _WITHOUT_TIERS:
            reason = joined(reason, say("why.no_tier", tier=self._asked_tier))
        who = lease.credential
        self._recorder.record(
            AttemptStarted(self._now(), self.exchange, number, who.id, who.label, lease.model, reason)
        )
        self.usage = Usage()

    def attempt_ended(self, outcome: Outcome) -> None:
        """What came of it: a hop of the panel is an outcome. One that was left ends with its exchange."""
        at, who = self._now(), outcome.attempt.lease.credential.id
        if isinstance(outcome, Refused | Broke):
            fault = outcome.fault
            self._recorder.record(
                AttemptEnded(at, self.exchange, who, fault.status, fault.kind, fault.message, fault.hint_s)
            )
        elif not isinstance(outcome, Left):
            self._recorder.record(AttemptEnded(at, self.exchange, who, 200))
        if isinstance(outcome, Answered) and outcome.reason != STOP and unknown(outcome.reason):
            self.warn(say("relay.unknown_end", end=outcome.reason[:60]))

    def warn(self, text: Message) -> None:
        """A line for the Logs tab."""
        self._log("warning", "google", text)

    def succeeded(self, model: str, heir: str) -> None:
        """Another model answers from here on."""
        self._log("info", "models", say("ends.answers", model=model, next=heir))

    def _log(self, level: Literal["info", "warning"], source: str, text: Message) -> None:
        said = say("log.of_exchange", number=self.exchange, said=text)
        self._recorder.record(LogLine(self._clock.now(), level, source, said))

    def received(self, batch: Batch) -> None:
        """One read from Google: usage, first byte, live text, progress."""
        if batch.parts and isinstance(last := batch.parts[-1], UsagePart):
            self.usage = last.usage
        self._served_tier = batch.tier or self._served_tier
        if batch.has_content:
            if not self.content_seen:
                self.content_seen = True
                self._recorder.record(FirstByte(self._now(), self.exchange))
            self._write(batch)
            moment = self._clock.monotonic()
            if moment - self._progress_at >= PROGRESS_S:
                self._progress_at = moment
                tokens = max(self.usage.output, self._chars // _CHARS_PER_TOKEN)
                at = self._opened_at + moment - self._began
                self._recorder.record(Progress(at, self.exchange, tokens))

    def finished(self, finish: str) -> None:
        if self._end():
            tier = shown_tier(self._asked_tier, self._served_tier) if self._served_tier else self._asked_tier
            self._recorder.record(ExchangeFinished(self._now(), self.exchange, self.usage, finish, tier))

    def failed(self, status: int, problem: Problem) -> None:
        if self._end():
            kind = problem.kind.value if isinstance(problem, UpstreamFault) else type(problem).__name__
            self._recorder.record(ExchangeFailed(self._now(), self.exchange, status, kind, problem.message))

    def cancelled(self) -> None:
        if self._end():
            self._recorder.record(ExchangeCancelled(self._now(), self.exchange))

    def _end(self) -> bool:
        first, self.ended = not self.ended, True
        return first

    def _write(self, batch: Batch) -> None:
        texts: dict[TranscriptKind, list[str]] = {}
        for part in batch.parts:
            kind, text = _shown(part)
            if text:
                texts.setdefault(kind, []).append(text)
        for kind, parts in texts.items():
            text = "".join(parts)
            self._transcript.add(kind, text)
            if kind != "thought":
                self._chars += len(text)


def _shown(part: StreamPart) -> tuple[TranscriptKind, str]:
    if isinstance(part, TextPart):
        return "answer", part.text
    if isinstance(part, ThoughtPart):
        return "thought", part.text
    if isinstance(part, CallPart):
        return "call", f"{part.name}({''.join(_IN_WORDS(part.args))})\n"
    if isinstance(part, BlobPart):
        return "answer", f"[{part.mime}, {len(part.data) * 3 // 4} bytes]"
    return "answer", ""
