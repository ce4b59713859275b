"""run.json: how another process on this machine finds the running server, and proves that it may ask.

Holds pid, URL, a random token, when it started, its version and whether it shows a panel; private to the user. A file
whose process is gone counts as absent, as does one of another container: its process ids are no ids here, and its
loopback is another. Fields are added, never taken away: another version may read it.
"""

import json
import os
from pathlib import Path

from gcli2api_tui import safe_files
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.process import other_processes
from gcli2api_tui.quick_dataclass import dataclass

LARGEST = 10_000


@dataclass(frozen=True, slots=True)
class Running:
    """A server that serves now."""

    pid: int
    url: str
    token: Secret
    started_at: float = 0.0
    version: str = ""
    """Empty in the file of one that is older than this field."""
    panel: bool = False
    """It shows one in a terminal."""
    certificate: str = ""
    """What it speaks https with, as PEM; empty where it speaks http."""


def write(path: Path, running: Running) -> None:
    content = {
        "pid": running.pid,
        "url": running.url,
        "token": running.token.reveal(),
        "at": running.started_at,
        "version": running.version,
        "panel": running.panel,
        "certificate": running.certificate,
        "namespace": other_processes.namespace(),
    }
    safe_files.replace(path, json.dumps(content).encode())


def read(path: Path) -> Running | None:
    """The running server, or None if there is none (no file, a torn file, a dead process)."""
    try:
        entry = json.loads(safe_files.read(path, LARGEST))
        at = float(entry.get("at", 0.0))
        version, panel = str(entry.get("version", ""))[:40], bool(entry.get("panel", False))
        known = Secret(str(entry["token"])), at, version, panel, str(entry.get("certificate", ""))
        running = Running(int(entry["pid"]), str(entry["url"]), *known)
        if (namespace := entry.get("namespace")) and namespace != other_processes.namespace():
            return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return running if other_processes.alive(running.pid) else None


def remove(path: Path) -> None:
    """Take away our own file; one that another process wrote meanwhile stays."""
    running = read(path)
    if running is not None and running.pid == os.getpid():
        path.unlink(missing_ok=True)
