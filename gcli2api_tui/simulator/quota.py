"""What an account or a project may use and has used, per model, per minute and per day; the 429s that say so; service
tiers.

`charge` counts one request and says which limit it broke (a refused request is not counted). A day is Google's: 24 h
rolling from the first use for Code Assist, until midnight in Los Angeles for the Developer API. The former says a limit
with ErrorInfo metadata, the latter with QuotaFailure; both add RetryInfo. The Gemini API takes a tier in the body and
tells in a header, Vertex AI takes it in a header and tells in the usage; whoever has no right to haste is served as
everybody, and is told so.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.simulator.refusals import (
    CODE_ASSIST,
    Detail,
    Refusal,
    duration_text,
    error_info,
    help_links,
    invalid,
    retry_info,
)

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


def day_of(now: float) -> str:
    """The day, as YYYY-MM-DD in UTC."""
    return datetime.fromtimestamp(now, UTC).date().isoformat()


def timestamp(at: float) -> str:
    """`2026-11-23T14:57:24Z`."""
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


NO_DETAILS = "Resource has been exhausted (e.g. check quota)."
FREE_METRIC = "generativelanguage.googleapis.com/generate_content_free_tier_requests"
PAID_METRIC = "generativelanguage.googleapis.com/generate_requests_per_model"


def code_assist_quota(reason: str, model: str, delay_s: float, now: float) -> Refusal:
    """RATE_LIMIT_EXCEEDED or QUOTA_EXHAUSTED, with the reset as a delay and as a time."""
    text = f"You have exhausted your capacity on this model. Your quota will reset after {duration_text(delay_s)}."
    metadata = {
        "uiMessage": "true",
        "model": model,
        "quotaResetDelay": _delay(delay_s),
        "quotaResetTimeStamp": timestamp(now + delay_s),
    }
    return Refusal(429, text, error_info(reason, CODE_ASSIST, **metadata), retry_info(delay_s))


def individual_quota(model: str, delay_s: float, now: float) -> Refusal:
    """The newer words, which hit every model of the account at once."""
    known = code_assist_quota("QUOTA_EXHAUSTED", model, delay_s, now)
    words = "Individual quota reached. Please upgrade your subscription to increase your limits. Resets in"
    return Refusal(429, f"{words} {duration_text(delay_s)}.", *known.details)


def no_capacity(model: str, code: int = 429, delay_s: float | None = None) -> Refusal:
    details: list[Detail] = [error_info("MODEL_CAPACITY_EXHAUSTED", CODE_ASSIST, model=model)]
    if delay_s is not None:
        details.append(retry_info(delay_s))
    return Refusal(code, f"No capacity available for model {model} on the server", *details)


def no_credits(model: str) -> Refusal:
    return Refusal(429, NO_DETAILS, error_info("INSUFFICIENT_G1_CREDITS_BALANCE", CODE_ASSIST, model=model))


def exhausted() -> Refusal:
    return Refusal(429, NO_DETAILS)


def vertex_exhausted() -> Refusal:
    return Refusal(
        429,
        "Resource exhausted. Please try again later. Please refer to "
        "https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more details.",
    )


def developer_quota(window: str, model: str, limit: int, delay_s: float, *, free: bool = True) -> Refusal:
    """`window` is PerMinute or PerDay; a limit of 0 means that this tier does not have the model at all."""
    metric = FREE_METRIC if free else PAID_METRIC
    text = (
        "You exceeded your current quota, please check your plan and billing details. For more information on this "
        "error, head to: https://ai.google.dev/gemini-api/docs/rate-limits. \n"
        f"* Quota exceeded for metric: {metric}, limit: {limit}, model: {model}\nPlease retry in {delay_s:g}s."
    )
    violation = {
        "quotaMetric": metric,
        "quotaId": f"GenerateRequests{window}PerProjectPerModel{'-FreeTier' if free else ''}",
        "quotaDimensions": {"location": "global", "model": model},
        "quotaValue": str(limit),
    }
    failure: Detail = {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]}
    learn = help_links(("Learn more about Gemini API quotas", "https://ai.google.dev/gemini-api/docs/rate-limits"))
    return Refusal(429, text, failure, learn, retry_info(delay_s))


def _delay(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.6f}ms"
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}h{minutes}m{rest:.8f}s" if hours else f"{minutes}m{rest:.8f}s" if minutes else f"{rest:.8f}s"
