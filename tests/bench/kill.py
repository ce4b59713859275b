"""kill -9 under load: no credential file is torn or lost, at most a second of counts is, and starting takes no longer.

`python tests/bench/kill.py [--rounds 50] [--seed 1]`. In each round the server and an editor of its credentials folder
are killed: at any moment, or just as a credential is written, or just as state.db is. Then the files are read, the
counts compared with what clients saw, and the server is started again. Ends with status 1 if a file is torn, a
credential gone, state.db damaged, more than a second of counts lost (and half a second for the disk), or a restart
takes a second longer than after a clean stop.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import random
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import httpx
from measures import programs
from plain_client import ask
from soak_programs import EMAILS, LABELS, fill, google

from gcli2api_tui.bootstrap import open_vault
from gcli2api_tui.credentials.credential import ApiKey

EDITOR = str(Path(__file__).with_name("vault_editor.py"))
Moment = Literal["any moment", "a write of a credential", "a write of state.db"]
MOMENTS: tuple[Moment, ...] = ("any moment", "a write of a credential", "a write of state.db")
CLIENTS = 12
LONGEST_LOSS_S = 1.5
LONGER_START_S = 1.0
CLEAN_EVERY = 5
"""Rounds after which the server is also stopped and started cleanly, to compare the starts."""


@dataclass
class Kills:
    """The same home through all rounds, and what was found."""

    google: str
    home: Path
    rng: random.Random
    killed_starts_s: list[float] = field(default_factory=list)
    clean_starts_s: list[float] = field(default_factory=list)
    lost_s: list[float] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    moments: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    served: int = 0
    _kept: int = 0

    async def run(self, rounds: int) -> None:
        for number, moment in zip(range(rounds), itertools.cycle(MOMENTS), strict=False):
            await self._round(moment)
            if number % CLEAN_EVERY == CLEAN_EVERY - 1:
                self.clean_starts_s.append(self._clean_start())

    async def _round(self, moment: Moment) -> None:
        with self._server() as (url, server), self._editor() as editor:
            ended: list[float] = []
            load = [asyncio.create_task(_client(url, ended)) for _ in range(CLIENTS)]
            spoiling = asyncio.create_task(self._end_tokens())
            await asyncio.sleep(self.rng.uniform(0.5, 2.5))
            at = await asyncio.to_thread(self._kill, moment, server, editor)
            spoiling.cancel()
            await asyncio.gather(*load)
        self._check_files()
        self._check_counts([moment for moment in ended if moment < at], at)

    def _kill(self, moment: Moment, *processes: "subprocess.Popen[bytes]") -> float:
        """When the moment has come, or after 3 s without it. In a thread, for the moments are short."""
        came, until = self._signs(moment), time.monotonic() + 3
        while not (there := came()) and time.monotonic() < until:
            pass
        for one in processes:
            one.kill()
        at = time.monotonic()
        self.moments[moment if there else "any moment"] += 1
        for one in processes:
            one.wait(10)
        return at

    def _signs(self, moment: Moment) -> Callable[[], bool]:
        if moment == "a write of a credential":
            folder = self.home / "credentials"
            return lambda: any(name.endswith(".tmp") for name in os.listdir(folder))
        if moment == "a write of state.db":
            log = next(self.home.rglob("state.db")).with_name("state.db-wal")
            before = _stamp(log)
            return lambda: _stamp(log) != before
        return lambda: True

    async def _end_tokens(self) -> None:
        """Google forgets tokens all the time: the server renews them, and writes credentials."""
        async with httpx.AsyncClient(trust_env=False) as client:
            while True:
                await client.delete(f"{self.google}/sim/tokens")
                await asyncio.sleep(0.05)

    # What is left

    def _check_files(self) -> None:
        vault = open_vault(str(self.home), {})
        credentials, refused = vault.load()
        for refusal in refused:
            self.broken.append(f"torn: {refusal.sentence}")
        if missing := {*EMAILS, *LABELS} - {one.label for one in credentials}:
            self.broken.append(f"gone: {missing}")
        kept = {one.secret.key.reveal() for one in credentials if isinstance(one.secret, ApiKey)}
        for path in (self.home / "credentials" / "imported").glob("*.json"):
            if json.loads(path.read_bytes())["api_key"] not in kept:
                self.broken.append(f"moved aside and not imported: {path.name}")
        for path in (self.home / "trash").glob("*.json"):
            if not path.read_bytes().endswith(b"}\n"):
                self.broken.append(f"torn in the trash: {path.name}")

    def _check_counts(self, ended: list[float], at: float) -> None:
        """`ended` are the moments at which clients had whole answers; the oldest that is not counted tells the loss."""
        file = next(self.home.rglob("state.db"))
        with contextlib.closing(sqlite3.connect(file)) as state:
            (verdict,) = state.execute("PRAGMA integrity_check").fetchone()
            (kept,) = state.execute("SELECT coalesce(sum(requests), 0) FROM usage").fetchone()
        if verdict != "ok" or list(file.parent.glob("*.corrupt-*")):
            self.broken.append(f"state.db: {verdict}")
        new, self._kept = kept - self._kept, kept
        if new < 0:
            self.broken.append(f"counts went back by {-new}")
        self.served += len(ended)
        self.lost.append(max(0, len(ended) - new))
        self.lost_s.append(at - sorted(ended)[new] if len(ended) > new >= 0 else 0.0)

    # Starting

    @contextlib.contextmanager
    def _server(self, *, killed: bool = True) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
        port = programs.free_port()
        words = ("-m", "gcli2api_tui", "serve", "--home", str(self.home), "--port", str(port), "--password", "pwd")
        began = time.monotonic()
        with _started(*words, google_url=self.google) as server:
            url = f"http://127.0.0.1:{port}"
            programs.until(lambda: programs.answers(f"{url}/readyz"), "our server")
            (self.killed_starts_s if killed else self.clean_starts_s).append(time.monotonic() - began)
            yield url, server

    @contextlib.contextmanager
    def _editor(self) -> Iterator["subprocess.Popen[bytes]"]:
        with _started(EDITOR, str(self.home), EMAILS[-1], google_url=self.google) as editor:
            programs.until(lambda: any((self.home / "trash").glob(f"*-{editor.pid}-*")), "the editor at work")
            yield editor

    def _clean_start(self) -> float:
        """The second of two starts with a clean stop between."""
        for _ in range(2):
            with self._server(killed=False) as (_, server):
                server.send_signal(signal.SIGTERM)
                server.wait(20)
        second = self.clean_starts_s.pop()
        self.clean_starts_s.pop()
        return second


def _stamp(path: Path) -> int:
    with contextlib.suppress(OSError):
        return path.stat().st_mtime_ns
    return 0


async def _client(url: str, ended: list[float]) -> None:
    """Asks until the server is gone."""
    with contextlib.suppress(OSError, ValueError, asyncio.IncompleteReadError):
        while True:
            status, _ = await ask(url, "Go. [sim:words=30]")
            if status == 200:
                ended.append(time.monotonic())


@contextlib.contextmanager
def _started(*words: str, google_url: str) -> Iterator["subprocess.Popen[bytes]"]:
    nothing = subprocess.DEVNULL
    env = programs.environment(**programs.towards(google_url))
    with subprocess.Popen((sys.executable, *words), env=env, stdin=nothing, stdout=nothing, stderr=nothing) as started:
        try:
            yield started
        finally:
            started.kill()


def kills(rounds: int, seed: int) -> Kills:
    """Run them; the findings are in what comes back."""
    with tempfile.TemporaryDirectory() as home, google(rotating=False) as google_url:
        fill(Path(home))
        found = Kills(google_url, Path(home), random.Random(seed))
        asyncio.run(found.run(rounds))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    found = kills(options.rounds, options.seed)
    # The first start of all made state.db, and is neither.
    killed, clean = found.killed_starts_s[1:], found.clean_starts_s
    longer = statistics.median(killed) - statistics.median(clean)
    if longer > LONGER_START_S:
        found.broken.append(f"a start after a kill takes {longer:.2f} s longer")
    if max(found.lost_s) > LONGEST_LOSS_S:
        found.broken.append(f"{max(found.lost_s):.2f} s of counts were lost")
    print(
        f"{options.rounds} kills, {found.served} answers: " + ", ".join(f"{n} at {m}" for m, n in found.moments.items())
    )
    print(f"counts lost: {sum(found.lost)} of {found.served}; the oldest was {max(found.lost_s):.2f} s old, "
          f"{statistics.median(found.lost_s):.2f} s in the median")  # fmt: skip
    print(f"start: {statistics.median(killed):.2f} s after a kill (at most {max(killed):.2f}), "
          f"{statistics.median(clean):.2f} s after a clean stop (at most {max(clean):.2f})")  # fmt: skip
    for what, count in Counter(found.broken).most_common(20):
        print(f"WRONG {count} times: {what}")
    return 1 if found.broken else 0


if __name__ == "__main__":
    sys.exit(main())
