"""Where several instances are put to the test: a database, a busy stand-in for Google, and a room for each instance.

`scene(…)` gives them running, with the credentials brought. `Traffic` asks through a balancer all the while, and keeps
what came back. Counts are compared with the stand-in's own journal.
"""

import contextlib
import json
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import programs
import rooms
from busy_google import account_of, key_of
from instances import Apart, Balancer
from postgres_server import PostgresServer, postgres
from programs import until
from test_main_job import reference_file

MOST_A_DAY = 1_000_000
"""Beyond what is taken for Google's limit, accounts would be spared."""
PATIENCE_S = 120.0
"""For thousands of requests to settle on a machine that others use too."""


@dataclass(slots=True)
class Scene:
    cluster: Apart
    server: PostgresServer
    database: str
    accounts: int
    google: "Google"

    @property
    def numbers(self) -> Sequence[int]:
        return range(len(self.cluster.rooms))

    def by_label(self, number: int) -> Mapping[str, int]:
        """What an instance has counted, by the label of each credential."""
        return {label: row["used_today"] for label, row in self.cluster.pool(number).items()}

    def settle(self, numbers: Sequence[int] | None = None) -> float:
        """Until every instance's counts are the journal's, each credential for itself; how long that took."""
        begun, asked = time.monotonic(), self.numbers if numbers is None else numbers
        wanted = sorted(count for count in self.cluster.by_account().values() if count)

        def same() -> bool:
            return all(sorted(filter(None, self.by_label(number).values())) == wanted for number in asked)

        try:
            patiently(same, "the journal's counts everywhere")
        except AssertionError as error:
            seen = {number: sorted(self.by_label(number).values()) for number in asked}
            raise AssertionError(f"the journal has {wanted}, the instances {seen}") from error
        return time.monotonic() - begun

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        import psycopg

        with psycopg.connect(self.database, autocommit=True) as connection:
            return connection.execute(sql.encode()).fetchall()


@dataclass(frozen=True, slots=True)
class Google:
    """The busy stand-in, as the test reaches it."""

    url: str

    def expire_tokens(self) -> None:
        self._send("DELETE", "/sim/tokens")

    def fault(self, **fault: Any) -> None:
        programs.fetch(f"{self.url}/sim/faults", fault)

    def forget_faults(self) -> None:
        self._send("DELETE", "/sim/faults")

    def refreshes(self) -> Counter[str]:
        """By account."""
        found = programs.fetch(f"{self.url}/sim/journal?path=/token")
        return Counter(one["credential"] for one in found if one["status"] == 200)

    def _send(self, method: str, path: str) -> None:
        import urllib.request

        with urllib.request.urlopen(urllib.request.Request(self.url + path, method=method), timeout=30) as answer:
            answer.read()


@contextmanager
def scene(instances: int, accounts: int = 3, keys: int = 2, *, guarded: bool = False) -> Iterator[Scene]:
    """All of them run and know all credentials."""
    with rooms.apart(), tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        server = stack.enter_context(postgres("0.0.0.0"))
        port = stack.enter_context(_busy_google(accounts, keys))
        own = [stack.enter_context(rooms.room(number + 1)) for number in range(instances)]
        url = server.fresh()
        far = url.replace(server.host, "{}")
        cluster = Apart(f"http://{{}}:{port}", far, Path(folder), stack, own)
        here = Scene(cluster, server, url, accounts, Google(f"http://127.0.0.1:{port}"))
        for number in here.numbers:
            cluster.start(number, guarded=guarded)
        _bring(cluster, accounts, keys)
        patiently(lambda: all(len(cluster.pool(number)) == accounts + keys for number in here.numbers), "credentials")
        yield here


@contextmanager
def _busy_google(accounts: int, keys: int) -> Iterator[int]:
    import subprocess

    port = programs.free_port()
    words = [str(Path(__file__).with_name("busy_google.py")), "0.0.0.0", str(port), str(accounts), str(keys)]
    with subprocess.Popen([sys.executable, *words], env=programs.environment()) as process:
        try:
            until(lambda: programs.answers(f"http://127.0.0.1:{port}/sim/world", process), "the stand-in")
            yield port
        finally:
            process.terminate()


def _bring(cluster: Apart, accounts: int, keys: int) -> None:
    files = []
    for number in range(accounts):
        files.append(cluster.folder / f"{account_of(number)}.json")
        files[-1].write_text(json.dumps(reference_file(account_of(number))))
    if files:
        cluster.command(0, "creds", "import", *map(str, files))
    for label in cluster.pool(0):
        cluster.command(0, "creds", "set", label, f"daily_limit={MOST_A_DAY}")
    for number in range(keys):
        cluster.bring(0, key_of(number))


@dataclass(slots=True)
class Traffic:
    """Clients that ask one after the other, until the block ends."""

    balancer: Balancer
    at_once: int = 6
    statuses: Counter[int] = field(default_factory=Counter)
    longest_s: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> "Traffic":
        for number in range(self.at_once):
            self._threads.append(threading.Thread(target=self._ask, args=(number,), daemon=True))
            self._threads[-1].start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    @property
    def asked(self) -> int:
        return sum(self.statuses.values())

    def more(self, count: int) -> None:
        """Until so many more were answered."""
        wanted = self.asked + count
        patiently(lambda: self.asked >= wanted, f"{count} answers")

    def _ask(self, number: int) -> None:
        while not self._stop.is_set():
            begun = time.monotonic()
            self.statuses[self.balancer.ask(number)] += 1
            self.longest_s = max(self.longest_s, time.monotonic() - begun)
            number += 1


def patiently(holds: Callable[[], Any], what: str) -> None:
    """As `until`, with the patience for many."""
    for _ in range(int(PATIENCE_S / programs.PATIENCE_S)):
        with contextlib.suppress(AssertionError):
            until(holds, what)
            return
    until(holds, what)
