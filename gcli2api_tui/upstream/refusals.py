"""Whom a 400, 401, 403 or 404 of Google's is about: the request, the credential, or one model of it. Pure tables.

In: status and facts of Google's own error object. Out: the kind, and how sure it is. A reason decides before a
sentence; sentences count only in errors that do not quote the request (400 INVALID_ARGUMENT does). What is known for
nothing never takes a credential out where the request names a thing, or where others say the same
(relay/fault_rules.py).
"""

import re

from gcli2api_tui.events.problems import FaultKind, Proof
from gcli2api_tui.upstream.google_error import ErrorFacts

KEY_TYPE_GONE = "ACCESS_TOKEN_TYPE_UNSUPPORTED"
"""Google takes only auth keys (`AQ.…`) since September 2026."""
PLACE_S = 300.0
"""Refused for where this server stands: a VPN or a network changes that, so it is asked again by itself."""

_PLACE_REASONS = frozenset({"API_KEY_IP_ADDRESS_BLOCKED"})
_PLACE = "user location is not supported"

_BY_REASON = {
    "API_KEY_INVALID": FaultKind.NEEDS_LOGIN,
    KEY_TYPE_GONE: FaultKind.NEEDS_LOGIN,
    "ACCOUNT_STATE_INVALID": FaultKind.NEEDS_LOGIN,
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": FaultKind.NEEDS_LOGIN,
    "TOS_VIOLATION": FaultKind.TERMS,
    "CONSUMER_SUSPENDED": FaultKind.TERMS,
    "VALIDATION_REQUIRED": FaultKind.VALIDATION,
    "UNSUPPORTED_CLIENT": FaultKind.TIER,
    "SUBSCRIPTION_REQUIRED": FaultKind.PROJECT,
    "SERVICE_DISABLED": FaultKind.PROJECT,
    "USER_PROJECT_DENIED": FaultKind.PROJECT,
    "RESOURCE_PROJECT_INVALID": FaultKind.PROJECT,
    "CONSUMER_INVALID": FaultKind.PROJECT,
    "BILLING_DISABLED": FaultKind.PROJECT,
    "accessNotConfigured": FaultKind.PROJECT,
    "SECURITY_POLICY_VIOLATED": FaultKind.FORBIDDEN,
    "ORG_RESTRICTION_VIOLATION": FaultKind.FORBIDDEN,
    "LOCATION_POLICY_VIOLATED": FaultKind.FORBIDDEN,
    "USER_BLOCKED_BY_ADMIN": FaultKind.FORBIDDEN,
    "API_KEY_SERVICE_BLOCKED": FaultKind.FORBIDDEN,
    "API_KEY_HTTP_REFERRER_BLOCKED": FaultKind.FORBIDDEN,
    "API_KEY_IP_ADDRESS_BLOCKED": FaultKind.FORBIDDEN,
    "API_KEY_ANDROID_APP_BLOCKED": FaultKind.FORBIDDEN,
    "API_KEY_IOS_APP_BLOCKED": FaultKind.FORBIDDEN,
    "rateLimitExceeded": FaultKind.RATE,
    "userRateLimitExceeded": FaultKind.RATE,
}
_BY_TEXT = {
    "violation of terms of service": FaultKind.TERMS,
    "verify your account": FaultKind.VALIDATION,
    "no longer supported for gemini code assist": FaultKind.TIER,
    "must be a named user": FaultKind.PROJECT,
    "lack a gemini code assist license": FaultKind.PROJECT,
    "code assist is not currently enabled": FaultKind.PROJECT,
    "has not been used in project": FaultKind.PROJECT,
    "requires billing to be enabled": FaultKind.PROJECT,
    "denied on resource project": FaultKind.PROJECT,
    "insufficient authentication scopes": FaultKind.NEEDS_LOGIN,
    "reported as leaked": FaultKind.NEEDS_LOGIN,
    "unregistered callers": FaultKind.NEEDS_LOGIN,
    "has been suspended": FaultKind.TERMS,
    "prohibited by organization's policy": FaultKind.FORBIDDEN,
    "organization policy constraint": FaultKind.FORBIDDEN,
    _PLACE: FaultKind.FORBIDDEN,
    "is not allowed to use publisher model": FaultKind.MODEL,
    "is not found for api version": FaultKind.MODEL,
    "publisher model": FaultKind.MODEL,
}
_THING = re.compile(
    r"access the file|not in an active state|cached ?content|storage\.(objects|buckets)\.|cloud storage (object|bucket)"
    r"|service agents? (are|is) |tuned ?model",
    re.I,
)
"""Sentences about a thing that a request names, whoever asks."""
_ONE_MODEL = re.compile(r"constraints/vertexai\.allowed\w*model", re.I)
"""An organization's rule about models: the constraint's name decides."""
_PERMISSION = re.compile(r"permission '([\w.]+)' denied on resource", re.I)
_OF_THE_SERVICE = ("cloudaicompanion.", "serviceusage.", "aiplatform.endpoints.predict")
"""Permissions without which nothing is served; all others are about things."""
_STOCK = frozenset(
    {"", "the caller does not have permission", "precondition check failed", "requested entity was not found"}
)


def refusal(status: int, facts: ErrorFacts) -> tuple[FaultKind, Proof]:
    """What the refusal does, and to whom."""
    if kind := _BY_REASON.get(facts.reason):
        return kind, Proof.KNOWN
    if status == 401:
        return (FaultKind.FORBIDDEN if says(facts, "api keys are not supported") else FaultKind.AUTH), Proof.KNOWN
    if status == 400 and facts.word != "FAILED_PRECONDITION":
        dead = facts.message.lower().startswith(("api key not valid", "api key expired"))
        return (FaultKind.NEEDS_LOGIN if dead else FaultKind.CLIENT), Proof.KNOWN
    if _ONE_MODEL.search(facts.message):
        return FaultKind.MODEL, Proof.KNOWN
    if facts.reason == "IAM_PERMISSION_DENIED" or _PERMISSION.search(facts.message):
        return _permission(facts)
    if _THING.search(facts.message):
        return FaultKind.RESOURCE, Proof.KNOWN
    if found := next((kind for text, kind in _BY_TEXT.items() if says(facts, text)), None):
        return found, Proof.KNOWN
    return _unexplained(status, facts)


def _permission(facts: ErrorFacts) -> tuple[FaultKind, Proof]:
    """Leave to use the service, or to see one thing."""
    found = _PERMISSION.search(facts.message)
    permission = facts.metadata.get("permission") or (found.group(1) if found else "")
    if permission.startswith("storage."):
        return FaultKind.RESOURCE, Proof.KNOWN
    known = permission.startswith(_OF_THE_SERVICE) and "/endpoints/" not in facts.message
    return FaultKind.PROJECT, Proof.KNOWN if known else Proof.STOCK


def _unexplained(status: int, facts: ErrorFacts) -> tuple[FaultKind, Proof]:
    is_stock = facts.message.strip().rstrip(".").lower() in _STOCK and facts.reason in ("", "forbidden")
    proof = Proof.STOCK if is_stock else Proof.NONE
    if status == 404:
        return FaultKind.MODEL, proof
    if status == 403 or is_stock:
        return FaultKind.FORBIDDEN, proof
    return FaultKind.RESOURCE, proof  # a precondition in words never seen: another credential may meet it


def passes_s(facts: ErrorFacts) -> float | None:
    """How long a refusal keeps a credential away that is about where the server stands; None: until a person acts."""
    return PLACE_S if facts.reason in _PLACE_REASONS or says(facts, _PLACE) else None


def says(facts: ErrorFacts, *texts: str) -> bool:
    """Whether the message holds one of them (in small letters)."""
    message = f"{facts.message.lower()}\n"
    return any(text in message for text in texts)
