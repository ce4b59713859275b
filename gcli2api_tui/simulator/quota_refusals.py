"""The 429s of a quota that is used up, and of models without room, as data.

In: which limit, of which model, until when. Out: a `Refusal` in Google's own words. Code Assist says a limit with
ErrorInfo metadata, the Developer API with QuotaFailure; both add RetryInfo.
"""

from gcli2api_tui.simulator.quota import timestamp
from gcli2api_tui.simulator.refusals import (
    CODE_ASSIST,
    Detail,
    Refusal,
    duration_text,
    error_info,
    help_links,
    retry_info,
)

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
