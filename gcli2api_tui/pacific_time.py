"""Google's day: it ends at midnight Pacific time, and so do the counts of API keys and of client keys."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

PACIFIC = ZoneInfo("America/Los_Angeles")
HOUR_S = 3600.0


def pacific_day(at: float) -> str:
    """YYYY-MM-DD"""
    return _day_of(int(at // HOUR_S))


def next_pacific_midnight(now: float) -> float:
    """When Google's day ends. Local days have 23 or 25 hours twice a year."""
    return _midnight_after(int(now // HOUR_S))


@lru_cache(maxsize=64)
def _day_of(hour: int) -> str:
    """Days begin with an hour; zones cost more than a request."""
    return datetime.fromtimestamp(hour * HOUR_S, PACIFIC).date().isoformat()


@lru_cache(maxsize=64)
def _midnight_after(hour: int) -> float:
    """A pool of new keys asks once for each of them."""
    local = datetime.fromtimestamp(hour * HOUR_S, PACIFIC)
    tomorrow = datetime(local.year, local.month, local.day) + timedelta(days=1)  # noqa: DTZ001 - zone set below
    return tomorrow.replace(tzinfo=PACIFIC).astimezone(UTC).timestamp()
