"""How much is kept, and for how long: the file stays small however long the server runs."""

from gcli2api_tui.clock import day_of
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state import client_keys
from gcli2api_tui.state.schema import Connection

DAY_S = 86_400.0

OLD_EXCHANGES = "DELETE FROM exchange WHERE id <= (SELECT max(id) FROM exchange) - ?"
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
    owned: int = 20_000
    usage: int = 50_000
    usage_s: float = 30 * DAY_S
    days: int = 400
    day_rows: int = 100_000
    client_days: int = 10
    """Their own limits are of a day; what they used stands in the usage by day."""
    cooldown_s: float = DAY_S
    """How long an ended one stays: longer than a clock is wrong for."""
    lessons: int = 500
    lesson_s: float = 14 * DAY_S
    """Then Google may be asked again."""
    refusal_s: float = DAY_S
    """Google's 404 for a model that has ended."""
    dates: int = 500
    response_characters: int = 64_000_000
    response_s: float = 7 * DAY_S


def prune(connection: Connection, bounds: Bounds, now: float) -> None:
    """Forget what is past its time. Raises sqlite3.Error.

    A clock that is wrong must not empty the counts: their age is taken against the newest of them, or `now` if that
    is earlier. The same goes for the usage by day.
    """
    with connection:
        connection.execute(OLD_EXCHANGES, (bounds.exchanges,))
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
        _prune_days(connection, bounds, now)
        client_keys.prune(connection, bounds.client_days)
        connection.execute("DELETE FROM cooldown WHERE until < ?", (now - bounds.cooldown_s,))
        connection.execute("DELETE FROM binding WHERE at < ?", (now - bounds.binding_s,))
        connection.execute("DELETE FROM owned WHERE until < ?", (now,))
        connection.execute(
            "DELETE FROM owned WHERE name IN (SELECT name FROM owned ORDER BY until DESC LIMIT -1 OFFSET ?)",
            (bounds.owned,),
        )
        connection.execute("DELETE FROM response WHERE at < ?", (now - bounds.response_s,))
        _prune_learnt(connection, bounds, now)
        connection.execute("DELETE FROM signature WHERE at < ?", (now - bounds.signature_s,))
        connection.execute(
            "DELETE FROM signature WHERE key IN (SELECT key FROM signature ORDER BY at DESC LIMIT -1 OFFSET ?)",
            (bounds.signatures,),
        )


def _prune_learnt(connection: Connection, bounds: Bounds, now: float) -> None:
    connection.execute("DELETE FROM lesson WHERE at < ?", (now - bounds.lesson_s,))
    connection.execute(
        "DELETE FROM lesson WHERE (model, ability, value) IN "
        "(SELECT model, ability, value FROM lesson ORDER BY at DESC LIMIT -1 OFFSET ?)",
        (bounds.lessons,),
    )
    connection.execute("DELETE FROM model_end WHERE kind = '404' AND at < ?", (now - bounds.refusal_s,))
    connection.execute(
        "DELETE FROM model_end WHERE (model, backend, kind) IN "
        "(SELECT model, backend, kind FROM model_end ORDER BY at DESC LIMIT -1 OFFSET ?)",
        (bounds.dates,),
    )


def _prune_days(connection: Connection, bounds: Bounds, now: float) -> None:
    connection.execute(
        "DELETE FROM usage_by_day WHERE day < date(min(?, (SELECT max(day) FROM usage_by_day)), ?)",
        (day_of(now), f"-{bounds.days} days"),
    )
    connection.execute(
        "DELETE FROM usage_by_day WHERE (day, model, client_key, program, credential) IN (SELECT day, model, "
        "client_key, program, credential FROM usage_by_day ORDER BY day DESC, requests DESC LIMIT -1 OFFSET ?)",
        (bounds.day_rows,),
    )
    connection.execute(
        "DELETE FROM usage_by_hour WHERE hour < min(?, (SELECT max(hour) FROM usage_by_hour)) - ?",
        (int(now // 3600), bounds.days * 24),
    )
