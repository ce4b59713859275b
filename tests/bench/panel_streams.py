"""How long a chunk takes past an open panel, and what the panel computes, on each tab and at each size.

`python tests/bench/panel_streams.py [--before PYTHON] [--rounds 3] [--sizes 80x24 160x50] [--tabs d r]`. 20 streams of
50 events a second, 1,000 events a second in all; `serve` and the panel by turns, and with `--before` those of the
version that another Python has. Prints medians: chunks of which 99 of 100 and 999 of 1,000 were faster, how many took
more than 1.5 ms, and processor time as a part of a core. Linux.
"""

import argparse
import asyncio
import contextlib
import gc
import statistics
import sys
import time
from collections.abc import Iterator

import contenders
from contenders import Contender, home, keep_to
from measures import programs
from panel_cost import panel
from raw_client import Client, Target
from workloads import prompts

STREAMS, GAP_MS = 20, 20
WANTED_S = 0.0015
SETTLED_S = 2.0
"""Until the panel has collected what its start left, and what streams learn once is learnt."""
Figures = tuple[float, float, float, float, float]
"""99 of 100 and 999 of 1,000 in ms, per cent that took longer than is wanted, per cent of a core, kB a second."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", metavar="PYTHON")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--sizes", nargs="+", default=["80x24", "160x50"])
    parser.add_argument("--tabs", nargs="+", default=["d", "r"])
    options = parser.parse_args()
    keep_to(0, -1)
    found: dict[str, list[Figures]] = {}
    with contenders.google() as google, asyncio.Runner() as runner:
        for _ in range(options.rounds):
            for name, start in _starts(options, google):
                with start as (contender, received):
                    found.setdefault(name, []).append(runner.run(_measured(contender, received, options.seconds)))
    for name, rounds in found.items():
        p99, p999, late, core, sent = map(statistics.median, zip(*rounds, strict=True))
        print(
            f"{name:24} 99 of 100 {p99:5.2f} ms, 999 of 1,000 {p999:5.1f} ms, over {WANTED_S * 1000:g} ms"
            f" {late:4.1f} %, of a core {core:4.1f} %, {sent:4.1f} kB/s"
        )


def _starts(options: argparse.Namespace, google: int) -> "Iterator[tuple[str, _Started]]":
    versions = {"": sys.executable, **({"before, ": options.before} if options.before else {})}
    for version, python in versions.items():
        yield f"{version}serve", _served(google, python)
    for size in options.sizes:
        for tab in options.tabs:
            for version, python in versions.items():
                yield f"{version}{size}, tab {tab}", _shown(google, python, size, tab)


_Measurable = tuple[Contender, "list[int]"]
_Started = contextlib.AbstractContextManager[_Measurable]


@contextlib.contextmanager
def _served(google: int, python: str) -> Iterator[_Measurable]:
    with contenders.ours(google, python=python) as contender:
        yield contender, []


@contextlib.contextmanager
def _shown(google: int, python: str, size: str, tab: str) -> Iterator[_Measurable]:
    columns, rows = map(int, size.split("x"))
    with (
        home(python, contenders.CREDENTIALS) as folder,
        panel(folder, f"http://127.0.0.1:{google}", python, (columns, rows)) as (url, terminal),
    ):
        programs.until(lambda: programs.answers(f"{url}/healthz"), "the server")
        keep_to(terminal.pid, 0)
        terminal.press(tab)
        yield Contender(tab, Target(int(url.rpartition(":")[2])), terminal.pid), terminal.counted


async def _measured(contender: Contender, received: "list[int]", seconds: int) -> Figures:
    client = Client(contender.target, STREAMS)
    await client.load(prompts("events=20,gap=5", stream=True), STREAMS)
    await asyncio.sleep(SETTLED_S)
    gc.collect()
    gc.disable()
    bodies = prompts(f"events={seconds * 1000 // GAP_MS},gap={GAP_MS}", stream=True, spread_ms=GAP_MS)
    computed, began, sent = contender.cpu_s(), time.monotonic(), sum(received)
    answered = await client.load(bodies, STREAMS)
    took = time.monotonic() - began
    core, sent = (contender.cpu_s() - computed) / took * 100, sum(received) - sent
    gc.enable()
    client.close()
    transits = sorted(one for each in answered for one in each.transit_s)
    late = sum(one > WANTED_S for one in transits) / len(transits) * 100
    p99, p999 = (transits[len(transits) * part // 1000] * 1000 for part in (990, 999))
    return p99, p999, late, core, sent / took / 1000


if __name__ == "__main__":
    main()
