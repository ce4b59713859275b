"""What an account or a project may use and has used, per model, per minute and per day; and service tiers.

`charge` counts one request and says which limit it broke (a refused request is not counted). A day is Google's: 24 h
rolling from the first use for Code Assist, until midnight in Los Angeles for the Developer API. The Gemini API
takes a tier in the body and tells in a header, Vertex AI takes it in a header and tells in the usage; whoever has no
right to haste is served as everybody, and is told so.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.simulator.refusals import invalid

Day = Literal["rolling", "pacific"]
DAY_S, MINUTE_S = 86400.0, 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Requests per minute and per day; None means unlimited."""

    per_minute: int | None = None
    per_day: int | None = None
    day: Day = "rolling"


@dataclass(frozen=True, slots=True)
class Exceeded:
    """Which limit, its value, and how long until one request fits again."""

    window: Literal["PerMinute", "PerDay"]
    limit: int
    delay_s: float


@dataclass(slots=True)
class Bucket:
    used: int = 0
    resets_at: float = 0.0
    minute: deque[float] = field(default_factory=deque)


class Meters:
    """All buckets of one world, by (owner, model)."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def charge(self, owner: str, model: str, limits: Limits, now: float) -> Exceeded | None:
        bucket = self.bucket(owner, model, now)
        broken = _broken(bucket, limits, now)
        if broken is None:
            bucket.minute.append(now)
            bucket.resets_at = bucket.resets_at or day_end(limits.day, now)
            bucket.used += 1
        return broken

    def bucket(self, owner: str, model: str, now: float) -> Bucket:
        """The bucket as it is now: an ended day and minutes gone by are already forgotten."""
        bucket = self._buckets.setdefault((owner, model), Bucket())
        if bucket.resets_at and now >= bucket.resets_at:
            bucket.used, bucket.resets_at = 0, 0.0
        while bucket.minute and bucket.minute[0] <= now - MINUTE_S:
            bucket.minute.popleft()
        return bucket

    def preload(self, owner: str, model: str, used: int, limits: Limits, now: float, resets_in_s: float = 0) -> None:
        """Pretend that `used` requests went before; a day that ends sooner than a fresh one may be given."""
        bucket = self.bucket(owner, model, now)
        bucket.used = used
        bucket.resets_at = now + resets_in_s if resets_in_s else day_end(limits.day, now)

    def models_of(self, owner: str) -> list[str]:
        return [model for one, model in self._buckets if one == owner]

    def resets(self) -> list[float]:
        """When the days end that have begun."""
        return [bucket.resets_at for bucket in self._buckets.values() if bucket.resets_at]

    def used(self, owner: str, model: str, now: float) -> int:
        return self.bucket(owner, model, now).used


def day_end(day: Day, now: float) -> float:
    return now + DAY_S if day == "rolling" else pacific_midnight(now)


def pacific_midnight(now: float) -> float:
    """The next midnight in Los Angeles; the day's length there is 23 or 25 h when the clocks change."""
    here = datetime.fromtimestamp(now, ZoneInfo("America/Los_Angeles"))
    tomorrow = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return tomorrow.timestamp()


def _broken(bucket: Bucket, limits: Limits, now: float) -> Exceeded | None:
    if limits.per_day is not None and bucket.used >= limits.per_day:
        return Exceeded("PerDay", limits.per_day, max(1.0, (bucket.resets_at or day_end(limits.day, now)) - now))
    if limits.per_minute is not None and len(bucket.minute) >= limits.per_minute:
        oldest = bucket.minute[0] if bucket.minute else now
        return Exceeded("PerMinute", limits.per_minute, max(0.001, oldest + MINUTE_S - now))
    return None


def day_of(now: float) -> str:
    """The day, as YYYY-MM-DD in UTC."""
    return datetime.fromtimestamp(now, UTC).date().isoformat()


def timestamp(at: float) -> str:
    """`2026-11-23T14:57:24Z`."""
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


STANDARD = "standard"
TIERS = ("unspecified", STANDARD, "flex", "priority")
ANSWER_HEADER = "x-gemini-service-tier"
VERTEX_HEADER = "X-Vertex-AI-LLM-Shared-Request-Type"
TRAFFIC = {STANDARD: "ON_DEMAND", "flex": "ON_DEMAND_FLEX", "priority": "ON_DEMAND_PRIORITY"}


def check_tier(request: Mapping[str, object]) -> None:
    """The enum of `serviceTier`, in any case."""
    tier = request.get("serviceTier")
    if tier is not None and _plain(tier) not in TIERS:
        kind = "type.googleapis.com/google.ai.generativelanguage.v1beta.ServiceTier"
        raise invalid(f"Invalid value at 'service_tier' ({kind}), \"{tier}\"")


def served_tier(asked: object, *, hurries: bool = True) -> str:
    """`hurries`: whoever asks pays for priority."""
    tier = _plain(asked) if isinstance(asked, str) else STANDARD
    return STANDARD if tier not in TRAFFIC or (tier == "priority" and not hurries) else tier


def _plain(tier: object) -> str:
    return str(tier).lower().removeprefix("service_tier_")
