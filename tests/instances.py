"""Several instances of the real program on one database, for tests and benches; and a client before all of them."""

import concurrent.futures
import http.client
import json
import signal
import subprocess
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import programs
from programs import until
from rooms import Room
from test_main_job import SIM_CLIENT

SEAL = "c2VhbCBzZWFsIHNlYWwgc2VhbCBzZWFsIHNlYWwgc2U="
MODEL = "gemini-3-flash-preview"
KEYS = ("AIza-sim-key-0002", "AIza-sim-key-0004")


@dataclass(slots=True)
class Cluster:
    """Instances by number; each has a home of its own and nothing in common but the database and Google."""

    google: str
    url: str
    folder: Path
    stack: ExitStack
    running: "dict[int, subprocess.Popen[str]]" = field(default_factory=dict)
    ports: dict[int, int] = field(default_factory=dict)

    @property
    def listening(self) -> tuple[str, ...]:
        """Words for `serve`."""
        return ()

    def environment(self, number: int) -> dict[str, str]:
        shared = {
            "GCLI2API_STATE_URL": self.url,
            "GCLI2API_SEAL_KEY": SEAL,
            "PASSWORD": "pwd",
            "GCLI2API_DRAIN_S": "20",
        }
        return {**programs.towards(self.google), **SIM_CLIENT, "PASSWORD": "pwd", **shared}

    def home(self, number: int) -> Path:
        return self.folder / f"home{number}"

    def into(self, number: int) -> tuple[str, ...]:
        """Words before its program."""
        return ()

    def start(self, number: int, *, guarded: bool = True, script: str = "guarded.py", **more: str) -> str:
        """`guarded` costs processor time."""
        self.begin(number, guarded=guarded, script=script, **more)
        until(lambda: programs.answers(f"{self.at(number)}/healthz", self.running[number]), "an instance")
        return self.at(number)

    def begin(self, number: int, *, guarded: bool = True, script: str = "guarded.py", **more: str) -> None:
        """As `start`, and nobody waits for it."""
        port = self.ports.setdefault(number, programs.free_port())
        words = ("serve", "--home", str(self.home(number)), "--port", str(port), *self.listening)
        given = {**self.environment(number), **more}
        started = programs.running(*words, guarded=guarded, script=script, into=self.into(number), **given)
        self.running[number] = self.stack.enter_context(started)

    def at(self, number: int) -> str:
        return f"http://127.0.0.1:{self.ports[number]}"

    def kill(self, number: int) -> None:
        self.running[number].send_signal(signal.SIGKILL)
        self.running[number].wait()

    def command(self, number: int, *words: str) -> "subprocess.CompletedProcess[str]":
        done = programs.command(
            *words, "--home", str(self.home(number)), into=self.into(number), **self.environment(number)
        )
        assert done.returncode == 0, done.stderr
        return done

    def bring(self, number: int, credential: "dict[str, object] | str") -> None:
        if isinstance(credential, str):
            self.command(number, "creds", "add-key", credential)
            return
        file = self.folder / "brought.json"
        file.write_text(json.dumps(credential))
        self.command(number, "creds", "import", str(file))

    def pool(self, number: int) -> dict[str, Any]:
        """By label."""
        rows = programs.fetch(f"{self.at(number)}/admin/api/credentials", key="pwd")["credentials"]
        return {row["label"]: row for row in rows}

    def used(self, number: int) -> int:
        return sum(row["used_today"] for row in self.pool(number).values())

    def ask(self, number: int, key: str = "pwd", text: str = "hi", **more: Any) -> int:
        body = {"model": MODEL, "messages": [{"role": "user", "content": text}], **more}
        try:
            programs.fetch(f"{self.at(number)}/v1/chat/completions", body, key)
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            return 0
        return 200

    def stream(self, number: int, model: str) -> Any:
        """An answer that may be read as it comes."""
        body = {"model": model, "stream": True, "messages": [{"role": "user", "content": "Tell me a story"}]}
        headers = {"authorization": "Bearer pwd", "content-type": "application/json"}
        asked = urllib.request.Request(f"{self.at(number)}/v1/chat/completions", json.dumps(body).encode(), headers)
        return urllib.request.urlopen(asked, timeout=90)

    def asked_by(self, number: int, name: str) -> int:
        """Requests of a client key, as an instance knows them."""
        rows = programs.fetch(f"{self.at(number)}/admin/api/keys", key="pwd")["keys"]
        return next(row["requests_today"] for row in rows if row["name"] == name)

    def answered(self) -> int:
        """By Google, as its own journal has it."""
        return sum(programs.fetch(f"{self.google}/sim/world")["answered"].values())


def crowd(work: Callable[[int], int], number: int) -> Counter[int]:
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        return Counter(pool.map(work, range(number)))


class Apart(Cluster):
    """The same, each in a room of its own: its lines to clients and to the database can be cut."""

    __slots__ = ("rooms",)

    def __init__(self, google: str, url: str, folder: Path, stack: ExitStack, rooms: Sequence[Room]) -> None:
        """`google` and `url` as the rooms reach them, with `{}` where their end of the line stands."""
        super().__init__(google, url, folder, stack)
        self.rooms = rooms

    @property
    def listening(self) -> tuple[str, ...]:
        return ("--host", "0.0.0.0", "--insecure")

    def into(self, number: int) -> tuple[str, ...]:
        return self.rooms[number].into

    def environment(self, number: int) -> dict[str, str]:
        room, common = self.rooms[number], Cluster.environment(self, number)
        google, url = self.google.format(room.here("front")), self.url.format(room.here("back"))
        return {**common, **programs.towards(google), "GCLI2API_STATE_URL": url}

    def at(self, number: int) -> str:
        return f"http://{self.rooms[number].there('front')}:{self.ports[number]}"

    def answered(self) -> int:
        return sum(self.by_account().values())

    def by_account(self) -> Mapping[str, int]:
        found: Mapping[str, int] = programs.fetch(f"{self.google.format('127.0.0.1')}/sim/world")["answered"]
        return found


class Balancer:
    """As a proxy before several does it: what one does not take, or ends before it said a word, goes to the next."""

    def __init__(self, cluster: Cluster, numbers: Sequence[int]) -> None:
        self.cluster, self.numbers = cluster, list(numbers)
        self.passed_on = 0
        """How often another had to be asked."""
        self._own = threading.local()
        self._lines: list[http.client.HTTPConnection] = []
        cluster.stack.callback(self._close)

    def ask(self, number: int, text: str = "hi", **more: Any) -> int:
        """The status; 0 where nobody took it."""
        body = json.dumps({"model": MODEL, "messages": [{"role": "user", "content": text}], **more}).encode()
        numbers = tuple(self.numbers)
        for turn in range(2 * len(numbers)):
            try:
                return self._asked(numbers[(number + turn) % len(numbers)], body)
            except (OSError, http.client.HTTPException):
                self.passed_on += 1
        return 0

    def _asked(self, number: int, body: bytes) -> int:
        line = self._line(number)
        try:
            line.request(
                "POST", "/v1/chat/completions", body,
                {"authorization": "Bearer pwd", "content-type": "application/json"},
            )  # fmt: skip
            answer = line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            line.close()
            raise
        return answer.status

    def _line(self, number: int) -> http.client.HTTPConnection:
        """One for each thread, kept open."""
        lines: dict[int, http.client.HTTPConnection] = self._own.__dict__.setdefault("lines", {})
        host, _, port = self.cluster.at(number).removeprefix("http://").partition(":")
        line = lines.get(number)
        if line is None or line.port != int(port):
            line = lines[number] = http.client.HTTPConnection(host, int(port), timeout=90)
            self._lines.append(line)
        return line

    def _close(self) -> None:
        for line in self._lines:
            line.close()
