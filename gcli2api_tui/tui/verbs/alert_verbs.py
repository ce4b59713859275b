"""Tells a person at the right time: by title, bell, the desk's notification, and the phone's.

In: each snapshot that the panel takes. Out: sequences through the driver, and a line in the message row. Without a
driver of ours (a test, Windows) there is the message row alone. Nothing here waits.
"""

import asyncio
import os
from dataclasses import dataclass, field
from functools import cached_property
from time import localtime, strftime

from gcli2api_tui.clipboard import run
from gcli2api_tui.config.settings_table import listed
from gcli2api_tui.control.ports import Reader
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.alerts import KINDS, Alert, Alerts
from gcli2api_tui.tui.paint.model_names import short
from gcli2api_tui.tui.paint.window_title import window_title
from gcli2api_tui.tui.terminal_messages import notifier
from gcli2api_tui.tui.terminal_notices import BELL, WAYS, has_title, notification, on_phone, title
from gcli2api_tui.tui.verbs.telling import Telling

MODELS_AGAIN_S = 3600.0
"""Dates of models are read so often."""


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


class AlertVerbs(Telling):
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
