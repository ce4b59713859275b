"""One simulator and one server for all cells of a module; modules of this folder import each other by name."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from fault_rig import Rig, opened


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """Runs on a loop of its own, so that the server lives from one cell to the next."""
    with asyncio.Runner() as runner:
        context = opened(tmp_path_factory.mktemp("home"), runner)
        yield runner.run(context.__aenter__())
        runner.run(context.__aexit__(None, None, None))
