"""Markers and guards for all tests."""

import os
import shutil
import sys
from pathlib import Path

import pytest

# Plain modules beside the tests (tests/programs.py) are imported by name; importlib mode adds no folder by itself.
sys.path.insert(0, str(Path(__file__).parent))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """`tool(name)`: skip by name where the program is absent, fail where REQUIRE_TOOLS promises it."""
    for mark in item.iter_markers("tool"):
        for name in mark.args:
            if shutil.which(name) is None:
                _absent(name)


def _absent(name: str) -> None:
    if os.environ.get("REQUIRE_TOOLS") == "1":
        pytest.fail(f"REQUIRE_TOOLS=1, but {name} is not installed", pytrace=False)
    pytest.skip(f"needs {name}")
