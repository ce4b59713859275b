"""What one credential has used of one model's day: frozen rows for the screen, the admin API and the command line.

Limits that cannot be spent on one another are never added: a row speaks of the model that is tightest.
"""

from typing import Literal

from gcli2api_tui.quick_dataclass import dataclass

LimitSource = Literal["google", "429", "setting", "tier", "assumed", ""]
"""Who says how much a day holds."""


@dataclass(frozen=True, slots=True)
class NextUp:
    """Who would serve a model now; `label` is "" where nobody can."""

    model: str
    label: str


@dataclass(frozen=True, slots=True)
class ModelUse:
    """One model of one credential today; `model` is "" for the person's own limit, which holds for all of them."""

    model: str
    used: int
    """Counted here."""
    limit: int | None = None
    limit_source: LimitSource = ""
    resets_at: float | None = None
    google_remaining: float | None = None
    """Google's own figure, 0..1, and when it was learnt."""
    google_asked_at: float | None = None
    outlook: Literal["", "lasts", "out"] = ""
    """At the pace of the last hour: past the reset, or out before it; "" where nothing is known."""
    pace_per_hour: float = 0.0
    out_at: float | None = None

    @property
    def gone(self) -> float | None:
        """How much of the day is gone, 0..1 and above: the worse of what is counted and what Google says."""
        counted = None if self.limit is None else self.used / self.limit if self.limit else 1.0
        if self.google_remaining is None:
            return counted
        told = 1 - self.google_remaining
        return told if counted is None or told > counted else counted

    @property
    def left(self) -> int | None:
        """Requests; None where no limit is known."""
        return None if self.limit is None else max(0, self.limit - self.used)
