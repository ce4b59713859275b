"""One simulator and one server for all cells of a module; modules here and in tests/bench are imported by name."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "bench")]

from fault_rig import Rig, opened  # noqa: E402 - found through the line above


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """Runs on a loop of its own, so that the server lives from one cell to the next."""
    with asyncio.Runner() as runner:
        context = opened(tmp_path_factory.mktemp("home"), runner)
        yield runner.run(context.__aenter__())
        runner.run(context.__aexit__(None, None, None))
