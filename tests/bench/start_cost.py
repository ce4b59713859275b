"""What a start costs: the panel's first frame, `serve` to its first 200, and commands that print a line.

`python tests/bench/start_cost.py [--rounds 5] [--before PYTHON]`. Medians of seconds and of CPU seconds of all its
processes by then, on a home that was used before. With `--before`, another environment's version takes turns with this
one: on a machine with other work only their ratio says something, and CPU more than time. Linux.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from measures import GOOGLE_KEY, programs
from panel_cost import panel

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Took:
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, took: tuple[float, float]) -> None:
        self.seconds.append(took[0])
        self.cpu.append(took[1])

    def __str__(self) -> str:
        return f"{statistics.median(self.seconds):.2f} s, CPU {statistics.median(self.cpu):.2f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--before", metavar="PYTHON", help="an environment that has the version before")
    options = parser.parse_args()
    pythons = {"now": sys.executable} | ({"before": options.before} if options.before else {})
    with tempfile.TemporaryDirectory() as folder, programs.simulator() as google:
        homes = {name: used_home(Path(folder) / name, python, google) for name, python in pythons.items()}
        took = {(what, name): Took() for what in MEASURED for name in pythons}
        for _ in range(options.rounds):
            for what, measured in MEASURED.items():
                for name, python in pythons.items():
                    took[what, name].add(measured(python, homes[name], google))
    for what in MEASURED:
        print(f"{what:<34}" + "   ".join(f"{name}: {took[what, name]}" for name in pythons))


def used_home(home: Path, python: str, google: str) -> Path:
    """With keys, a credential and a state.db, and all modules compiled."""
    words = (python, "-Pm", "gcli2api_tui", "creds", "add-key", "--no-check", GOOGLE_KEY, "--home", str(home))
    subprocess.run(words, check=True, capture_output=True, env=programs.environment(**programs.towards(google)))
    first_frame(python, home, google)
    return home


def first_frame(python: str, home: Path, google: str) -> tuple[float, float]:
    began = time.perf_counter()
    with panel(home, google, python) as (_, terminal):
        assert terminal.framed.wait(60), "no frame within 60 s"
        return time.perf_counter() - began, cpu_of(terminal.pid)


def panel_to_200(python: str, home: Path, google: str) -> tuple[float, float]:
    began = time.perf_counter()
    with panel(home, google, python) as (url, terminal):
        programs.until(lambda: programs.answers(f"{url}/healthz"), "the server")
        return time.perf_counter() - began, cpu_of(terminal.pid)


def serve_to_200(python: str, home: Path, google: str) -> tuple[float, float]:
    began = time.perf_counter()
    with serving(python, home, google) as (url, pid):
        programs.until(lambda: programs.answers(f"{url}/healthz"), "the server")
        return time.perf_counter() - began, cpu_of(pid)


@contextmanager
def serving(python: str, home: Path, google: str) -> Iterator[tuple[str, int]]:
    port = programs.free_port()
    words = (python, "-Pm", "gcli2api_tui", "serve", "--home", str(home), "--port", str(port))
    environment = programs.environment(**programs.towards(google))
    with subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as started:
        try:
            yield f"http://127.0.0.1:{port}", started.pid
        finally:
            started.terminate()


def command(*words: str) -> Callable[[str, Path, str], tuple[float, float]]:
    def measured(python: str, home: Path, google: str) -> tuple[float, float]:
        return run((python, "-Pm", "gcli2api_tui", *words, *(("--home", str(home)) if words != ("--version",) else ())))

    return measured


def status(python: str, home: Path, google: str) -> tuple[float, float]:
    with serving(python, home, google) as (url, _):
        programs.until(lambda: programs.answers(f"{url}/healthz"), "the server")
        return command("status")(python, home, google)


def run(words: tuple[str, ...]) -> tuple[float, float]:
    before, began = os.times(), time.perf_counter()
    subprocess.run(words, check=True, capture_output=True)
    took, after = time.perf_counter() - began, os.times()
    return took, after.children_user + after.children_system - before.children_user - before.children_system


def cpu_of(pid: int) -> float:
    """User and system seconds of a process and of those that it started, until now."""
    own = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return (int(own[11]) + int(own[12])) / TICKS + sum(map(cpu_of, map(int, listed)))


MEASURED: dict[str, Callable[[str, Path, str], tuple[float, float]]] = {
    "panel: its first frame": first_frame,
    "panel: the server's first 200": panel_to_200,
    "serve: its first 200": serve_to_200,
    "status": status,
    "key": command("key"),
    "--version": command("--version"),
}

if __name__ == "__main__":
    main()
