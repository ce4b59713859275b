"""One holder at a time, on POSIX and as Windows does it; a lock ends with its process."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import windows

from gcli2api_tui import file_lock

HOLDER = """
import sys
from pathlib import Path
from gcli2api_tui import file_lock
held = file_lock.acquire(Path(sys.argv[1]))
print("held" if held else "taken", flush=True)
sys.stdin.read()
"""


@pytest.fixture(params=["posix", "windows"])
def locks(request: pytest.FixtureRequest) -> Any:
    return file_lock if request.param == "posix" else windows.file_lock()


def test_one_at_a_time_and_again_when_it_is_given_up(locks: Any, tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    first = locks.acquire(path)
    assert locks.acquire(path) is None
    first.release()
    first.release()
    with locks.acquire(path):
        assert locks.acquire(path) is None
    with locks.locked(path, 0.0):
        assert locks.acquire(path) is None
    assert path.read_bytes() == b""


def test_waiting_ends_with_words_and_the_block_does_not_run(locks: Any, tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with locks.acquire(path), pytest.raises(TimeoutError, match="Another process"), locks.locked(path, 0.02):
        pytest.fail("two hold it")


def test_who_waits_gets_it_when_it_becomes_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / ".lock"
    first = file_lock.acquire(path)
    assert first
    monkeypatch.setattr("time.sleep", lambda _: first.release())
    with file_lock.locked(path, 5.0):
        assert file_lock.acquire(path) is None


def test_the_end_of_a_process_ends_its_lock(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout and other.stdout.readline() == "held\n"
        assert file_lock.acquire(path) is None
        other.kill()
        other.wait()
    with file_lock.locked(path, 5.0):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_system_without_locks_refuses_nobody(
    locks: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", unsupported)
    with locks.locked(tmp_path / ".lock", 0.0):
        pass


def test_what_cannot_be_opened_is_raised_and_leaves_no_descriptor(tmp_path: Path) -> None:
    before = len(os.listdir("/dev/fd")) if Path("/dev/fd").is_dir() else 0
    with pytest.raises(OSError, match="directory"):
        file_lock.acquire(tmp_path)
    assert (len(os.listdir("/dev/fd")) if before else 0) == before
