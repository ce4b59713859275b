"""Who comes second is told what runs here, since when, and what to type; the first keeps its home."""

import os
import signal
from pathlib import Path

import programs
import pytest

from gcli2api_tui import paths
from gcli2api_tui.control import run_file
from gcli2api_tui.control.run_file import Running
from gcli2api_tui.events.problems import StartFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.lifecycle.home_lock import only_one

NOW = 1_795_000_000.0


@pytest.fixture
def home(tmp_path: Path) -> paths.Paths:
    found = paths.find(str(tmp_path), {})
    found.create()
    return found


def test_the_second_is_told_what_runs(home: paths.Paths) -> None:
    run_file.write(home.run_file, Running(os.getpid(), "http://127.0.0.1:7861", Secret("t"), NOW - 60))
    before = home.run_file.read_bytes()
    with only_one(home, NOW), pytest.raises(StartFault) as refused, only_one(home, NOW):
        raise AssertionError("two at once")
    for words in ("http://127.0.0.1:7861, since ", f"stop --home {home.config}", f"status --home {home.config}"):
        assert words in refused.value.sentence
    assert (refused.value.exit_code, home.run_file.read_bytes()) == (2, before)
    with only_one(home, NOW):
        """It is free again; the run.json that was left behind refuses nobody."""


def test_one_from_another_day_says_which(home: paths.Paths) -> None:
    run_file.write(home.run_file, Running(os.getpid(), "http://127.0.0.1:7861", Secret("t"), NOW - 200_000))
    with only_one(home, NOW), pytest.raises(StartFault, match=r"since 20\d\d-"), only_one(home, NOW):
        raise AssertionError("two at once")


def test_one_that_has_not_said_where_it_is_counts_too(home: paths.Paths) -> None:
    with only_one(home, NOW), pytest.raises(StartFault, match="just now"), only_one(home, NOW):
        raise AssertionError("two at once")


def test_a_disk_without_locks_refuses_nobody(home: paths.Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.open", lambda *_: (_ for _ in ()).throw(OSError(30, "Read-only file system")))
    with only_one(home, NOW), only_one(home, NOW):
        """Both write nothing there."""


def test_the_second_process_is_refused_on_any_port_until_the_first_dies(tmp_path: Path) -> None:
    words = ("serve", "--home", str(tmp_path), "--port")
    with programs.running(*words, str(programs.free_port())) as first:
        programs.until(lambda: (tmp_path / "run.json").exists() or first.poll() is not None, "run.json")
        kept = (tmp_path / "run.json").read_bytes()
        second = programs.command(*words, str(programs.free_port()))
        assert (second.returncode, "runs here already" in second.stderr) == (2, True)
        assert len(second.stderr.splitlines()) == 1
        assert (tmp_path / "run.json").read_bytes() == kept
        first.send_signal(signal.SIGKILL)
        first.wait()
        with programs.running(*words, str(programs.free_port())) as third:
            programs.until(
                lambda: (tmp_path / "run.json").read_bytes() != kept or third.poll() is not None, "a new one"
            )
            assert third.poll() is None
