"""A walk through the panel in a real terminal (tmux): the demo for some minutes at each size, read by a script.

`python tests/tui/walk.py [--seconds 300] [--every 20] [--keep FOLDER] [--attached]`: the demo's own panel, or a
second one that is attached to it. First through all seven tabs, and through the parts of an exchange that is opened:
each fits, names its keys and the way to all others. Then the list follows: in every capture the newest request of the
server's own snapshot is the last row. Then an answer that runs is opened: its last line moves, and the exchange stays
the same until the end, while others come. Header and rows fit, the key bar names what works. At last a server without
traffic, on a pseudo-terminal: bytes and wakeups between two minutes. Exit status 1 and the sentences of what did not
hold, else 0. The last result is in docs/panel.md.
"""

import argparse
import contextlib
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))  # `programs` and `idle`, where this runs as a script
sys.path.insert(0, str(Path(__file__).parent))

import programs
from idle import measured as measured_idle
from rich.cells import cell_len

SIZES = ((45, 20), (80, 24), (160, 50))
TABS = {"d": "Dash", "r": "Req", "c": "Cred", "p": "Play", "u": "Use", "l": "Logs", "o": "Opt"}
MOST_PARTS = 4
FEWEST_IN_BAR = 6
"""Keys and words."""
PANEL_KEY = "pwd"


@dataclass
class Walk:
    """One demo in one tmux window; `faults` are sentences."""

    width: int
    height: int
    keep: Path | None = None
    attached: bool = False
    faults: list[str] = field(default_factory=list)
    captures: int = 0
    session: str = ""
    port: int = field(default_factory=programs.free_port)

    # The window

    @contextlib.contextmanager
    def window(self) -> Iterator[None]:
        self._start("demo", f"demo --port {self.port}")
        try:
            if self.attached:
                programs.until(self.exchanges, "a server to attach to")
                self._start("walk", f"attach http://127.0.0.1:{self.port}")
            programs.until(lambda: "Dash" in self.capture(), "the first frame")
            programs.until(lambda: self.exchanges(), "the first request")
            yield
        finally:
            self._tmux("kill-server")

    def _start(self, session: str, command: str) -> None:
        program = f"exec {shlex.quote(sys.executable)} -m gcli2api_tui {command}"
        size = ("-x", str(self.width), "-y", str(self.height))
        self._tmux("-f", os.devnull, "new-session", "-d", "-s", session, *size, program)
        self.session = session

    def _tmux(self, *words: str) -> str:
        chosen = {"GCLI2API_REFRESH": "local", "GCLI2API_LANGUAGE": "en", "GCLI2API_PANEL_PASSWORD": PANEL_KEY}
        environment = programs.environment(**chosen, LC_ALL="C.UTF-8")
        line = ["tmux", "-u", "-L", f"walk-{os.getpid()}-{self.width}", *words]
        return subprocess.run(line, env=environment, capture_output=True, text=True, check=True).stdout

    def press(self, name: str) -> None:
        self._tmux("send-keys", "-t", self.session, name)

    def capture(self) -> str:
        return self._tmux("capture-pane", "-p", "-t", self.session)

    def exchanges(self) -> list[Any]:
        """As the server has them, newest last; none while it does not answer."""
        with contextlib.suppress(OSError, ValueError):
            snapshot = programs.fetch(f"http://127.0.0.1:{self.port}/admin/api/snapshot", key=PANEL_KEY)
            return list(snapshot["exchanges"])
        return []

    # The walk

    def go(self, seconds: float, every: float) -> None:
        with self.window():
            self._tour()
            self.press("r")
            self._follow(time.monotonic() + seconds / 2, every)
            self._open(time.monotonic() + seconds / 2, every)

    def _tour(self) -> None:
        """Every tab, each with something on it; then every part of what is opened in Requests."""
        for letter, name in TABS.items():
            self.press(letter)
            screen = self._settled(lambda screen: any(line.strip() for line in screen.splitlines()[3:-1]))
            self._look(screen, ("? more",))
            if not any(line.strip() for line in screen.splitlines()[3:-1]):
                self._fault(f"{name} shows nothing", screen)
        self.press("r")
        self._settled(lambda screen: "following" in screen)
        self.press("Enter")
        shown = [self._settled(lambda screen: "‹" in screen)]
        for _ in range(MOST_PARTS):
            self._look(shown[-1], ("? more",))
            self.press("Tab")
            shown.append(self._settled(lambda screen: screen != shown[-1]))
        for key in ("Escape", "Escape", "G"):
            self.press(key)

    def _settled(self, holds: Callable[[str], bool]) -> str:
        """The capture in which it holds, or the last one of two seconds."""
        screen = ""
        for _ in range(20):
            time.sleep(0.1)
            screen = self.capture()
            if holds(screen):
                break
        return screen

    def _follow(self, end: float, every: float) -> None:
        while True:
            programs.until(lambda: "following" in self.capture(), "a list that follows")
            newest, screen = self._together()
            self._look(screen, ("? more",))
            rows = self._rows(screen)
            if not _is_last(newest, rows):
                self._fault(f"#{newest['id']} ({newest['model']}) is not the last row", screen)
            if time.monotonic() >= end:
                return
            time.sleep(min(every, max(0.0, end - time.monotonic())))

    def _together(self) -> tuple[Any, str]:
        """The newest exchange and a capture of the same moment, painted: nothing came before or after it."""
        for _ in range(50):
            before = self.exchanges()[-1]
            time.sleep(0.5)
            screen = self.capture()
            if self.exchanges()[-1]["id"] == before["id"]:
                return before, screen
        raise AssertionError("requests come too fast to look")

    def _open(self, end: float, every: float) -> None:
        opened = self._running_answer()
        first = self._last_text(self.capture())
        try:
            programs.until(lambda: self._last_text(self.capture()) != first, "the answer's last line to move")
        except AssertionError as fault:
            self._fault(str(fault), self.capture())
        while True:
            screen = self.capture()
            # On a phone the neighbours are reached by a tap on the arrows, or by the help.
            self._look(screen, ("esc Back", "? more") if self.width < 60 else ("esc Back", "n Next", "? more"))
            if f"#{opened} " not in screen:
                self._fault(f"#{opened} was opened, and is no longer shown", screen)
            if time.monotonic() >= end:
                break
            time.sleep(min(every, max(0.0, end - time.monotonic())))
        if "newer" not in screen and self.exchanges()[-1]["id"] > opened:
            self._fault("how many are newer is not told", screen)

    def _running_answer(self) -> int:
        """Open the newest while it streams, with more to come than fits into a moment."""
        for _ in range(600):
            newest = self.exchanges()[-1]
            if newest["state"] == "streaming" and newest["usage"]["output"] < 150:
                self.press("G")
                self.press("Enter")
                programs.until(lambda: "‹" in self.capture(), "the opened exchange")
                found = re.search(r"‹ › #(\d+)", self.capture())
                assert found, self.capture()
                live = {row["id"] for row in self.exchanges() if row["state"] == "streaming"}
                if int(found[1]) in live:
                    return int(found[1])
                self.press("Escape")
            time.sleep(0.2)
        raise AssertionError("no answer ran within two minutes")

    # What a capture must show

    def _look(self, screen: str, keys: tuple[str, ...]) -> None:
        self.captures += 1
        lines = screen.splitlines()
        if self.keep is not None:
            (self.keep / f"{self.width}x{self.height}-{self.captures:02}.txt").write_text(screen, encoding="utf-8")
        bar = next((line for line in reversed(lines) if line.strip()), "")
        for hint in keys:
            if hint not in bar:
                self._fault(f"the key bar does not name {hint!r}", screen)
        if len(bar.split()) < FEWEST_IN_BAR:
            self._fault("the key bar names next to nothing", screen)
        if not re.search(r"\d\d:\d\d$", lines[0].rstrip()) or f":{self.port}" not in lines[0]:
            self._fault("the status row does not fit", screen)
        for number, line in enumerate(lines, 1):
            if cell_len(line) > self.width:
                self._fault(f"row {number} has {cell_len(line)} cells", screen)
            if line.lstrip("│").startswith("time ") and "…" in line.split("││")[0]:
                self._fault("the header is cut", screen)

    def _fault(self, sentence: str, screen: str) -> None:
        self.faults.append(f"{self.width}x{self.height}, capture {self.captures}: {sentence}\n{screen}")

    def _rows(self, screen: str) -> list[str]:
        """The lines of the list: between the line that says how it follows and a rule."""
        inside: list[str] = []
        listed = False
        for line in screen.splitlines()[:-1]:
            left = line.removeprefix("│").split("│")[0]  # from 110 columns on in a frame
            if not listed:
                listed = "following" in line
            elif left.startswith(("─", "╰")):
                break
            elif left.strip() and not left.startswith("time "):
                inside.append(left.rstrip())
        return inside

    def _last_text(self, screen: str) -> str:
        """The last line of the opened answer, above its figures."""
        column = [line.rstrip("│ ").split("│")[-1].strip() for line in screen.splitlines()[:-1]]
        return next((line for line in reversed(column) if line and not line.startswith(("ttft ", "─", "╰"))), "")


def _is_last(newest: Any, rows: list[str]) -> bool:
    """Whether the last row is of that exchange: model and, where its time stands there, time."""
    row = " ".join(rows[-2:] if rows and rows[-1].startswith("     ") else rows[-1:])
    model = newest["model"].removeprefix("gemini-").replace("-preview", "")
    at = time.strftime("%H:%M:%S", time.localtime(newest["opened_at"]))
    known = model[-6:] in row
    timed = at in row or re.search(rf"{at[:5]}(?!:)", row) is not None  # a phone's rows have no seconds
    return known and (timed or (not re.search(r"\d\d:\d\d", row) and newest["ended_at"] is None))


def walked(
    size: tuple[int, int], seconds: float, every: float, keep: Path | None = None, *, attached: bool = False
) -> Walk:
    walk = Walk(*size, keep=keep, attached=attached)
    walk.go(seconds, every)
    return walk


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--every", type=float, default=20.0)
    parser.add_argument("--keep", type=Path, help="a folder for the captures")
    parser.add_argument("--attached", action="store_true", help="by a second panel, over HTTP")
    options = parser.parse_args()
    if options.keep is not None:
        options.keep.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(len(SIZES)) as threads:
        chosen = (options.seconds, options.every, options.keep)
        walks = list(threads.map(lambda size: walked(size, *chosen, attached=options.attached), SIZES))
    for walk in walks:
        size, seconds = f"{walk.width}x{walk.height}", f"{options.seconds:.0f} s"
        print(f"{size}: {walk.captures} captures in {seconds}, {len(walk.faults)} faults")
        print(*walk.faults, sep="\n")
    idle_faults = 0
    for width, height in SIZES:
        idle = measured_idle((width, height))
        idle_faults += bool(idle.sent)
        wakeups = f"{idle.wakeups_per_s:.1f} wakeups/s"
        print(f"{width}x{height} idle: {idle.sent} bytes and {wakeups} in {idle.seconds:.0f} s")
    return 1 if idle_faults or any(walk.faults for walk in walks) else 0


if __name__ == "__main__":
    sys.exit(main())
