"""run.json: how another process on this machine finds the running server, and proves that it may ask.

Holds pid, URL, a random token and when it started; private to the user. A file whose process is gone counts as absent.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from gcli2api_tui import private_files, processes, regular_file
from gcli2api_tui.events.secret import Secret

LARGEST = 10_000


@dataclass(frozen=True, slots=True)
class Running:
    """A server that serves now."""

    pid: int
    url: str
    token: Secret
    started_at: float = 0.0


def write(path: Path, running: Running) -> None:
    content = {"pid": running.pid, "url": running.url, "token": running.token.reveal(), "at": running.started_at}
    private_files.replace(path, json.dumps(content).encode())


def read(path: Path) -> Running | None:
    """The running server, or None if there is none (no file, a torn file, a dead process)."""
    try:
        entry = json.loads(regular_file.read(path, LARGEST))
        at = float(entry.get("at", 0.0))
        running = Running(int(entry["pid"]), str(entry["url"]), Secret(str(entry["token"])), at)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return running if processes.alive(running.pid) else None


def remove(path: Path) -> None:
    """Take away our own file; one that another process wrote meanwhile stays."""
    running = read(path)
    if running is not None and running.pid == os.getpid():
        path.unlink(missing_ok=True)
