"""One of Google's error bodies, read into plain facts whatever shape it came in, and the spans of time in it.

In: bytes or decoded JSON: an object, a one-element array, a legacy `errors[]` list, a message that is itself JSON,
stray double commas; `0.5s`, `579.27ms`, `161h39m41.3s`, dates, also inside sentences. Out: `ErrorFacts`; seconds,
None where there is nothing to read. Nothing here decides what an error means; `classify` does. Pure.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import UTC, datetime

from gcli2api_tui.events.secret import masked
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.upstream.answer_json import decoded

_HTTP_OF = {
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "OUT_OF_RANGE": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "ABORTED": 409,
    "RESOURCE_EXHAUSTED": 429,
    "CANCELLED": 499,
    "INTERNAL": 500,
    "UNKNOWN": 500,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}
_RPC_STATUS = re.compile(r"[A-Z][A-Z_]*|")
_LONGEST = 600
_UNITS_S = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_STEP = re.compile(r"(\d+(?:\.\d+)?)(ns|us|ms|s|m|h|d)")
_WHOLE = re.compile(r"(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h|d))+")
_SENTENCE = re.compile(r"(?:reset after|resets in|retry in|retry after)\s+((?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+)", re.I)


@dataclass(frozen=True, slots=True)
class ErrorFacts:
    """What the body says. `status` is the HTTP status that the body claims, 0 if none."""

    googles: bool = False
    """It is an error object of Google's API, and no page or JSON of something on the way there."""
    message: str = ""
    status: int = 0
    word: str = ""
    """The RPC status, e.g. `RESOURCE_EXHAUSTED`."""
    reason: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    retry_delay: str = ""
    quota_ids: tuple[str, ...] = ()
    quota_values: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


def read_error(body: object) -> ErrorFacts:
    """The facts; an unreadable body gives its first line as the message."""
    value = decode(body) if isinstance(body, bytes | bytearray | str) else body
    error = _error_object(value)
    if error is None:
        return ErrorFacts(message=_plain(body))
    return _facts(_unfolded(error))


def decode(body: bytes | bytearray | str) -> object:
    """JSON, with stray double commas repaired; None when it is not JSON, or nested beyond reason."""
    text = body.encode("utf-8", "replace") if isinstance(body, str) else bytes(body)
    for candidate in (text, re.sub(rb",(\s*,)+", b",", text)):
        try:
            return decoded(candidate)
        except ValueError:
            continue
    return None


def redacted(text: str) -> str:
    """Google quotes keys in a few of its sentences; they must not reach a log."""
    return masked(text)[:_LONGEST]


def _error_object(decoded: object) -> dict[str, object] | None:
    if isinstance(decoded, list):
        decoded = decoded[0] if decoded else None
    if not isinstance(decoded, dict):
        return None
    error = decoded.get("error")
    if isinstance(error, dict):
        return error
    return {"message": error} if isinstance(error, str) else None


def _unfolded(error: dict[str, object]) -> dict[str, object]:
    """A gateway may put the whole error, as text, into the message of another one."""
    message = error.get("message")
    if isinstance(message, str) and message.lstrip()[:1] in ("{", "["):
        inner = _error_object(decode(message))
        if inner is not None:
            return {**error, **inner}
    return error


def _facts(error: dict[str, object]) -> ErrorFacts:
    details = list(_dicts(error.get("details")))
    info = _named(details, "ErrorInfo")
    legacy = next((str(item.get("reason") or "") for item in _dicts(error.get("errors"))), "")
    violations = list(_dicts(_named(details, "QuotaFailure").get("violations")))
    links = _dicts(_named(details, "Help").get("links"))
    word = str(error.get("status") or "")
    metadata = info.get("metadata")
    return ErrorFacts(
        googles=_is_googles(error),
        message=redacted(str(error.get("message") or "")),
        status=_status(error.get("code"), word),
        word=word,
        reason=str(info.get("reason") or legacy),
        metadata={str(k): str(v) for k, v in metadata.items()} if isinstance(metadata, dict) else {},
        retry_delay=str(_named(details, "RetryInfo").get("retryDelay") or ""),
        quota_ids=tuple(str(item.get("quotaId") or "") for item in violations),
        quota_values=tuple(str(item.get("quotaValue") or "") for item in violations),
        links=tuple(str(item.get("url") or "") for item in links),
    )


def _is_googles(error: Mapping[str, object]) -> bool:
    """`{code, message, status}`, or the older form with `errors`; gateways leave the status out, or say it in words."""
    code, word = error.get("code"), error.get("status")
    if not isinstance(code, int) or isinstance(code, bool) or not isinstance(error.get("message", ""), str):
        return False
    if word is None:
        return isinstance(error.get("errors"), list) or isinstance(error.get("details"), list)
    return isinstance(word, str) and _RPC_STATUS.fullmatch(word) is not None


def _status(code: object, word: str) -> int:
    if isinstance(code, int) and code >= 100:
        return code
    return _HTTP_OF.get(word, 0)


def _named(details: Iterable[dict[str, object]], kind: str) -> dict[str, object]:
    return next((item for item in details if str(item.get("@type", "")).endswith(f".{kind}")), {})


def _dicts(value: object) -> Iterable[dict[str, object]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def _plain(body: object) -> str:
    if not isinstance(body, bytes | bytearray | str):
        return ""
    text = body if isinstance(body, str) else bytes(body).decode("utf-8", "replace")
    without_tags = re.sub(r"<[^>]*>", " ", text[:4000])
    return redacted(" ".join(without_tags.split())[:200])


def seconds_of(text: str) -> float | None:
    """A Go or protobuf duration."""
    text = text.strip()
    if not _WHOLE.fullmatch(text):
        return None
    return sum(float(count) * _UNITS_S[unit] for count, unit in _STEP.findall(text))


def seconds_until(timestamp: str, now: float) -> float | None:
    """Seconds from `now` to an RFC 3339 moment; 0 when it is past."""
    try:
        moment = datetime.fromisoformat(timestamp.strip())
    except ValueError:
        return None
    return _ahead(moment, now)


def epoch_of(timestamp: str) -> float | None:
    """An RFC 3339 moment as seconds since the epoch."""
    try:
        moment = datetime.fromisoformat(timestamp.strip())
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def seconds_of_header(header: str, now: float) -> float | None:
    """A Retry-After header: seconds or an HTTP date."""
    if header.strip().isdigit():
        return float(header)
    from email.utils import parsedate_to_datetime  # all of mail, which nothing else needs

    try:
        return _ahead(parsedate_to_datetime(header), now)
    except ValueError:
        return None


def seconds_in_sentence(message: str) -> float | None:
    """`Your quota will reset after 8h44m7s.`, `Please retry in 47.4s.`"""
    found = _SENTENCE.search(message)
    return seconds_of(found[1]) if found else None


def _ahead(moment: datetime, now: float) -> float:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, aware.timestamp() - now)
