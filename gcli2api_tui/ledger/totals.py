"""Counts since start, and rates of the last hour, kept up as events come in.

In: what happened, with its time. Out: a `Totals`. Every ring has a fixed length; minutes and seconds without
traffic are zeros, also when nobody looked in between.
"""

from collections import deque

from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState
from gcli2api_tui.ledger.snapshot import Totals

MINUTES = 60
RATE_WINDOW_S = 5
TTFT_SAMPLES = 500


class Tally:
    """The one mutable set of counters; `totals` makes a frozen copy."""

    def __init__(self) -> None:
        self._requests = self._ok = self._failed = self._cancelled = 0
        self._hidden_retries = self._rate_limited = self._output_tokens = 0
        self._minutes = Ring(MINUTES, 60)
        self._error_minutes = Ring(MINUTES, 60)
        self._tokens = Ring(RATE_WINDOW_S + 1, 1)
        self._ttft_s: deque[float] = deque(maxlen=TTFT_SAMPLES)

    def opened(self, at: float) -> None:
        self._requests += 1
        self._minutes.add(at)

    def attempt_failed(self, *, rate_limited: bool) -> None:
        self._rate_limited += rate_limited

    def first_byte(self, ttft_s: float) -> None:
        self._ttft_s.append(max(0.0, ttft_s))

    def streamed(self, at: float, tokens: int) -> None:
        """`tokens` more since the last time for this exchange."""
        self._tokens.add(at, max(0, tokens))

    def settled(self, row: ExchangeRow) -> None:
        """Of failed attempts the client saw at most the last."""
        hidden = 0
        for hop in row.hops:
            if hop.failure:
                hidden += 1
        if row.state is ExchangeState.DONE:
            self._ok += 1
            self._output_tokens += row.usage.output
        elif row.state is ExchangeState.CANCELLED:
            self._cancelled += 1
        else:
            self._failed += 1
            self._error_minutes.add(row.ended_at or 0.0)
            hidden = max(0, hidden - 1)
        self._hidden_retries += hidden

    def totals(self, now: float, streaming_since: float | None) -> Totals:
        """`streaming_since` is when the oldest live stream began to flow; None while there is none."""
        ordered = sorted(self._ttft_s)
        return Totals(
            requests=self._requests,
            ok=self._ok,
            failed=self._failed,
            cancelled=self._cancelled,
            hidden_retries=self._hidden_retries,
            rate_limited=self._rate_limited,
            output_tokens=self._output_tokens,
            per_minute=self._minutes.values(now),
            errors_per_minute=self._error_minutes.values(now),
            ttft_p50_s=percentile(ordered, 50),
            ttft_p95_s=percentile(ordered, 95),
            tokens_per_s=self._rate(now, streaming_since),
        )

    def _rate(self, now: float, since: float | None) -> float | None:
        """Over the last whole seconds: the running one is never complete and would make the figure tremble."""
        if since is None:
            return None
        seconds = min(RATE_WINDOW_S, int(now) - int(since))
        *whole, running = self._tokens.values(now)
        return float(running) if seconds < 1 else sum(whole[-seconds:]) / seconds


class Ring:
    """`length` counters of `span_s` seconds each; the last one is now."""

    def __init__(self, length: int, span_s: int) -> None:
        self._counts = deque([0] * length, maxlen=length)
        self._span_s = span_s
        self._last = 0

    def add(self, at: float, count: int = 1) -> None:
        current = int(at // self._span_s)
        if current > self._last:
            self._advance(current)
        # A time from before the last one (clocks are set back) still lands in its own place, or in the oldest.
        self._counts[-1 - min(self._last - current, len(self._counts) - 1)] += count

    def values(self, now: float) -> tuple[int, ...]:
        """Oldest first."""
        current = int(now // self._span_s)
        if current > self._last:
            self._advance(current)
        return tuple(self._counts)

    def _advance(self, current: int) -> None:
        self._counts.extend([0] * min(current - self._last, len(self._counts)))
        self._last = current


def percentile(ordered: list[float], percent: int) -> float | None:
    """Nearest rank; None without samples."""
    if not ordered:
        return None
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, rank - 1)]
