"""What a request costs: our server beside the minimal proxy, in one run, by turns, against the simulator.

`python tests/bench/proxy_cost.py [--rounds 5] [--requests 200] [--streams 60] [--before PYTHON]`. Prints medians of CPU
milliseconds of the proxy's process, and their ratio; then memory with 40 streams at once. Linux only (reads /proc). The
two figures of a line come from the same minutes on the same machine; only their ratio means anything elsewhere.
`--before` takes another version of our own server in place of the minimal proxy: the Python it is installed beside.
"""

import argparse
import asyncio
import statistics
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from measures import WORDS_OF_50_EVENTS, cpu_s, load, minimal, ours, programs, rss_mb

AT_ONCE = 8


@dataclass
class Side:
    """One of the two proxies and its figures, a value a round."""

    name: str
    url: str
    pid: int
    request_ms: list[float] = field(default_factory=list)
    stream_ms: list[float] = field(default_factory=list)
    events: float = 0.0


def main() -> None:
    options = _options()
    with (
        tempfile.TemporaryDirectory() as home,
        programs.simulator() as google,
        ours(Path(home), google) as (our_url, our_pid),
        tempfile.TemporaryDirectory() as other_home,
        ours(Path(other_home), google, options.before) if options.before else minimal(google) as (url, pid),
    ):
        sides = [Side("ours", our_url, our_pid), Side("before" if options.before else "minimal", url, pid)]
        for side in sides:
            _round(side, 20, 10)
            side.request_ms.clear()
            side.stream_ms.clear()
        for number in range(options.rounds):
            for side in sides if number % 2 else reversed(sides):
                _round(side, options.requests, options.streams)
        _print_costs(*sides)
        _print_memory(sides)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--streams", type=int, default=60)
    parser.add_argument("--before", default="", metavar="PYTHON")
    return parser.parse_args()


def _round(side: Side, requests: int, streams: int) -> None:
    side.request_ms.append(_cost_ms(side, requests, stream=False)[0])
    cost_ms, side.events = _cost_ms(side, streams, stream=True)
    side.stream_ms.append(cost_ms)


def _cost_ms(side: Side, count: int, *, stream: bool) -> tuple[float, float]:
    """(CPU milliseconds of the proxy for one request, events for one request)."""
    words = WORDS_OF_50_EVENTS if stream else 100
    before = cpu_s(side.pid)
    results = asyncio.run(load(side.url, stream=stream, count=count, at_once=AT_ONCE, words=words))
    return (cpu_s(side.pid) - before) * 1000 / count, statistics.mean(events for events, _ in results)


def _print_costs(our: Side, yardstick: Side) -> None:
    print(f"{'CPU ms, median':<28}{our.name:>10}{yardstick.name:>10}{'ratio':>8}{'pairs':>24}")
    for what, mine, other in (
        ("a whole answer", our.request_ms, yardstick.request_ms),
        (f"a stream of {our.events:.0f}/{yardstick.events:.0f} events", our.stream_ms, yardstick.stream_ms),
    ):
        pairs = " ".join(f"{a / b:.2f}" for a, b in zip(mine, other, strict=True))
        left, right = statistics.median(mine), statistics.median(other)
        print(f"{what:<28}{left:>10.2f}{right:>10.2f}{left / right:>8.2f}{pairs:>24}")


def _print_memory(sides: list[Side]) -> None:
    for side in sides:
        idle = rss_mb(side.pid)
        peak = asyncio.run(_peak_mb(side))
        print(f"{side.name}: {idle:.0f} MB before, {peak:.0f} MB at most with 40 streams at once")


async def _peak_mb(side: Side) -> float:
    """Looks at the memory while 40 long streams run."""
    running = asyncio.ensure_future(load(side.url, stream=True, count=40, at_once=40, words=2_000))
    peak = 0.0
    while not running.done():
        peak = max(peak, rss_mb(side.pid))
        await asyncio.sleep(0.02)
    await running
    return peak


if __name__ == "__main__":
    main()
