"""What an error of Google's means: the one place that turns a status and a body into an UpstreamFault.

In: HTTP status, body, headers, the time. Out: a fault whose `kind` says what to do, with Google's own words, the
waiting time, a link for the person and a limit where the answer teaches one. Pure. Decides by reason before text:
"exhausted your capacity" is said about a rate limit and a spent day alike. What is not Google's own error object
blames nobody; `proof` says how sure it is that a refusal is about the credential (see refusals.py).
"""

import re
from collections.abc import Mapping

from gcli2api_tui.events.problems import NEW_KEY, TOO_LONG, WAY_OUT, FaultKind, Proof, UpstreamFault
from gcli2api_tui.messages.message import NOTHING, Message, quoted, say
from gcli2api_tui.upstream.google_error import (
    ErrorFacts,
    decode,
    read_error,
    redacted,
    seconds_in_sentence,
    seconds_of,
    seconds_of_header,
    seconds_until,
)
from gcli2api_tui.upstream.refusals import KEY_TYPE_GONE, passes_s, refusal, says

LONGEST_RATE_S = 120.0
"""A longer wait than this is no rate limit: the bucket is empty."""

_DAY = ("PerDay", "Daily")
"""What is in the name of a day's quota."""
_MONEY = re.compile(
    r"pre-?paid|pre-?payment|spend(ing)?[ -](cap|limit)|credits? (are|is|ha(s|ve) been) (depleted|exhausted|used up)"
    r"|credit balance|insufficient (credits?|funds|balance)",
    re.I,
)
"""Of a 429: nothing comes back at midnight, a person has to pay."""
_SAYS_TOO_LONG = re.compile(r"input token count.*?(exceeds|supports up to)|prompt is too long", re.I | re.S)

_LINK_KEYS = ("appeal_url", "validation_url", "validation_link", "activationUrl")
_NOT_GOOGLES = say("way_out.not_google")


def classify(status: int, body: object, headers: Mapping[str, str], now: float) -> UpstreamFault:
    """Name an error answer, or an error frame inside a stream (whose own code counts more than the 200 around it)."""
    facts = read_error(body)
    status = status if status >= 400 else facts.status or status
    if _is_from_the_way_there(status, facts):
        said = quoted(facts.message) if facts.message else say("google.said_nothing")
        message = say("google.not_google", status=status, said=said)
        return UpstreamFault(FaultKind.NETWORK, message, status=status, way_out=_NOT_GOOGLES)
    hint = _hint(facts, headers, now)
    kind, proof = _kind(status, facts, hint)
    if hint is None and kind is FaultKind.RATE and _quota_named(facts, "PerMinute"):
        hint = 60.0
    if hint is not None and hint <= LONGEST_RATE_S and kind is FaultKind.DAILY and _is_longer_than_said(facts):
        hint = None
    return UpstreamFault(
        kind,
        _message(status, facts),
        status=status,
        hint_s=hint,
        reason=facts.reason or facts.word,
        link=_link(facts),
        learned_limit=_daily_limit(facts),
        project=_project(facts),
        every_model=says(facts, "individual quota reached"),
        way_out=_way_out(kind, facts),
        proof=proof,
        code=_code(status, kind, facts),
        passes_s=passes_s(facts),
    )


def _is_from_the_way_there(status: int, facts: ErrorFacts) -> bool:
    """A page, a line of text or another server's JSON. 413 is about the request whoever says it."""
    return 400 <= status < 500 and status not in (408, 413, 499) and not facts.googles


def _message(status: int, facts: ErrorFacts) -> Message:
    if facts.reason == KEY_TYPE_GONE:
        return say("google.key_type_gone")
    return quoted(facts.message) if facts.message else say("google.status", status=status)


def _code(status: int, kind: FaultKind, facts: ErrorFacts) -> str:
    if kind is not FaultKind.CLIENT:
        return ""
    if status == 413:
        return "request_too_large"
    return TOO_LONG if _SAYS_TOO_LONG.search(facts.message) else ""


def _is_longer_than_said(facts: ErrorFacts) -> bool:
    """The Gemini API says "retry in 47 s" about a day's quota too; its end is known, and money does not return."""
    return _quota_named(facts, *_DAY) or _is_money(facts)


def _way_out(kind: FaultKind, facts: ErrorFacts) -> Message:
    """A few refusals have a better one than their kind."""
    if facts.reason == "API_KEY_SERVICE_BLOCKED" or says(facts, "api keys are not supported"):
        return say("way_out.other_kind_of_key")
    if facts.reason == "BILLING_DISABLED":
        return say("way_out.billing")
    if kind is FaultKind.DAILY and _is_money(facts):
        return say("way_out.pay")
    if kind in (FaultKind.AUTH, FaultKind.NEEDS_LOGIN) and (facts.reason == KEY_TYPE_GONE or says(facts, "api key")):
        return NEW_KEY
    return WAY_OUT.get(kind, NOTHING)


def _kind(status: int, facts: ErrorFacts, hint: float | None) -> tuple[FaultKind, Proof]:
    if (status in (429, 499, 503) and says(facts, "limit: 0,", "limit: 0\n")) or "0" in facts.quota_values:
        return FaultKind.MODEL, Proof.KNOWN
    if facts.reason.startswith("MODEL_CAPACITY_"):
        return FaultKind.CAPACITY, Proof.KNOWN
    if status in (400, 401, 403, 404):
        return refusal(status, facts)
    return _by_status(status, facts, hint), Proof.KNOWN


def _by_status(status: int, facts: ErrorFacts, hint: float | None) -> FaultKind:
    match status:
        case 408 | 504:
            return FaultKind.TIMEOUT
        case 429:
            return _exhausted(facts, hint)
        case 503:
            return FaultKind.CAPACITY
    if status == 499 or status >= 500:
        return FaultKind.SERVER
    return FaultKind.CLIENT if status >= 400 else FaultKind.PROTOCOL


def _exhausted(facts: ErrorFacts, hint: float | None) -> FaultKind:
    spent = facts.reason == "QUOTA_EXHAUSTED" or _is_money(facts)
    if spent or _quota_named(facts, *_DAY) or says(facts, "individual quota reached"):
        return FaultKind.DAILY
    return FaultKind.DAILY if hint is not None and hint > LONGEST_RATE_S else FaultKind.RATE


def _is_money(facts: ErrorFacts) -> bool:
    return facts.reason == "INSUFFICIENT_G1_CREDITS_BALANCE" or _MONEY.search(facts.message) is not None


def _hint(facts: ErrorFacts, headers: Mapping[str, str], now: float) -> float | None:
    """The first source that asks for a wait; a 0 counts only when no later source knows better."""
    retry_after = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    found = [
        seconds_of(facts.retry_delay),
        seconds_of(facts.metadata.get("quotaResetDelay", "")),
        seconds_until(facts.metadata.get("quotaResetTimeStamp", ""), now),
        seconds_of_header(retry_after, now) if retry_after else None,
        seconds_in_sentence(facts.message),
    ]
    known = [span for span in found if span is not None]
    return next((span for span in known if span > 0), 0.0 if known else None)


def _daily_limit(facts: ErrorFacts) -> int | None:
    """Only a quota of requests a day teaches one: figures of a minute, or of tokens, would be taken for it."""
    for quota, value in zip(facts.quota_ids, facts.quota_values, strict=True):
        counts_requests = "request" in quota.lower() and "token" not in quota.lower()
        if counts_requests and any(word in quota for word in _DAY) and value.isdecimal() and 0 < len(value) <= 9:
            return int(value) or None
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


THIS_SIGN_IN = say("oauth.this_sign_in")
_OAUTH_DEAD = frozenset(
    {
        "invalid_grant",
        "invalid_client",
        "unauthorized_client",
        "deleted_client",
        "disabled_client",
        "restricted_client",
    }
)
_OAUTH_FORBIDDEN = frozenset({"admin_policy_enforced", "org_internal", "access_denied", "account_disabled"})
"""The other answers that are known to be final: they stay until an administrator changes something."""
_OAUTH_BUG = {"redirect_uri_mismatch", "unsupported_grant_type", "invalid_request", "invalid_scope"}


def classify_oauth(status: int, body: object, who: str = THIS_SIGN_IN) -> UpstreamFault:
    """The flat errors of Google's OAuth endpoints. What is not known to be final never disables a credential."""
    decoded = decode(body) if isinstance(body, bytes | bytearray | str) else body
    fields = decoded if isinstance(decoded, dict) else {}
    word = str(fields["error"]) if isinstance(fields.get("error"), str) else ""
    said = _said(fields.get("error_description") or word, status)
    if "reasonable timeframe" in said:  # about an assertion's times: the key is well
        message = say("oauth.clock", said=said)
        return UpstreamFault(FaultKind.PROTOCOL, message, status=status, reason=word, way_out=say("oauth.set_clock"))
    if word in _OAUTH_DEAD:
        kind, message = FaultKind.NEEDS_LOGIN, say(f"oauth.{word}", who=who, said=said)
    elif word in _OAUTH_FORBIDDEN:
        kind, message = FaultKind.FORBIDDEN, say(f"oauth.{word}", who=who, said=said)
    elif word == "invalid_token":
        kind, message = FaultKind.AUTH, say("oauth.token_refused", said=said)
    elif word in _OAUTH_BUG:
        kind, message = FaultKind.PROTOCOL, say("oauth.request_refused", word=word, said=said)
    else:
        kind, message = FaultKind.SERVER, say("oauth.failed", said=said)
    return UpstreamFault(kind, message, status=status, reason=word, way_out=WAY_OUT.get(kind, NOTHING))


def _said(words: object, status: int) -> Message:
    return quoted(redacted(str(words))) if words else say("oauth.status", status=status)
