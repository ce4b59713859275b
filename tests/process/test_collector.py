"""When garbage is looked for: never while a command starts or ends, and seldom from when something serves."""

import contextlib
import gc
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import programs
import pytest

from gcli2api_tui.cli import serving
from gcli2api_tui.control import remote_sides
from gcli2api_tui.panel_session import attached
from gcli2api_tui.process import collector

LATER = (20_000, *gc.get_threshold()[1:])

COUNTED = """
import gc, sys
from gcli2api_tui.process import collector
{first}
sys.argv[1:] = {words!r}
from gcli2api_tui import __main__
try:
    __main__.main()
except SystemExit:
    print(sum(generation["collections"] for generation in gc.get_stats()))
"""


def looks(words: list[str], first: str = "") -> int:
    script = COUNTED.format(words=words, first=first)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    return int(done.stdout.split()[-1])


def test_a_command_that_prints_a_line_never_looks(tmp_path: Path) -> None:
    words = ["key", "--home", str(tmp_path)]
    assert looks(words) == looks(["no-such-word"]), "the interpreter's own start looks a few times"
    assert looks(words, "collector.AT_START = 700") > looks(words) + 10


def test_nor_when_it_ends(tmp_path: Path) -> None:
    frozen = "import atexit; atexit.register(lambda: print(gc.get_freeze_count(), len(gc.get_objects())))"
    script = COUNTED.format(words=["key", "--home", str(tmp_path)], first=frozen)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    kept, looked_at = map(int, done.stdout.splitlines()[-1].split())
    assert kept > 10_000 > looked_at


SERVED = """
import gc, pathlib, sys
from gcli2api_tui import __main__, runtime
listening = runtime.serve
def serve(*asked):
    pathlib.Path({told!r}).write_text(repr(gc.get_threshold()))
    return listening(*asked)
runtime.serve = serve
sys.argv[1:] = {words!r}
__main__.main()
"""


def test_a_server_looks_seldom(tmp_path: Path) -> None:
    told = tmp_path / "told"
    words = ["serve", "--home", str(tmp_path / "home"), "--port", str(programs.free_port())]
    with subprocess.Popen([sys.executable, "-c", SERVED.format(told=str(told), words=words)]) as started:
        programs.until(lambda: told.exists() and told.read_text(), "a server that listens")
        started.terminate()
    assert told.read_text() == repr(LATER)


@pytest.fixture
def seldom() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(collector.AT_START)
    yield
    gc.set_threshold(*before)


@pytest.mark.usefixtures("seldom")
async def test_so_does_a_panel_that_is_attached(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextlib.asynccontextmanager
    async def seen() -> AsyncIterator[tuple[int, int, int]]:
        yield gc.get_threshold()

    monkeypatch.setattr(remote_sides, "remote_sides", seen)
    async with attached._sides() as there:
        assert there == LATER


@pytest.mark.usefixtures("seldom")
def test_so_does_the_stand_in_for_google() -> None:
    serving._stand_in("http://127.0.0.1:1")
    assert gc.get_threshold() == LATER
