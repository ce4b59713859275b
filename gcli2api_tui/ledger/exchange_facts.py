"""What a row of an exchange says at a second look: cut, broken, how fast, how long. Pure.

One home for what the list, the filters and the exports must call by the same name.
"""

from collections.abc import Sequence

from gcli2api_tui.ledger.records import ExchangeRow, ExchangeState

AT_A_LIMIT = frozenset({"length", "max_tokens", "max_output_tokens", "safety", "content_filter", "refusal"})
"""Words of the dialects for an answer that Google ended before its end."""
SLOW_S = 5.0
"""So long without a word is slow."""
SETTLED_S = 1.0
"""So long after the first word the speed of what still runs says something: the first piece comes in one moment."""
ONE_MOMENT_S = 0.1
"""An answer that took no longer came whole."""


def broke(row: ExchangeRow) -> bool:
    """It failed after the client had got its 200 and some of the answer."""
    return row.state is ExchangeState.FAILED and row.status == 200


def cut(row: ExchangeRow) -> bool:
    """The answer is not whole: a limit, a filter, or it broke."""
    return broke(row) or row.finish.casefold() in AT_A_LIMIT


def duration_s(row: ExchangeRow, now: float) -> float:
    return (now if row.ended_at is None else row.ended_at) - row.opened_at


def wait_s(row: ExchangeRow, now: float) -> float | None:
    """Until the first content, or as long as it has been waited for; None where none came."""
    if row.ttft_s is None and row.live:
        return now - row.opened_at
    return row.ttft_s


def tokens_per_s(row: ExchangeRow, now: float) -> float | None:
    """Of a stream, once there is something to divide: a whole answer comes at one moment, and so does a fake stream."""
    if row.first_byte_at is None or not row.stream or row.fake:
        return None
    span = (now if row.ended_at is None else row.ended_at) - row.first_byte_at
    return per_second(row.usage.output, span, SETTLED_S if row.live else ONE_MOMENT_S)


def per_second(tokens: int, span_s: float, least_s: float = ONE_MOMENT_S) -> float | None:
    """None where they came in one moment."""
    return tokens / span_s if tokens and span_s > least_s else None


def hidden(row: ExchangeRow) -> bool:
    """An attempt failed, and the client saw nothing of it."""
    return row.retried and row.state is not ExchangeState.FAILED


def by_time(own: Sequence[ExchangeRow], others: Sequence[ExchangeRow]) -> tuple[ExchangeRow, ...]:
    """One list of two, each of them oldest first."""
    return tuple(sorted((*own, *others), key=lambda row: (row.opened_at, row.id))) if others else tuple(own)
