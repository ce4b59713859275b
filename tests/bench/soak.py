"""The soak: many clients at once, random faults at Google, clients that leave, tokens that end, a clock that jumps.

`python tests/bench/soak.py [--seconds 120] [--streams 200] [--exchanges N] [--seed 1]`. Ends with status 1 if an
exchange hangs or breaks its protocol, if one has no end or two, if anything is in flight at the end, if our counts and
Google's journal differ, or if memory grew by more than 5 MB after the warm-up (10,000 exchanges, or a third of the
run). `--exchanges 100000` is the long run: it goes on until so many are over. Linux only (reads /proc).
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from measures import MODEL, process, programs, rss_mb
from plain_client import CONTENT, ask
from soak_programs import EMAILS, KEYS, LABELS, PROGRAMS, fill, google

from gcli2api_tui.simulator.journal import fingerprint

WAITED_FOR = "gemini-2.5-flash-lite"
"""No fault in between hits it: whoever leaves while it is waited for leaves before Google has begun."""
HANG_S = 60.0
GROWTH_MB = 5.0
WARM = 10_000
TELLING = {"authorization": "Bearer pwd"}

IN_PROMPTS = (
    *("capacity_503", "internal", "deadline", "invalid_argument", "error_frame", "cut", "no_finish", "empty", "gzip"),
    *("malformed_call", "blocked", "several_parts", "coalesced", "split_character", "hang_up", "cancelled"),
)
"""Faults that a prompt orders for all its attempts."""

IN_BETWEEN: tuple[dict[str, Any], ...] = (
    *({"kind": kind} for kind in ("overloaded", "unavailable", "capacity_429", "internal", "hang_up", "no_finish")),
    *({"kind": "cut", "after": after} for after in (0, 1, 3)),
    *({"kind": "error_frame", "after": after, "error": "overloaded"} for after in (0, 2)),
    {"kind": "rate_limit", "delay_s": 0.4},
    {"kind": "per_minute", "delay_s": 1.5},
    {"kind": "exhausted"},
    {"kind": "slow_chunks", "delay_s": 0.05},
    {"kind": "slow_first_byte", "delay_s": 2},
    {"kind": "huge_event", "size": 100_000},
)
"""Faults that hit one call, whose ever it is."""


@dataclass
class Soak:
    """One run and what it found."""

    google: str
    ours: str
    pid: int
    rng: random.Random
    outcomes: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    memory_mb: list[tuple[int, float]] = field(default_factory=list)
    """(exchanges over, MB), twice a second after the warm-up."""
    counted: int = 0
    over: bool = False

    @property
    def done(self) -> int:
        return self.outcomes.total()

    def wrong(self, what: str) -> None:
        self.broken.append(what)

    async def run(self, seconds: float, streams: int, exchanges: int) -> None:
        async with httpx.AsyncClient(timeout=None, trust_env=False) as client:
            tasks = [asyncio.create_task(self._client()) for _ in range(streams)]
            trouble = asyncio.create_task(self._trouble(client))
            await self._until_over(seconds, exchanges)
            self.over = True
            await asyncio.gather(*tasks)
            trouble.cancel()
            await self._quiet(client)

    async def _until_over(self, seconds: float, exchanges: int) -> None:
        began = time.monotonic()
        told = 0.0
        warm = min(WARM, exchanges // 3) if exchanges else WARM
        while (self.done < exchanges) if exchanges else (time.monotonic() - began < seconds):
            await asyncio.sleep(0.5)
            told = self._tell(told, time.monotonic() - began)
            if self.done >= warm or (not exchanges and time.monotonic() - began > seconds / 3):
                self.memory_mb.append((self.done, rss_mb(self.pid)))

    def _tell(self, told: float, at: float) -> float:
        """A line twice a minute, for who waits for the long run; when the last one was."""
        if at - told < 30:
            return told
        print(f"{at:>6.0f} s: {self.done} exchanges, {rss_mb(self.pid):.1f} MB", flush=True)
        return at

    async def _trouble(self, client: httpx.AsyncClient) -> None:
        """Faults all the time, tokens that end now and then, a clock that jumps in between.

        Tokens live longer than a request takes: a second 401, on a token just renewed, ends a sign-in by the rules.
        """
        for turn in range(10**9):
            fault = {**self.rng.choice(IN_BETWEEN), "model": MODEL}
            await client.post(f"{self.google}/sim/faults", json=fault)
            if turn % 200 == 10:
                await client.delete(f"{self.google}/sim/tokens")
            if turn % 60 == 30:
                os.kill(self.pid, signal.SIGUSR1)
            await asyncio.sleep(0.1)

    # Clients

    async def _client(self) -> None:
        while not self.over:
            try:
                async with asyncio.timeout(HANG_S):
                    self.outcomes[await self._exchange()] += 1
            except TimeoutError:
                self.outcomes["hung"] += 1
                self.wrong("an exchange hung")
            except (OSError, asyncio.IncompleteReadError, ValueError) as error:
                self.outcomes["broke"] += 1
                self.wrong(f"the answer broke: {error!r}")

    async def _exchange(self) -> str:
        dice = self.rng.random()
        if dice < 0.03:
            return await self._leave_waiting()
        fault = f" [sim:fault={self.rng.choice(IN_PROMPTS)}]" if dice > 0.8 else ""
        stream = dice < 0.9
        leave_after = self.rng.randint(1, 6) if stream and self.rng.random() < 0.1 else 0
        prompt = f"Go. [sim:words={self.rng.randint(10, 120)}]{fault}"
        status, body = await ask(self.ours, prompt, stream=stream, leave_after=leave_after)
        if leave_after and status == 200 and body.count(CONTENT) > leave_after:
            return "left reading"
        return self._stream_judged(body) if stream and status == 200 else self._judged(status, body)

    async def _leave_waiting(self) -> str:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.rng.uniform(0.1, 1.0)):
                await ask(self.ours, "Go. [sim:fault=slow_first_byte]", model=WAITED_FOR)
        return "left waiting"

    def _judged(self, status: int, body: bytes) -> str:
        whole = json.loads(body)
        if ("error" in whole) == (status == 200):
            self.wrong(f"a {status} that says {body[:300]!r}")
        return f"whole {status}" if status == 200 else f"status {status}"

    def _stream_judged(self, body: bytes) -> str:
        finished, failed = body.endswith(b"data: [DONE]\n\n"), b'data: {"error"' in body
        if finished == failed or body.count(b'"finish_reason":"') != finished:
            self.wrong(f"a stream that ended like this: {body[-300:]!r}")
        return "stream" if finished else "stream with an error object"

    async def _quiet(self, client: httpx.AsyncClient) -> None:
        """Until nothing is left in flight, at both sides."""
        for _ in range(300):
            waiting = (await client.get(f"{self.ours}/admin/api/snapshot", headers=TELLING)).json()
            open_ones = sum(row["ended_at"] is None for row in waiting["exchanges"])
            flying = sum(row["in_flight"] for row in waiting["credentials"])
            if not open_ones and not flying:
                break
            await asyncio.sleep(0.1)
        else:
            self.wrong(f"in flight at the end: {open_ones} exchanges, {flying} leases")
        self.memory_mb.append((self.done, rss_mb(self.pid)))
        self._compare(waiting, (await client.get(f"{self.google}/sim/world")).json())

    def _compare(self, snapshot: dict[str, Any], world: dict[str, Any]) -> None:
        """Our counts and Google's."""
        names = {
            **{label: fingerprint(key) for label, key in zip(LABELS, KEYS, strict=True)},
            **{email: email for email in EMAILS},
        }
        for row in snapshot["credentials"]:
            theirs = world["answered"].get(names[row["label"]], 0)
            if row["used_today"] != theirs:
                self.wrong(f"{names[row['label']]}: we counted {row['used_today']}, Google {theirs}")
            if row["state"] not in ("ready", "cooling", "nearly out"):
                self.wrong(f"{names[row['label']]} ended as {row['state']}: {row['why']}")
        self.counted = sum(row["used_today"] for row in snapshot["credentials"])
        if self.counted < self.done / 2:
            self.wrong(f"hardly anything was served: {self.counted} of {self.done}")
        for line in snapshot["log"]:
            if line["level"] == "error" and not line["text"].startswith("the client got"):
                self.wrong(f"the log says: {line['text'][:300]}")

    # What is left when the server has ended

    def look_back(self, home: Path, report: Path) -> None:
        ends = json.loads(report.read_text(encoding="utf-8"))
        if ends["opened"] != ends["ended"] or ends["twice"] or ends["still_open"]:
            self.wrong(f"ends of exchanges: {ends}")
        with contextlib.closing(sqlite3.connect(next(home.rglob("state.db")))) as state:
            # A clock that goes back leaves the row of a window of the future; the count went on in another.
            rows = "SELECT max(requests) AS requests FROM usage GROUP BY credential, model"
            (kept,) = state.execute(f"SELECT sum(requests) FROM ({rows})").fetchone()
        if kept != self.counted:
            self.wrong(f"state.db counts {kept} requests, memory had {self.counted}")


def soak(seconds: float, streams: int, exchanges: int, seed: int) -> Soak:
    """Run it; the findings are in what comes back."""
    with tempfile.TemporaryDirectory() as folder, google(rotating=True) as google_url:
        home, report, port = Path(folder) / "home", Path(folder) / "report.json", programs.free_port()
        fill(home)
        with process(sys.executable, PROGRAMS, "server", str(home), str(port), str(report), google=google_url) as ours:
            url = f"http://127.0.0.1:{port}"
            programs.until(lambda: programs.answers(f"{url}/healthz"), "our server")
            found = Soak(google_url, url, ours.pid, random.Random(seed))
            asyncio.run(found.run(seconds, streams, exchanges))
            ours.send_signal(signal.SIGTERM)
            ours.wait(30)
        found.look_back(home, report)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--exchanges", type=int, default=0, help="until so many are over, instead of --seconds")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    found = soak(options.seconds, options.streams, options.exchanges, options.seed)
    (early, before), *_, (late, after) = found.memory_mb
    if after - before > GROWTH_MB:
        found.wrong(f"memory grew by {after - before:.1f} MB")
    print(f"{found.done} exchanges in {time.monotonic() - began:.0f} s, {found.counted} requests counted")
    print(f"memory: {before:.1f} MB after {early} exchanges, {after:.1f} MB after {late}")
    for outcome, count in found.outcomes.most_common():
        print(f"{count:>8}  {outcome}")
    for what, count in Counter(found.broken).most_common(20):
        print(f"WRONG {count} times: {what}")
    return 1 if found.broken else 0


if __name__ == "__main__":
    sys.exit(main())
