"""Tells a person in time, once: the pool is empty, a quota nearly gone, a sign-in ended, a model about to end.

In: each snapshot that the panel takes, and the models' last days. Out: sequences through the driver (title, bell, the
desk's notification, and the phone's), and a line in the message row. Without a driver of ours (a test, Windows) there
is the message row alone. Nothing here waits. What stands is not told again; what was over is. What stands already
when the panel opens is on its screen, and is not told.
"""

import asyncio
import os
from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date, timedelta
from functools import cached_property
from time import localtime, strftime
from typing import Literal

from gcli2api_tui.config.settings import listed
from gcli2api_tui.control.ports import Reader
from gcli2api_tui.ledger.credential_rows import CredentialRow, CredentialState
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.base_app import Verbs
from gcli2api_tui.tui.paint.short_text import short
from gcli2api_tui.tui.paint.status_row import window_title
from gcli2api_tui.tui.terminal_io.clipboard import run
from gcli2api_tui.tui.terminal_io.notices import BELL, WAYS, has_title, notification, notifier, on_phone, title

AlertKind = Literal["pool-empty", "quota", "sign-in", "model-end"]
KINDS: tuple[AlertKind, ...] = ("pool-empty", "quota", "sign-in", "model-end")
NEARLY_GONE, BACK = 0.95, 0.90
"""How much of a day is gone when it is told, and below which it is over."""
DAYS_BEFORE = 3
MODELS_AGAIN_S = 3600.0
"""Dates of models are read so often."""


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


@dataclass(slots=True)
class Alerting:
    """What is told, how, and what stands."""

    alerts: Alerts = field(default_factory=Alerts)
    ways: frozenset[str] = frozenset(WAYS)
    screen: tuple[tuple[str, str], ...] | None = None
    """The settings that it goes by."""
    title: str = ""
    ends: dict[str, str] = field(default_factory=dict)
    read_at: float = float("-inf")

    def follow(self, screen: tuple[tuple[str, str], ...]) -> None:
        """Settings that act at once."""
        if screen is not self.screen:
            self.screen, chosen = screen, dict(screen)
            self.alerts.kinds = listed(chosen.get("alerts", ", ".join(KINDS)))
            self.ways = listed(chosen.get("alert_by", ", ".join(WAYS)))


class AlertVerbs(Verbs):
    reader: Reader

    @cached_property
    def alerting(self) -> Alerting:
        return Alerting()

    def tell_in_time(self, snapshot: Snapshot) -> None:
        """Called with each snapshot: says what is new, and the title where it reads differently."""
        told = self.alerting
        told.follow(snapshot.server.screen)
        if "model-end" in told.alerts.kinds and snapshot.at - told.read_at >= MODELS_AGAIN_S:
            told.read_at = snapshot.at
            told.ends = {row.id: row.last_day for row in self.reader.models() if row.last_day}
        today = strftime("%Y-%m-%d", localtime(snapshot.at))
        for alert in told.alerts.look(snapshot, told.ends, today):
            self._alert(alert)
        driver = notifier(self._driver)
        if driver is not None and "title" in told.ways and has_title(os.environ):
            text = window_title(snapshot, self.look)
            if text != told.title:
                told.title = text
                driver.tell_title(title(text))

    def _alert(self, alert: Alert) -> None:
        text = self.look.words(
            f"alert.{alert.kind}", about=alert.about, model=short(alert.model), left=alert.left, day=alert.day
        )
        self.say(text, "warn")
        driver = notifier(self._driver)
        if driver is not None:
            if "bell" in self.alerting.ways:
                driver.tell(BELL)
            if "osc9" in self.alerting.ways and has_title(os.environ):
                driver.tell(notification(text, os.environ))
        if "termux" in self.alerting.ways and (command := on_phone(os.environ)):
            self.beside(_on_phone(tuple(command), text))


async def _on_phone(command: tuple[str, ...], text: str) -> None:
    await asyncio.to_thread(run, command, text)


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
