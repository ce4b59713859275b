"""What a person must be told, once: the pool is empty, a quota nearly gone, a sign-in ended, a model about to end.

In: snapshots as they come, and the models' last days. Out: alerts that were not standing before. One that stands is not
told again; one that was over is. What stands already when the panel opens is on its screen, and is not told. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date, timedelta
from typing import Literal

from gcli2api_tui.ledger.credential_rows import CredentialRow, CredentialState
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.quick_dataclass import dataclass

AlertKind = Literal["pool-empty", "quota", "sign-in", "model-end"]
KINDS: tuple[AlertKind, ...] = ("pool-empty", "quota", "sign-in", "model-end")
NEARLY_GONE, BACK = 0.95, 0.90
"""How much of a day is gone when it is told, and below which it is over."""
DAYS_BEFORE = 3


@dataclass(frozen=True, slots=True)
class Alert:
    """`about` is a credential's label or a model's name."""

    kind: AlertKind
    about: str = ""
    model: str = ""
    left: int = 0
    day: str = ""


Subject = tuple[AlertKind, str]


@dataclass(slots=True)
class Alerts:
    """Remembers what stands. `kinds` are those that a person wants to be told of."""

    kinds: frozenset[str] = frozenset(KINDS)
    _standing: set[Subject] | None = None
    _seen: tuple[CredentialRow, ...] | None = field(default=None, repr=False)
    _day: str = ""

    def look(self, snapshot: Snapshot, ends: Mapping[str, str], today: str) -> tuple[Alert, ...]:
        """What is new. Nothing is worked out while the credentials and the day are the same."""
        if not self.kinds or (snapshot.credentials is self._seen and today == self._day):
            return ()
        self._seen, self._day = snapshot.credentials, today
        before = self._standing
        found = dict(_standing(snapshot, ends, today, before or set()))
        self._standing = set(found)
        if before is None:
            return ()
        return tuple(alert for subject, alert in found.items() if subject not in before and alert.kind in self.kinds)


def _standing(
    snapshot: Snapshot, ends: Mapping[str, str], today: str, before: set[Subject]
) -> Iterable[tuple[Subject, Alert]]:
    rows = [row for row in snapshot.credentials if row.state is not CredentialState.DISABLED]
    if rows and not any(row.serves for row in rows):
        yield ("pool-empty", ""), Alert("pool-empty")
    for row in rows:
        if row.state is CredentialState.NEEDS_LOGIN:
            yield ("sign-in", row.id), Alert("sign-in", row.label)
        yield from _quotas(row, before)
    yield from _ends(rows, ends, today)


def _quotas(row: CredentialRow, before: set[Subject]) -> Iterable[tuple[Subject, Alert]]:
    """Of keys that share a project's quota one is told."""
    for use in row.quotas:
        subject: Subject = ("quota", f"{row.shares or row.id}/{use.model}")
        if (gone := use.gone) is not None and gone > (BACK if subject in before else NEARLY_GONE):
            yield subject, Alert("quota", row.label, use.model, use.left or 0)


def _ends(rows: Iterable[CredentialRow], ends: Mapping[str, str], today: str) -> Iterable[tuple[Subject, Alert]]:
    """Models that were asked for today."""
    asked = {use.model for row in rows for use in row.quotas if use.model}
    soon = (date.fromisoformat(today) + timedelta(days=DAYS_BEFORE)).isoformat()
    for model in sorted(asked):
        if today <= (day := ends.get(model, "")) <= soon:
            yield ("model-end", f"{model} {day}"), Alert("model-end", model, day=day)
