"""What an error of Google's means: the one place that turns a status and a body into an UpstreamFault.

In: HTTP status, body, headers, the time. Out: a fault whose `kind` says what to do, with Google's own words, the
waiting time, a link for the person and a limit where the answer teaches one. Pure. Decides by reason before text:
"exhausted your capacity" is said about a rate limit and a spent day alike.
"""

from collections.abc import Mapping

from gcli2api_tui.events.problems import WAY_OUT, FaultKind, UpstreamFault
from gcli2api_tui.upstream import durations
from gcli2api_tui.upstream.google_error import ErrorFacts, decode, read_error, redacted

LONGEST_RATE_S = 120.0
"""A longer wait than this is no rate limit: the bucket is empty."""

_DAY = ("PerDay", "Daily")
"""What is in the name of a day's quota."""

_LINK_KEYS = ("appeal_url", "validation_url", "validation_link", "activationUrl")


def classify(status: int, body: object, headers: Mapping[str, str], now: float) -> UpstreamFault:
    """Name an error answer, or an error frame inside a stream (whose own code counts more than the 200 around it)."""
    facts = read_error(body)
    status = status if status >= 400 else facts.status or status
    hint = _hint(facts, headers, now)
    kind = _kind(status, facts, hint)
    if hint is None and kind is FaultKind.RATE and _quota_named(facts, "PerMinute"):
        hint = 60.0
    if hint is not None and hint <= LONGEST_RATE_S and kind is FaultKind.DAILY and _quota_named(facts, *_DAY):
        hint = None  # the Gemini API says "retry in 47 s" about a day's quota too; the day's end is known
    return UpstreamFault(
        kind,
        facts.message or f"Google answered with status {status}.",
        status=status,
        hint_s=hint,
        reason=facts.reason or facts.word,
        link=_link(facts),
        learned_limit=_daily_limit(facts),
        project=_project(facts),
        every_model=_says(facts, "individual quota reached"),
        way_out=_way_out(kind, facts),
    )


def _way_out(kind: FaultKind, facts: ErrorFacts) -> str:
    """A few refusals have a better one than their kind."""
    if facts.reason == "API_KEY_SERVICE_BLOCKED" or _says(facts, "api keys are not supported"):
        return "A Gemini API key and a Vertex AI key are not the same: add it as the other one."
    if facts.reason == "BILLING_DISABLED":
        return "Enable billing for the project in the Google Cloud console."
    return WAY_OUT.get(kind, "")


def _kind(status: int, facts: ErrorFacts, hint: float | None) -> FaultKind:
    if (status in (429, 499, 503) and _says(facts, "limit: 0,", "limit: 0\n")) or "0" in facts.quota_values:
        return FaultKind.MODEL
    if facts.reason.startswith("MODEL_CAPACITY_"):
        return FaultKind.CAPACITY
    match status:
        case 400:
            return _bad_request(facts)
        case 401:
            return FaultKind.FORBIDDEN if _says(facts, "api keys are not supported") else FaultKind.AUTH
        case 403:
            return _forbidden(facts)
        case 404:
            return FaultKind.MODEL
        case 408 | 504:
            return FaultKind.TIMEOUT
        case 429:
            return _exhausted(facts, hint)
        case 503:
            return FaultKind.CAPACITY
    return _by_class(status)


def _by_class(status: int) -> FaultKind:
    if status == 499 or status >= 500:
        return FaultKind.SERVER
    return FaultKind.CLIENT if status >= 400 else FaultKind.PROTOCOL


def _bad_request(facts: ErrorFacts) -> FaultKind:
    if facts.reason == "API_KEY_INVALID" or _says(facts, "api key not valid", "api key expired"):
        return FaultKind.NEEDS_LOGIN
    if _says(facts, "is not allowed to use publisher model"):
        return FaultKind.MODEL
    return FaultKind.FORBIDDEN if facts.word == "FAILED_PRECONDITION" else FaultKind.CLIENT


_FORBIDDEN_BY_REASON = {
    "TOS_VIOLATION": FaultKind.TERMS,
    "VALIDATION_REQUIRED": FaultKind.VALIDATION,
    "CONSUMER_SUSPENDED": FaultKind.TERMS,
    "UNSUPPORTED_CLIENT": FaultKind.TIER,
    "SERVICE_DISABLED": FaultKind.PROJECT,
    "IAM_PERMISSION_DENIED": FaultKind.PROJECT,
    "USER_PROJECT_DENIED": FaultKind.PROJECT,
    "CONSUMER_INVALID": FaultKind.PROJECT,
    "BILLING_DISABLED": FaultKind.PROJECT,
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": FaultKind.NEEDS_LOGIN,
    "rateLimitExceeded": FaultKind.RATE,
}
_FORBIDDEN_BY_TEXT = {
    "violation of terms of service": FaultKind.TERMS,
    "verify your account": FaultKind.VALIDATION,
    "no longer supported for gemini code assist": FaultKind.TIER,
    "must be a named user": FaultKind.PROJECT,
    "has not been used in project": FaultKind.PROJECT,
    "denied on resource": FaultKind.PROJECT,
    "requires billing to be enabled": FaultKind.PROJECT,
    "insufficient authentication scopes": FaultKind.NEEDS_LOGIN,
    "reported as leaked": FaultKind.NEEDS_LOGIN,
    "unregistered callers": FaultKind.NEEDS_LOGIN,
}


def _forbidden(facts: ErrorFacts) -> FaultKind:
    if kind := _FORBIDDEN_BY_REASON.get(facts.reason):
        return kind
    return next((kind for text, kind in _FORBIDDEN_BY_TEXT.items() if _says(facts, text)), FaultKind.FORBIDDEN)


def _exhausted(facts: ErrorFacts, hint: float | None) -> FaultKind:
    spent = facts.reason in ("QUOTA_EXHAUSTED", "INSUFFICIENT_G1_CREDITS_BALANCE")
    if spent or _quota_named(facts, *_DAY) or _says(facts, "individual quota reached"):
        return FaultKind.DAILY
    return FaultKind.DAILY if hint is not None and hint > LONGEST_RATE_S else FaultKind.RATE


def _hint(facts: ErrorFacts, headers: Mapping[str, str], now: float) -> float | None:
    """The first source that asks for a wait; a 0 counts only when no later source knows better."""
    retry_after = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    found = [
        durations.seconds(facts.retry_delay),
        durations.seconds(facts.metadata.get("quotaResetDelay", "")),
        durations.until(facts.metadata.get("quotaResetTimeStamp", ""), now),
        durations.retry_after(retry_after, now) if retry_after else None,
        durations.in_sentence(facts.message),
    ]
    known = [span for span in found if span is not None]
    return next((span for span in known if span > 0), 0.0 if known else None)


def _daily_limit(facts: ErrorFacts) -> int | None:
    """Only a day's quota teaches a limit: a per-minute figure would be taken for the day's."""
    for quota, value in zip(facts.quota_ids, facts.quota_values, strict=True):
        if any(word in quota for word in _DAY) and value.isdigit() and int(value) > 0:
            return int(value)
    return None


def _project(facts: ErrorFacts) -> str:
    """Google names whom it charged by number; `api_key:…` names no project."""
    kind, _, number = facts.metadata.get("consumer", "").partition("/")
    return number if kind == "projects" else ""


def _link(facts: ErrorFacts) -> str:
    candidates = [*(facts.metadata.get(key, "") for key in _LINK_KEYS), *facts.links]
    return next((link for link in candidates if link.startswith("https://")), "")


def _quota_named(facts: ErrorFacts, *words: str) -> bool:
    names = [*facts.quota_ids, facts.metadata.get("quota_limit", "")]
    return any(word in name for name in names for word in words)


def _says(facts: ErrorFacts, *texts: str) -> bool:
    message = f"{facts.message.lower()}\n"
    return any(text in message for text in texts)


_OAUTH_DEAD = {
    "invalid_grant": "Google no longer accepts {who}",
    "invalid_client": "Google does not know the OAuth client of {who}",
    "unauthorized_client": "The refresh token belongs to another OAuth client",
    "deleted_client": "The OAuth client of {who} was deleted",
}
_OAUTH_BUG = {"redirect_uri_mismatch", "unsupported_grant_type", "invalid_request", "invalid_scope"}


def classify_oauth(status: int, body: object, who: str = "this sign-in") -> UpstreamFault:
    """The flat errors of Google's OAuth endpoints. What is not known to be final never disables a credential."""
    decoded = decode(body) if isinstance(body, bytes | bytearray | str) else body
    fields = decoded if isinstance(decoded, dict) else {}
    word = fields.get("error") if isinstance(fields.get("error"), str) else ""
    said = redacted(str(fields.get("error_description") or word or f"status {status}"))
    if "reasonable timeframe" in said:  # about an assertion's times: the key is well
        message = f"Google finds this machine's clock wrong: {said}"
        return UpstreamFault(FaultKind.PROTOCOL, message, status=status, reason=str(word), way_out="Set the clock.")
    if word in _OAUTH_DEAD:
        kind, message = FaultKind.NEEDS_LOGIN, f"{_OAUTH_DEAD[str(word)].format(who=who)}: {said}"
    elif word == "invalid_token":
        kind, message = FaultKind.AUTH, f"Google refused the access token: {said}"
    elif word in _OAUTH_BUG:
        kind, message = FaultKind.PROTOCOL, f"Google refused the token request ({word}): {said}"
    else:
        kind, message = FaultKind.SERVER, f"Google's sign-in service failed: {said}"
    return UpstreamFault(kind, message, status=status, reason=str(word), way_out=WAY_OUT.get(kind, ""))
