"""Random keys into the demo's panel: `python tests/tui/crawl.py [--seconds 30] [--seed N] [--size 80x24]`.

Of the keys that act on the screen in front, but those that end it. Nothing may crash, the loop's own thread may not
compute for more than 50 ms between two heartbeats, and the server answers a probe within 100 ms (95 of 100 of them).
The seed is printed: it repeats the order of choices. HOME is a folder of its own: some keys write files.
"""

import argparse
import asyncio
import contextlib
import os
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from textual.pilot import Pilot

from gcli2api_tui.demo import instance
from gcli2api_tui.runtime import Runtime
from gcli2api_tui.server.hypercorn_server import bind, url_of
from gcli2api_tui.tasks import spawn

BEAT_S, LONGEST_S, PROBE_S = 0.01, 0.050, 0.100
LEAVING = {"q", "ctrl+q", "ctrl+c", "ctrl+z", "ctrl+l"}
LETTERS = "abefhimnstvwxyzgjkdrcpulo"


@dataclass
class Crawl:
    seed: int
    seconds: float
    size: tuple[int, int]
    busy_s: list[float] = field(default_factory=list)
    """What the loop's thread computed between two heartbeats."""
    late: list[str] = field(default_factory=list)
    """Of those that were too long: how long, the last key, and the screen in front."""
    last: str = ""
    longest_s: float = LONGEST_S
    probe_s: float = PROBE_S
    probes_s: list[float] = field(default_factory=list)
    pressed: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def judge(self) -> "Crawl":
        self.faults += [f"the loop computed {late}" for late in self.late]
        probe_s = sorted(self.probes_s)[int(len(self.probes_s) * 0.95)] if self.probes_s else 9.0
        if probe_s > self.probe_s:
            self.faults.append(f"a probe took {probe_s * 1000:.0f} ms")
        return self

    def __str__(self) -> str:
        probes = sorted(self.probes_s) or [0.0]
        return (
            f"seed {self.seed}, {self.size[0]}x{self.size[1]}: {sum(self.pressed.values())} keys of "
            f"{len(self.pressed)} kinds in {self.seconds:.0f} s; longest at once {max(self.busy_s) * 1000:.0f} ms; "
            f"probe p50 {probes[len(probes) // 2] * 1000:.0f} ms, p95 {probes[int(len(probes) * 0.95)] * 1000:.0f} ms"
        )


async def crawled(crawl: Crawl) -> Crawl:
    seed, size = crawl.seed, crawl.size
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(HOME=home, TMUX="", GCLI2API_LANGUAGE=random.Random(seed).choice(("en", "zh")))
        async with instance.prepared(seed, 0, str(Path(home) / "demo")) as prepared:
            listener = bind("127.0.0.1", 0)
            runtime = Runtime(prepared.setup, url_of(listener), "local", screen=False, staging=prepared.staging)
            serving = spawn("server", runtime.serve(listener))
            panel = runtime.new_panel(None)
            panel._driver_class = None  # type: ignore[assignment]
            async with panel.run_test(size=size) as pilot:
                await pilot.pause(1.0)  # mounting is measured elsewhere
                watching = [spawn("beat", _beat(crawl)), spawn("probe", _probe(crawl, runtime.parts.url))]
                await _press(crawl, pilot)
                for task in watching:
                    task.cancel()
            runtime.stop("now")
            await serving
            await runtime.close()
    return crawl.judge()


async def _press(crawl: Crawl, pilot: Pilot[object]) -> None:
    chance, end = random.Random(crawl.seed), time.monotonic() + crawl.seconds
    while time.monotonic() < end and pilot.app.is_running:
        acting = pilot.app.screen.active_bindings.items()
        keys = sorted({key for key, one in acting if one.enabled} - LEAVING) + list(LETTERS)
        key = chance.choice(keys)
        if type(pilot.app.screen).__name__ == "QuitMenu":
            key = "escape"
        crawl.pressed[key] += 1
        crawl.last = f"{key} on {type(pilot.app.screen).__name__}"
        pilot.app.simulate_key(key)
        await asyncio.sleep(chance.uniform(0.01, 0.08))


async def _beat(crawl: Crawl) -> None:
    before = time.thread_time()
    while True:
        await asyncio.sleep(BEAT_S)
        now = time.thread_time()
        crawl.busy_s.append(now - before)
        if now - before > crawl.longest_s:
            crawl.late.append(f"{(now - before) * 1000:.0f} ms at once, after {crawl.last}")
        before = now


async def _probe(crawl: Crawl, url: str) -> None:
    async with httpx.AsyncClient() as client:
        while True:
            began = time.monotonic()
            with contextlib.suppress(httpx.HTTPError):
                await client.get(f"{url}/healthz")
            crawl.probes_s.append(time.monotonic() - began)
            await asyncio.sleep(0.2)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    parser.add_argument("--size", default="80x24")
    parser.add_argument("--longest", type=float, default=LONGEST_S * 1000, help="ms that the loop may compute at once")
    parser.add_argument("--probe", type=float, default=PROBE_S * 1000, help="ms that a probe may take")
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    print(f"seed {options.seed}", flush=True)
    longest_s, probe_s = options.longest / 1000, options.probe / 1000
    crawl = Crawl(options.seed, options.seconds, (width, height), longest_s=longest_s, probe_s=probe_s)
    asyncio.run(crawled(crawl))
    print(crawl, *crawl.faults, sep="\n")
    return int(bool(crawl.faults))


if __name__ == "__main__":
    sys.exit(main())
