"""run.json: how another process on this machine finds the running server, and proves that it may ask.

Holds pid, URL and a random token; private to the user. A file whose process is gone counts as absent.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from gcli2api_tui import processes
from gcli2api_tui.config_file import replace_file
from gcli2api_tui.events.secret import Secret


@dataclass(frozen=True, slots=True)
class Running:
    """A server that serves now."""

    pid: int
    url: str
    token: Secret


def write(path: Path, running: Running) -> None:
    replace_file(path, json.dumps({"pid": running.pid, "url": running.url, "token": running.token.reveal()}))


def read(path: Path) -> Running | None:
    """The running server, or None if there is none (no file, a torn file, a dead process)."""
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
        running = Running(int(entry["pid"]), str(entry["url"]), Secret(str(entry["token"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return running if processes.alive(running.pid) else None


def remove(path: Path) -> None:
    """Take away our own file; one that another process wrote meanwhile stays."""
    running = read(path)
    if running is not None and running.pid == os.getpid():
        path.unlink(missing_ok=True)
