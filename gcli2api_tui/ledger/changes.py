"""What changed of a snapshot since a revision: the record that travels, a slice at a time.

Lists are told by row: the rows that are new or read differently, and, where others stand in the list than before, who
stands in it now and in which order. All else is told whole. Everything that is None is as it was.
"""

from collections.abc import Iterable
from typing import Any

from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.credential_rows import CredentialRow, NextUp
from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.ledger.json_codec import to_json
from gcli2api_tui.ledger.snapshot import CallerRow, LogRow, ServerFacts, Totals
from gcli2api_tui.messages.message import Message
from gcli2api_tui.quick_dataclass import dataclass

Ranges = tuple[tuple[int, int], ...]
"""Numbers that rise, as (first, last) of each run of them."""


@dataclass(frozen=True, slots=True)
class Changes:
    """One line of the stream."""

    run: str
    """Of which server's run the revisions are."""
    at: float
    """The server's clock."""
    fresh: bool = False
    """What was known before is of no worth: a snapshot anew begins here."""
    revision: int | None = None
    """Where to go on, with the last slice of a change; None while more of it follows."""
    server: ServerFacts | None = None
    totals: Totals | None = None
    degraded: Message | None = None
    next_up: tuple[NextUp, ...] | None = None
    callers: tuple[CallerRow, ...] | None = None
    exchanges: tuple[ExchangeRow, ...] | None = None
    exchange_numbers: Ranges | None = None
    log: tuple[LogRow, ...] | None = None
    log_numbers: Ranges | None = None
    credentials: tuple[CredentialRow, ...] | None = None
    credential_ids: tuple[CredentialId, ...] | None = None


def as_line(changes: Changes) -> dict[str, Any]:
    """As an object without what is as it was."""
    return {name: value for name, value in to_json(changes).items() if value is not None and value is not False}


def ranges(numbers: Iterable[int]) -> Ranges:
    """Of numbers that rise."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return tuple((first, last) for first, last in found)
