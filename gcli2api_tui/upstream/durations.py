"""Spans of time as Google writes them: `0.5s`, `579.27ms`, `161h39m41.3s`, dates, and inside sentences.

Text in, seconds out, None where there is nothing to read. Pure.
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_UNITS_S = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_STEP = re.compile(r"(\d+(?:\.\d+)?)(ns|us|ms|s|m|h|d)")
_WHOLE = re.compile(r"(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h|d))+")
_SENTENCE = re.compile(r"(?:reset after|resets in|retry in|retry after)\s+((?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+)", re.I)


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
