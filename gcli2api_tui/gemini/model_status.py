"""What an answer says of the model that gave it: `modelStatus`, of which the day of its retirement is used here.

In: responses as Google sent them, and the id that was asked for. Out: a Retirement, or None. Pure and total.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from gcli2api_tui.quick_dataclass import dataclass

_NUMBER = re.compile(r"-\d+")
_NEWEST = "-latest"
"""Google's names for the newest of a family: what retires is the model behind them."""


@dataclass(frozen=True, slots=True)
class Retirement:
    """From `day` on, as YYYY-MM-DD in UTC, Google serves the model no more."""

    model: str
    day: str


def retirement(responses: Iterable[Mapping[str, object]], asked: str) -> Retirement | None:
    """Of the first of these responses that tells one."""
    for response in responses:
        status = response.get("modelStatus")
        if isinstance(status, Mapping) and (day := _day(status.get("retirementTime"))):
            name = _name(response.get("modelVersion"), asked)
            return Retirement(name, day) if name else None
    return None


def _day(moment: object) -> str:
    try:
        at = datetime.fromisoformat(moment) if isinstance(moment, str) else None
        return at.astimezone(UTC).date().isoformat() if at else ""
    except (ValueError, OverflowError):
        return ""


def _name(version: object, asked: str) -> str:
    """Which model is meant: an ended one is answered by its successor, and `M-001` is M."""
    told = version.removeprefix("models/") if isinstance(version, str) else ""
    if not told or (told.startswith(asked) and _NUMBER.fullmatch(told.removeprefix(asked))):
        told = asked
    return "" if told.endswith(_NEWEST) else told
