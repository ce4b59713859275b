"""Histograms: how many values fell up to each bound. An observation costs a search among a dozen bounds.

In: values in seconds. Out: frozen spreads, what lies between two of them, and the value that so many of a hundred do
not exceed. `Recent` also knows the last minute or two, without a timer: whoever looks turns its page.
"""

from bisect import bisect_left

from gcli2api_tui.quick_dataclass import dataclass

MOST_SERIES = 2_000
OTHER = "other"
PAGE_S = 60.0

Labels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """A histogram of one moment: how many fell up to each bound, the last beyond all of them; and their sum."""

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    total: float

    def since(self, before: "Spread") -> "Spread":
        """What has come after `before`, of the same histogram."""
        counts = tuple(now - then for now, then in zip(self.counts, before.counts, strict=True))
        return Spread(self.bounds, counts, self.total - before.total)

    def at_most(self, percent: float) -> float | None:
        """So many of a hundred are not above it, by a straight line within a bound; None of nothing."""
        left = sum(self.counts) * percent / 100
        if not left:
            return None
        lower = 0.0
        for bound, count in zip(self.bounds, self.counts, strict=False):
            if count >= left:
                return lower + (bound - lower) * left / count
            left -= count
            lower = bound
        return lower


class Histogram:
    """One row of a histogram family."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def look(self) -> Spread:
        return Spread(self.bounds, tuple(self.counts), self.total)


class Histograms(dict[Labels, Histogram]):
    """A histogram family: its rows by their labels."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        super().__init__()
        self._bounds = bounds

    def observe(self, labels: Labels, value: float) -> None:
        row = self.get(labels)
        if row is None:
            labels = labels if len(self) < MOST_SERIES else (OTHER,) * len(labels)
            row = self.setdefault(labels, Histogram(self._bounds))
        row.observe(value)


class Recent:
    """The last one or two minutes of a histogram that goes on."""

    def __init__(self, histogram: Histogram) -> None:
        self._histogram = histogram
        self._pages = (histogram.look(), histogram.look())
        """What there was when the page before was opened, and the present one."""
        self._turned_at = 0.0

    def look(self, now: float) -> Spread:
        """Who looks rarely sees all that has come since he looked last but one."""
        seen = self._histogram.look()
        if now - self._turned_at >= PAGE_S:
            self._pages, self._turned_at = (self._pages[1], seen), now
        return seen.since(self._pages[0])


def in_ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 2)
