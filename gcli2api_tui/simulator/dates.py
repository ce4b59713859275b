"""Moments as Google writes them. In: seconds since the epoch. Pure."""

from datetime import UTC, datetime


def day_of(now: float) -> str:
    """The day, as YYYY-MM-DD in UTC."""
    return datetime.fromtimestamp(now, UTC).date().isoformat()


def timestamp(at: float) -> str:
    """`2026-11-23T14:57:24Z`."""
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
