"""Where several instances are put to the test: a database, a busy stand-in for Google, and a room for each instance.

`scene(…)` gives them running, with the credentials brought. `Traffic` asks through a balancer all the while, and keeps
what came back. Counts are compared with the stand-in's own journal.
"""

import contextlib
import http.client
import json
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import programs
import rooms
from busy_google import account_of, key_of
from instances import MODEL, Apart, Balancer
from postgres_server import PostgresServer, postgres
from programs import until
from test_main_job import reference_file

PATIENCE_S = 120.0
"""For thousands of requests to settle on a machine that others use too."""


@dataclass(slots=True)
class Scene:
    cluster: Apart
    server: PostgresServer
    database: str
    accounts: int
    google: "Google"
    numbers: Sequence[int]

    def by_label(self, number: int) -> Mapping[str, int]:
        """What an instance has counted, by the label of each credential."""
        return {label: row["used_today"] for label, row in self.cluster.pool(number).items()}

    def settle(self, numbers: Sequence[int] | None = None) -> float:
        """Until every instance's counts are the journal's, each credential for itself; how long that took."""
        begun, asked = time.monotonic(), self.numbers if numbers is None else numbers
        begun_there = Counter(self.cluster.by_account())
        # Of an answer that took too long only Google knows: another was asked in its place.
        wanted = [sorted((begun_there - left).values()) for left in (Counter(), self.google.left())]

        def same() -> bool:
            return all(sorted(filter(None, self.by_label(number).values())) in wanted for number in asked)

        try:
            patiently(same, "the journal's counts everywhere")
        except AssertionError as error:
            seen = {number: sorted(self.by_label(number).values()) for number in asked}
            raise AssertionError(f"the journal has {wanted}, the instances {seen}") from error
        return time.monotonic() - begun

    def drop_connections(self) -> None:
        self.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

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

    def left(self) -> Counter[str]:
        """Answers that had begun when nobody waited for them any more, by account."""
        found = programs.fetch(f"{self.url}/sim/journal?model={MODEL}")
        return Counter(one["credential"] for one in found if (one["status"], one["outcome"]) == (200, "cancelled"))

    def _send(self, method: str, path: str) -> None:
        with urllib.request.urlopen(urllib.request.Request(self.url + path, method=method), timeout=30) as answer:
            answer.read()


@contextmanager
def scene(
    instances: int,
    accounts: int = 3,
    keys: int = 2,
    *,
    guarded: bool = False,
    rooms_for: int = 0,
    ahead_s: Sequence[float] = (),
    life_s: int = 3599,
) -> Iterator[Scene]:
    """All of them run and know all credentials. `ahead_s` of each one's clock; rooms may stay empty for later; Google's
    tokens live for `life_s`.
    """
    with rooms.apart(), tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        server = stack.enter_context(postgres("0.0.0.0"))
        port = stack.enter_context(_busy_google(accounts, keys, life_s))
        own = [stack.enter_context(rooms.room(number + 1)) for number in range(rooms_for or instances)]
        url = server.fresh()
        far = url.replace(server.host, "{}")
        cluster = Apart(f"http://{{}}:{port}", far, Path(folder), stack, own)
        here = Scene(cluster, server, url, accounts, Google(f"http://127.0.0.1:{port}"), range(instances))
        for number in here.numbers:
            cluster.start(number, guarded=guarded, **(_ahead(ahead_s[number]) if ahead_s else {}))
        _bring(cluster, accounts, keys)
        patiently(lambda: all(len(cluster.pool(number)) == accounts + keys for number in here.numbers), "credentials")
        yield here


def faketime() -> str:
    """Where the library is that changes a program's clock; "" where it is not."""
    return next((str(path) for path in Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), "")


def _ahead(seconds: float) -> dict[str, str]:
    if not seconds:
        return {}
    return {"LD_PRELOAD": faketime(), "FAKETIME": f"{seconds:+}s", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


@contextmanager
def _busy_google(accounts: int, keys: int, life_s: int) -> Iterator[int]:
    port = programs.free_port()
    words = [
        str(Path(__file__).with_name("busy_google.py")),
        "0.0.0.0",
        str(port),
        str(accounts),
        str(keys),
        str(life_s),
    ]
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


class Streams:
    """Answers that come slowly, to be read to their end."""

    MODEL = "gemini-3.1-pro-preview"

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._threads: list[threading.Thread] = []
        self._whole = 0
        self.found: list[str] = []
        """Of those that were cut."""

    def begin(self, number: int, count: int) -> None:
        """Returns when the first words of all are there."""
        self._scene.google.fault(kind="slow_chunks", model=self.MODEL, count=count, delay_s=0.7)
        begun = threading.Barrier(count + 1, timeout=PATIENCE_S)
        for _ in range(count):
            self._threads.append(threading.Thread(target=self._read, args=(number, begun), daemon=True))
            self._threads[-1].start()
        begun.wait()

    def whole(self) -> int:
        for thread in self._threads:
            thread.join()
        return self._whole

    def _read(self, number: int, begun: threading.Barrier) -> None:
        said = b""
        try:
            with self._scene.cluster.stream(number, self.MODEL) as answer:
                said = answer.readline()
                begun.wait()
                said += answer.read()
        except (OSError, http.client.HTTPException) as error:
            said += repr(error).encode()
        if said.rstrip().endswith(b"data: [DONE]"):
            self._whole += 1
        else:
            self.found.append(said[-300:].decode())


def patiently(holds: Callable[[], Any], what: str) -> None:
    """As `until`, with the patience for many."""
    for _ in range(int(PATIENCE_S / programs.PATIENCE_S)):
        with contextlib.suppress(AssertionError):
            until(holds, what)
            return
    until(holds, what)
