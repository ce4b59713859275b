"""Markers and guards for all tests."""

import gc
import os
import shutil
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

# Plain modules beside the tests (tests/programs.py) are imported by name; importlib mode adds no folder by itself.
sys.path.insert(0, str(Path(__file__).parent))

import examples  # noqa: F401 - its profiles are those of all tests
import postgres_server
from loop_guard import LoopGuard


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Ten thousand tests and all modules stay: the collector walked them in vain, a seventh of the way to the first.

    And for half a second each time that it looked at all while tests ran.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def loop_guard() -> Iterator[LoopGuard]:
    guard = LoopGuard()
    guard.install()
    yield guard
    guard.remove()


@pytest.fixture(autouse=True)
def nothing_waits_on_the_loop(loop_guard: LoopGuard, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No lock, no file, no compression, no large JSON on the loop: in this process, and in programs it starts."""
    report = tmp_path_factory.getbasetemp() / "loop-guard"
    os.environ["LOOP_GUARD_REPORT"] = str(report)
    loop_guard.found.clear()
    yield
    found = [*loop_guard.found]
    if report.exists():
        found += report.read_text().splitlines()
        report.unlink()
    assert not found


def pytest_runtest_setup(item: pytest.Item) -> None:
    """`tool(name)`: skip by name where the program is absent, fail where REQUIRE_TOOLS promises it."""
    for mark in item.iter_markers("tool"):
        for name in mark.args:
            if shutil.which(name) is None and not postgres_server.program(name):
                _absent(name)


def _absent(name: str) -> None:
    if os.environ.get("REQUIRE_TOOLS") == "1":
        pytest.fail(f"REQUIRE_TOOLS=1, but {name} is not installed", pytrace=False)
    pytest.skip(f"needs {name}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgres_server.PostgresServer]:
    """One for all tests that are marked `tool("postgres")`; each takes a database of its own (`fresh`)."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        _absent("psycopg")
    with postgres_server.postgres() as server:
        yield server
