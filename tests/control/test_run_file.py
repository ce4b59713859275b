"""run.json: found while the process lives, absent otherwise."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from gcli2api_tui.control import run_file
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.process import other_processes


def test_a_living_server_is_found(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    running = run_file.Running(os.getpid(), "http://127.0.0.1:1", Secret("t"))
    run_file.write(file, running)
    assert run_file.read(file) == running
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_dead_one_and_a_torn_file_count_as_absent(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    run_file.write(file, run_file.Running(gone.pid, "http://127.0.0.1:1", Secret("t")))
    assert run_file.read(file) is None
    file.write_text('{"pid": 1')
    assert run_file.read(file) is None


def test_only_the_own_file_is_removed(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    run_file.write(file, run_file.Running(os.getppid(), "http://127.0.0.1:1", Secret("t")))
    run_file.remove(file)
    assert file.exists()
    run_file.write(file, run_file.Running(os.getpid(), "http://127.0.0.1:1", Secret("t")))
    run_file.remove(file)
    assert not file.exists()


def test_that_of_another_container_counts_as_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a volume that both mount: its process ids are those of others here, and often of ourselves."""
    file = tmp_path / "run.json"
    running = run_file.Running(os.getpid(), "http://127.0.0.1:1", Secret("t"))
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(other_processes, "namespace", lambda: "pid:[4026539999]")
        run_file.write(file, running)
    assert run_file.read(file) is None
    entry = json.loads(file.read_text())
    del entry["namespace"]  # of a version before
    file.write_text(json.dumps(entry))
    assert run_file.read(file) == running
