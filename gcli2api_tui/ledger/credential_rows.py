"""One credential of the pool as people see it: its state in a word, its rests, what it used of each model's day.

Frozen rows for the screen, the admin API and the command line. Limits that cannot be spent on one another are never
added: a row speaks of the model that is tightest.
"""

from enum import StrEnum
from typing import Literal

from gcli2api_tui.events.ids import CredentialId
from gcli2api_tui.messages.message import NOTHING, Message
from gcli2api_tui.quick_dataclass import dataclass

LimitSource = Literal["google", "429", "setting", "tier", "assumed", ""]
"""Who says how much a day holds."""


class CredentialState(StrEnum):
    """The one word the panel shows, with a glyph and a way out."""

    READY = "ready"
    BUSY = "busy"
    COOLING = "cooling"
    NEARLY_OUT = "nearly out"
    NEEDS_LOGIN = "needs login"
    NEEDS_VERIFICATION = "needs verification"
    DISABLED_BY_GOOGLE = "disabled by Google"
    TIER_NOT_SERVED = "tier not served"
    WRONG_PROJECT = "wrong project"
    MODEL_NOT_ENTITLED = "model not entitled"
    """Google refused every model it was asked for."""
    FORBIDDEN = "forbidden"
    DISABLED = "disabled by you"

    @property
    def waits_for_person(self) -> bool:
        """Time alone changes nothing about it, and nothing is asked with it meanwhile."""
        return self not in (
            CredentialState.READY,
            CredentialState.BUSY,
            CredentialState.COOLING,
            CredentialState.NEARLY_OUT,
            CredentialState.MODEL_NOT_ENTITLED,
        )


@dataclass(frozen=True, slots=True)
class ModelCooldown:
    """A rest of one model on one credential."""

    model: str
    until: float
    why: Message


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


@dataclass(frozen=True, slots=True)
class CredentialRow:
    """One credential of the pool."""

    id: CredentialId
    label: str
    kind: str
    """`api-key`, `oauth`, `service-account` or `vertex-express`."""
    project: str
    source: str
    file: str
    added_at: float
    state: CredentialState
    why: Message
    """A sentence: what is wrong and the way out; empty when ready."""
    in_flight: int
    used_today: int
    limit: int | None
    """None: unknown, shown as a count without a bar."""
    limit_source: LimitSource
    resets_at: float | None
    per_model: tuple[tuple[str, int], ...] = ()
    cooldowns: tuple[ModelCooldown, ...] = ()
    next_in_rotation: int = 0
    """1 is next; 0 is not in rotation."""
    token_expires_at: float | None = None
    last_ok_at: float | None = None
    last_error: Message = NOTHING
    google_remaining: float | None = None
    """Google's own figure, 0..1, and when it was learnt."""
    google_asked_at: float | None = None
    shares: str = ""
    """The project whose quota this row shows; the same quota stands in the rows of its other keys."""
    proxy: str = ""
    """Where its requests go through, without who signs in there."""
    outlook: Literal["", "lasts", "out"] = ""
    """At the pace of the last hour: past the reset, or out before it; "" where nothing is known."""
    pace_per_hour: float = 0.0
    out_at: float | None = None
    quotas: tuple[ModelUse, ...] = ()
    """By model, of those that were asked for today, the tightest first."""

    @property
    def serves(self) -> bool:
        """Whether a request can go to it now: also while only some models rest on it."""
        if self.state is CredentialState.COOLING:
            spent = self.limit_source == "setting" and self.used_today >= (self.limit or 0)
            return not spent and bool(self.cooldowns) and all(rest.model for rest in self.cooldowns)
        return self.state in (CredentialState.READY, CredentialState.BUSY, CredentialState.NEARLY_OUT)


@dataclass(frozen=True, slots=True)
class NextUp:
    """Who would serve a model now; `label` is "" where nobody can."""

    model: str
    label: str
