"""What each event says in the Logs tab. Pure: an event and the credential's label in, one line out.

Progress and first bytes say nothing: they are many, and the Traffic tab shows them. Texts from Google are quoted as
they came; they are never markup.
"""

from dataclasses import dataclass

from gcli2api_tui.events import records as events
from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.ledger.logbook import Level


@dataclass(frozen=True, slots=True)
class Line:
    """A log line before it has a number."""

    level: Level
    source: str
    text: str


def sentence(event: events.Event, label: str) -> Line | None:
    """The line for an event; `label` is the name of the credential it concerns, where the event itself has none."""
    return _of_exchange(event, label) or _of_credential(event, label) or _of_program(event)


def _of_exchange(event: events.Event, label: str) -> Line | None:
    match event:
        case events.ExchangeOpened():
            how = "stream" if event.stream else "whole answer"
            return Line("info", "server", f"{_who(event)} asks {event.path} for {event.model}, {how}")
        case events.AttemptStarted():
            return Line("info", "pool", f"picked {event.label}: {event.reason}")
        case events.AttemptEnded(kind=FaultKind() as kind):
            return Line("warning", "relay", f"{label} failed: {_failure(event, kind)}")
        case events.ExchangeFinished():
            return Line("info", "relay", f"answered on {label}: {event.finish}, {event.usage.output} tokens")
        case events.ExchangeFailed():
            return Line("error", "relay", f"the client got {event.status} {event.kind}: {event.message}")
        case events.ExchangeCancelled():
            return Line("info", "relay", "the client left; the call to Google was cancelled")
    return None


def _who(event: events.ExchangeOpened) -> str:
    return event.client or event.peer or "a client"


def _failure(event: events.AttemptEnded, kind: FaultKind) -> str:
    status = f"{event.status} " if event.status else ""
    hint = f" (Google asks to wait {duration(event.hint_s)})" if event.hint_s else ""
    return f"{status}{_KIND_WORDS.get(kind, kind.value)}: {event.message}{hint}"


_KIND_WORDS = {
    FaultKind.RATE: "rate limit",
    FaultKind.DAILY: "daily quota used up",
    FaultKind.AUTH: "access token refused",
    FaultKind.NEEDS_LOGIN: "needs login",
    FaultKind.CAPACITY: "model overloaded",
    FaultKind.NETWORK: "Google not reached",
}


def _of_credential(event: events.Event, label: str) -> Line | None:
    match event:
        case events.TokenRefreshed():
            return Line("info", "upstream", f"new access token for {label}")
        case events.CredentialAdded():
            return Line("info", "credentials", f"added {event.label} ({event.source})")
        case events.CredentialChanged():
            return Line("info", "credentials", f"{event.label}: {event.change}")
        case events.CredentialRemoved():
            return Line("info", "credentials", f"removed {event.label}; its file is in trash")
        case events.CooldownSet():
            return Line("warning", "pool", f"{_place(event)} rests {_rest(event)}: {event.why}")
        case events.CooldownCleared():
            return Line("info", "pool", f"{_place(event)} is back ({event.by})")
        case events.QuotaLearned():
            return Line("info", "pool", f"learned the quota of {label} for {event.model} ({event.source})")
    return None


def _place(event: events.CooldownSet | events.CooldownCleared) -> str:
    return f"{event.label} for {event.model}" if event.model else event.label


def _rest(event: events.CooldownSet) -> str:
    wait_s = event.until - event.at
    return "until you act" if wait_s == float("inf") else f"for {duration(wait_s)}"


def _of_program(event: events.Event) -> Line | None:
    match event:
        case events.LoginStep():
            return Line("warning" if event.ok is False else "info", "login", event.text)
        case events.SettingChanged():
            return Line("info", "settings", f"{event.key} has a new value")
        case events.StateDegraded():
            return (
                Line("error", "state", event.message) if event.message else Line("info", "state", "saving works again")
            )
        case events.LogLine():
            return Line(event.level, event.source, event.text)
    return None


def duration(seconds: float) -> str:
    """`45 s`, `12 min`, `7 h 05 min`: the two coarsest units that matter."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5_400:
        return f"{round(seconds / 60)} min"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes:02} min"
