"""How much is kept, and for how long: the file stays small however long the server runs."""

import sqlite3
from dataclasses import dataclass

DAY_S = 86_400.0

MAKE_ROOM = "DELETE FROM exchange WHERE id < (SELECT min(id) + (max(id) - min(id)) / 10 + 1 FROM exchange)"
"""The oldest tenth of the history, for when the disk is full."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Rows, and seconds."""

    exchanges: int = 20_000
    signatures: int = 50_000
    signature_s: float = 7 * DAY_S
    binding_s: float = 3_600.0
    """Google caches no conversation for longer."""
    usage: int = 50_000
    usage_s: float = 30 * DAY_S
    cooldown_s: float = DAY_S
    """How long an ended one stays: longer than a clock is wrong for."""
    response_characters: int = 64_000_000
    response_s: float = 7 * DAY_S


def prune(connection: sqlite3.Connection, bounds: Bounds, now: float) -> None:
    """Forget what is past its time. Raises sqlite3.Error.

    A clock that is wrong must not empty the counts: their age is taken against the newest of them, or `now` if that
    is earlier.
    """
    with connection:
        connection.execute("DELETE FROM exchange WHERE id <= (SELECT max(id) FROM exchange) - ?", (bounds.exchanges,))
        connection.execute(
            "DELETE FROM usage WHERE window_start > 0 AND window_start < "
            "min(?, (SELECT max(window_start) FROM usage)) - ?",
            (now, bounds.usage_s),
        )
        connection.execute(
            "DELETE FROM usage WHERE window_start <= "
            "(SELECT window_start FROM usage ORDER BY window_start DESC LIMIT 1 OFFSET ?)",
            (bounds.usage,),
        )
        connection.execute("DELETE FROM cooldown WHERE until < ?", (now - bounds.cooldown_s,))
        connection.execute("DELETE FROM binding WHERE at < ?", (now - bounds.binding_s,))
        connection.execute("DELETE FROM response WHERE at < ?", (now - bounds.response_s,))
        connection.execute("DELETE FROM signature WHERE at < ?", (now - bounds.signature_s,))
        connection.execute(
            "DELETE FROM signature WHERE key IN (SELECT key FROM signature ORDER BY at DESC LIMIT -1 OFFSET ?)",
            (bounds.signatures,),
        )
