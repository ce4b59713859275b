"""A line of the log as one line of JSON or of text, and back.

In: a row of the ledger, where secrets are masked and control characters gone already. Out: `time` (UTC), `level`,
`place`, `message` in English with its `key`, and `exchange` and `credential` where they are known. Pure.
"""

import json
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from gcli2api_tui.ledger.snapshot import LogRow
from gcli2api_tui.messages.message import Message
from gcli2api_tui.quick_dataclass import dataclass

LogLevel = Literal["debug", "info", "warning", "error"]
LEVELS: tuple[LogLevel, ...] = get_args(LogLevel)


def at_least(level: str, least: str) -> bool:
    """A level that nobody knows is shown."""
    return level not in LEVELS or LEVELS.index(level) >= LEVELS.index(least)


def as_json(row: LogRow) -> str:
    """In this order; what is not known is left out."""
    moment = datetime.fromtimestamp(row.at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    found: dict[str, Any] = {"time": moment, "level": row.level, "place": row.source, "message": str(row.text)}
    if isinstance(row.text, Message) and row.text.key:
        found["key"] = row.text.key
    if row.exchange is not None:
        found["exchange"] = row.exchange
    if row.credential:
        found["credential"] = row.credential
    return json.dumps(found, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Line:
    """One that was read."""

    at: datetime
    level: str
    place: str
    message: str
    exchange: int | None = None


def read(text: str) -> Line | None:
    """None for what is no line of ours, such as one that a full disk cut off."""
    try:
        found = json.loads(text)
        at = datetime.fromisoformat(found["time"])
        level, place, message = (_plain(found[name]) for name in ("level", "place", "message"))
        exchange = found.get("exchange")
        return Line(at, level, place, message, exchange if isinstance(exchange, int) else None)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _plain(text: object) -> str:
    """Whoever wrote it: nothing in it moves a cursor."""
    return "".join(sign if sign.isprintable() else " " for sign in str(text))


def of(row: LogRow) -> Line:
    return Line(datetime.fromtimestamp(row.at, UTC), row.level, row.source, str(row.text), row.exchange)


def as_text(line: Line) -> str:
    """In the time of this place."""
    number = f"#{line.exchange} " if line.exchange is not None else ""
    return f"{line.at.astimezone():%Y-%m-%d %H:%M:%S} {line.level:<7} {line.place}: {number}{line.message}"
