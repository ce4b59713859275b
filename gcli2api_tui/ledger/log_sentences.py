"""What the log says of each event, as a sentence of ours with the level and the part of the program it comes from.

In: an event, and the label of the credential that it concerns. Out: a line that has no number yet. Others' texts are
values in it, as they came: whoever keeps the line makes them safe.
"""

from typing import Literal

from gcli2api_tui.events import records as events
from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.quick_dataclass import dataclass

Level = Literal["debug", "info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Line:
    """A log line before it has a number."""

    level: Level
    source: str
    text: Message


def failed(event: events.Event, error: Exception) -> Line:
    """In place of what an event should have said or done."""
    text = say("log.ledger_failed", event=type(event).__name__, error=type(error).__name__)
    return Line("error", "ledger", text)


def sentence(event: events.Event, label: str) -> Line | None:
    """The line for an event; `label` is the name of the credential it concerns, where the event itself has none."""
    return _of_exchange(event, label) or _of_credential(event, label) or _of_program(event)


def _of_exchange(event: events.Event, label: str) -> Line | None:
    match event:
        case events.ExchangeOpened():
            key = "log.asks_stream" if event.stream else "log.asks_whole"
            return Line("info", "server", say(key, who=_who(event), path=event.path, model=event.model))
        case events.ExchangeHeld():
            return Line("info", "pool", say("log.held", said=event.why))
        case events.AttemptStarted():
            return Line("info", "pool", say("log.picked", label=event.label, reason=event.reason))
        case events.AttemptEnded(kind=FaultKind() as kind):
            return Line("warning", "relay", say("log.failed", label=label, said=_failure(event, kind)))
        case events.ExchangeFinished():
            return Line(
                "info", "relay", say("log.answered", label=label, finish=event.finish, tokens=event.usage.output)
            )
        case events.ExchangeFailed():
            return Line(
                "error", "relay", say("log.client_got", status=event.status, kind=event.kind, said=event.message)
            )
        case events.ExchangeCancelled():
            return Line("info", "relay", say("log.client_left"))
    return None


def _who(event: events.ExchangeOpened) -> str:
    return event.client or event.peer or say("log.a_client")


def _failure(event: events.AttemptEnded, kind: FaultKind) -> Message:
    named = say(f"kind.{kind.value}") if kind in _KINDS_WITH_WORDS else kind.value
    what = say("log.failure_status", status=event.status, kind=named) if event.status else named
    if not event.hint_s:
        return say("log.failure", what=what, said=event.message)
    return say("log.failure_wait", what=what, said=event.message, span=duration(event.hint_s))


_KINDS_WITH_WORDS = frozenset(
    {
        FaultKind.RATE,
        FaultKind.DAILY,
        FaultKind.AUTH,
        FaultKind.NEEDS_LOGIN,
        FaultKind.CAPACITY,
        FaultKind.NETWORK,
    }
)


def _of_credential(event: events.Event, label: str) -> Line | None:
    match event:
        case events.TokenRefreshed():
            return Line("info", "upstream", say("log.new_token", label=label))
        case events.CredentialAdded():
            return Line("info", "credentials", say("log.added", label=event.label, source=event.source))
        case events.CredentialChanged():
            return Line("info", "credentials", say("log.changed", label=event.label, change=event.change))
        case events.CredentialRemoved():
            return Line("info", "credentials", say("log.removed", label=event.label))
        case events.CooldownSet():
            return Line("warning", "pool", say("log.rests", place=_place(event), span=_rest(event), why=event.why))
        case events.CooldownCleared():
            return Line("info", "pool", say("log.back", place=_place(event), by=event.by))
        case events.QuotaLearned():
            return Line("debug", "pool", say("log.quota", label=label, model=event.model, source=event.source))
    return None


def _place(event: events.CooldownSet | events.CooldownCleared) -> str:
    return say("log.place", label=event.label, model=event.model) if event.model else event.label


def _rest(event: events.CooldownSet) -> Message:
    wait_s = event.until - event.at
    return say("log.until_you_act") if wait_s == float("inf") else say("log.for", span=duration(wait_s))


def _of_program(event: events.Event) -> Line | None:
    match event:
        case events.StateDegraded():
            return (
                Line("error", "state", event.message)
                if event.message
                else Line("info", "state", say("log.saving_works"))
            )
        case events.LogLine():
            return Line(event.level, event.source, event.text)
    return None


def duration(seconds: float) -> Message:
    """`45 s`, `12 min`, `7 h 05 min`: the two coarsest units that matter."""
    if seconds < 90:
        return say("span.s", s=max(1, round(seconds)))
    if seconds < 5_400:
        return say("span.min", min=round(seconds / 60))
    hours, minutes = divmod(round(seconds / 60), 60)
    return say("span.h_min", h=hours, min=f"{minutes:02}")
