"""Records the demo while a script plays it: `python tests/tui/record.py`, about a minute, in a real pseudo-terminal.

Writes docs/pictures/demo.cast (asciicast v2) and demo.svg, the same as a picture that moves. What was recorded is read
back by a terminal emulator (pyte) first: a recording that nobody can replay is none.
"""

import argparse
import codecs
import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent))

import programs
import pyte
import svg

FOLDER = Path(__file__).parent.parent.parent / "docs" / "pictures"
LARGEST = 400_000
EVERY_S = 0.25
"""How often the picture that moves may change."""
COLOURS = {
    "black": "#000000", "red": "#cd3131", "green": "#0dbc79", "brown": "#e5e510", "blue": "#2472c8",
    "magenta": "#bc3fbc", "cyan": "#11a8cd", "white": "#e5e5e5",
}  # fmt: skip
GROUND = "#121212"

Output = tuple[float, str]
"""(seconds, what was written)"""


def record(command: Sequence[str], width: int, height: int, patience_s: float = 180.0) -> list[Output]:
    """All that the command writes until it ends, as the terminal got it."""
    child, descriptor = pty.fork()
    if child == 0:
        time.sleep(0.2)  # until the size is set
        os.execvpe(command[0], list(command), _environment())
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    began, found = time.monotonic(), list[Output]()
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    try:
        while time.monotonic() - began < patience_s:
            if not select.select([descriptor], [], [], 1.0)[0]:
                continue
            try:
                data = os.read(descriptor, 65536)
            except OSError:
                break
            if not data:
                break
            if text := decoder.decode(data):
                found.append((time.monotonic() - began, text))
    finally:
        os.close(descriptor)
        os.waitpid(child, 0)
    return found


def _environment() -> dict[str, str]:
    return programs.environment(
        TERM="xterm-256color", COLORTERM="truecolor", LC_ALL="C.UTF-8", GCLI2API_REFRESH="ssh", GCLI2API_LANGUAGE="en"
    )


def cast(outputs: Sequence[Output], width: int, height: int, title: str) -> str:
    """An asciicast, version 2."""
    header = {"version": 2, "width": width, "height": height, "title": title, "env": {"TERM": "xterm-256color"}}
    lines = [json.dumps(header), *(json.dumps([round(at, 3), "o", text], ensure_ascii=False) for at, text in outputs)]
    return "\n".join(lines) + "\n"


def read_cast(text: str) -> tuple[dict[str, Any], list[Output]]:
    """Raises ValueError where it is none."""
    header, *events = [json.loads(line) for line in text.splitlines()]
    if header.get("version") != 2 or any(kind != "o" for _, kind, _ in events):
        raise ValueError("no asciicast of version 2 with output alone")
    return header, [(at, data) for at, _, data in events]


def from_first_frame(outputs: Sequence[Output], mark: str) -> list[Output]:
    """Without the time it took to start: the first frame that shows the mark is second 0."""
    told = next((at for at, text in outputs if mark in text), outputs[0][0])
    return [(max(0.0, at - told), text) for at, text in outputs]


def frames(outputs: Sequence[Output], width: int, height: int, every_s: float = EVERY_S) -> Iterator[svg.Frame]:
    """What stands on the screen after each moment in which something was written; only while the panel is there."""
    screen, place = pyte.Screen(width, height), 0
    stream = pyte.Stream(screen)
    steps = int(outputs[-1][0] / every_s) + 1
    for step in range(steps + 1):
        moved = False
        while place < len(outputs) and outputs[place][0] <= step * every_s:
            if "\x1b[?1049l" in outputs[place][1]:
                return
            stream.feed(outputs[place][1])
            place, moved = place + 1, True
        if moved or step == 0:
            yield svg.Frame(step * every_s, tuple(_row(screen, y) for y in range(height)))


def _row(screen: Any, y: int) -> svg.Row:
    cells = [screen.buffer[y][x] for x in range(screen.columns)]
    runs = [svg.Run(cell.data, *_colours(cell), bool(cell.bold), bool(cell.underscore)) for cell in cells if cell.data]
    return svg.joined(runs)


def _colours(cell: Any) -> tuple[str, str]:
    fg, bg = _hex(cell.fg, "#e0e0e0"), _hex(cell.bg, GROUND)
    return (bg, fg) if cell.reverse else (fg, bg)


def _hex(name: str, default: str) -> str:
    return default if name == "default" else COLOURS.get(name.removeprefix("bright"), f"#{name}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--script", default="tour")
    parser.add_argument("--size", default="80x24")
    parser.add_argument("--to", type=Path, default=FOLDER)
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    command = [sys.executable, "-m", "gcli2api_tui", "demo", "--seed", "7", "--port", "0", "--script", options.script]
    outputs = from_first_frame(record(command, width, height), "DEMO")
    text = cast(outputs, width, height, "gcli2api-tui demo")
    _, again = read_cast(text)
    shown = list(frames(again, width, height))
    if not any("DEMO" in run.text for run in shown[0].rows[0]):
        print("the first frame is not the panel's")
        return 1
    lasts_s = shown[-1].at + 3
    picture = svg.moving(shown, width, GROUND, "the demo of gcli2api-tui", lasts_s)
    options.to.mkdir(parents=True, exist_ok=True)
    (options.to / "demo.cast").write_text(text, encoding="utf-8")
    (options.to / "demo.svg").write_text(picture, encoding="utf-8")
    print(f"{lasts_s:.0f} s, {len(shown)} frames; cast {len(text) // 1000} kB, picture {len(picture) // 1000} kB")
    return int(len(picture.encode()) > LARGEST)


if __name__ == "__main__":
    sys.exit(main())
