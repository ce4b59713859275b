"""Whether a request would be served now, in words: for `/readyz`, which needs no key and so names nobody; and what a
stop, or a restart, says to whoever asked for it. Pure.

In: a snapshot, or how many answers run. Out: yes or no, and the reason. One that rests for some models still serves the
others; trouble with the disk stops nobody, since serving needs none.
"""

from gcli2api_tui.control.verb_results import StopMode
from gcli2api_tui.ledger.credential_rows import CredentialRow, CredentialState
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.messages.message import NOTHING, Message, say, span
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Readiness:
    """`until`: when the first credential is back, in seconds since the epoch; None where only a person helps."""

    ready: bool
    reason: Message
    until: float | None = None
    warning: Message = NOTHING
    """What is not as it should be while it serves all the same."""


def readiness(seen: Snapshot) -> Readiness:
    warning = _warning(seen.degraded)
    rows = seen.credentials
    serving = sum(row.serves for row in rows)
    if serving:
        return Readiness(True, say("ready.serves", n=serving, all=len(rows)), warning=warning)
    if not rows:
        return Readiness(False, say("ready.none"), warning=warning)
    until = min((end for row in rows if (end := _back_at(row)) is not None), default=None)
    if until is None:
        return Readiness(False, say("ready.waits_for_you", n=len(rows)), warning=warning)
    rest = say("ready.all_rest", n=len(rows), span=span(max(1.0, until - seen.at)))
    return Readiness(False, rest, until, warning)


def _warning(degraded: Message) -> Message:
    """Of a shared database its host is not told."""
    if not degraded:
        return NOTHING
    if degraded.key == "cluster.last_known":
        return say("ready.last_known", at=degraded.values["at"])
    return say("ready.database_away" if degraded.key.startswith("cluster.") else "ready.degraded")


def _back_at(row: CredentialRow) -> float | None:
    if row.state is not CredentialState.COOLING:
        return None
    ends = [rest.until for rest in row.cooldowns if not rest.model] or [rest.until for rest in row.cooldowns]
    return min(ends, default=row.resets_at)


def stopping(mode: StopMode, in_flight: int) -> Message:
    if mode == "restart-when-idle":
        return say("control.restarts_idle", n=in_flight) if in_flight else say("control.restarts")
    if mode == "now" or not in_flight:
        return say("control.restarts") if mode == "restart" else say("control.stopping")
    return say("control.restarts_after" if mode == "restart" else "control.stops_after", n=in_flight)
