"""A terminal that is closed after "keep serving" ends nothing: so many rounds in a row, in three kinds of terminals.

`python tests/bench/keep_serving.py [--rounds 200] [--seed 1]`. In each round the program is opened in a terminal, `q`
and `1` are pressed, and the terminal is closed at some moment from then on: the line drops (the program leads the
session), or the shell that started it is hung up with it, or tmux kills its window. The server must go on answering,
and end when it is told to. Ends with status 1 after any round that failed.

Last run, 2026-11-29, seed 2, Python 3.11.7, two cores at a load of 8: 200 rounds, 0 failed (67 of lines, 67 of
shells, 66 of tmux); the program of the day before failed 3 of 6.
"""

import argparse
import contextlib
import fcntl
import json
import os
import random
import select
import shlex
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from measures import programs

KINDS = ("a line that drops", "a shell that hangs up", "a window of tmux")
LATEST_S = 0.6
"""The screen is gone and the farewell said by then."""
LIVES_S = 0.4
"""How long after the hang-up the server must still answer: a stop closes its port at once."""
ENDS_S = 20.0


@dataclass
class Round:
    """One server in one terminal that is going to be closed."""

    home: Path
    port: int
    press: Callable[[str], None]
    seen: Callable[[], str]
    """What the terminal shows, or everything that it was sent."""
    hang_up: Callable[[], None]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        return programs.answers(f"{self.url}/healthz")

    def pid(self) -> int:
        with contextlib.suppress(OSError, ValueError, KeyError):
            return int(json.loads((self.home / "run.json").read_text())["pid"])
        return 0


def command(home: Path, port: int) -> list[str]:
    return [sys.executable, "-m", "gcli2api_tui", "--home", str(home), "--port", str(port)]


@contextlib.contextmanager
def in_pty(words: list[str], home: Path, port: int) -> Iterator[Round]:
    """The words lead a session of their own, on a pty that a thread reads."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    closed = threading.Event()
    seen = bytearray()

    def read() -> None:
        while not closed.is_set():
            if select.select([master], [], [], 0.02)[0]:
                with contextlib.suppress(OSError):
                    seen.extend(os.read(master, 65536))

    process = subprocess.Popen(
        words,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=programs.environment(TERM="xterm-256color"),
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(slave)
    reader = threading.Thread(target=read, daemon=True)
    reader.start()

    def hang_up() -> None:
        closed.set()
        reader.join()
        os.close(master)

    try:
        yield Round(
            home,
            port,
            lambda keys: os.write(master, keys.encode()) and None,
            lambda: seen.decode("utf-8", "replace"),
            hang_up,
        )
    finally:
        if not closed.is_set():
            hang_up()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(ENDS_S)
        process.kill()


@contextlib.contextmanager
def in_tmux(words: list[str], home: Path, port: int) -> Iterator[Round]:
    socket = f"keep-serving-{port}"

    def tmux(*more: str) -> str:
        line = ["tmux", "-L", socket, "-f", os.devnull, *more]
        return subprocess.run(line, env=programs.environment(), check=False, capture_output=True).stdout.decode()

    tmux("new-session", "-d", "-x", "80", "-y", "24", shlex.join(words))
    try:
        press, seen = (lambda keys: tmux("send-keys", keys) and None), (lambda: tmux("capture-pane", "-p"))
        yield Round(home, port, press, seen, lambda: tmux("kill-window") and None)
    finally:
        tmux("kill-server")


def terminal(kind: str, home: Path, port: int) -> "contextlib.AbstractContextManager[Round]":
    words = command(home, port)
    if kind == KINDS[2]:
        return in_tmux(words, home, port)
    shell = ["bash", "--norc", "-i", "-c", f"{shlex.join(words)}; true"]
    return in_pty(words if kind == KINDS[0] else shell, home, port)


def played(kind: str, home: Path, delay_s: float) -> str:
    """Nothing, or what went wrong."""
    with terminal(kind, home, programs.free_port()) as one:
        programs.until(one.answers, "the server")
        programs.until(one.pid, "run.json")
        pid = one.pid()
        programs.until(lambda: "Dash" in one.seen(), "the panel")
        one.press("q")
        programs.until(lambda: "Keep serving" in one.seen(), "the menu")
        one.press("1")
        time.sleep(delay_s)
        one.hang_up()
        until = time.monotonic() + LIVES_S
        while time.monotonic() < until:
            if not one.answers():
                return "it stopped answering"
        return ended(pid, home)


def ended(pid: int, home: Path) -> str:
    os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + ENDS_S
    while time.monotonic() < until:
        if not (home / "run.json").exists():
            return ""
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    return "it did not end when it was told to"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    failed: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for number in range(asked.rounds):
        kind = KINDS[number % len(KINDS)]
        delay_s = chance.uniform(0, LATEST_S)
        with tempfile.TemporaryDirectory(prefix="keep-serving-", ignore_cleanup_errors=True) as home:
            wrong = played(kind, Path(home), delay_s)
        done[kind] += 1
        if wrong:
            failed[kind] += 1
            print(f"round {number + 1}, {kind}, closed after {delay_s:.3f} s: {wrong}", flush=True)
    for kind in KINDS:
        print(f"{kind}: {done[kind]} rounds, {failed[kind]} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
