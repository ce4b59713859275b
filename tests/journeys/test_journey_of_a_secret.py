"""A refresh token's way to an Authorization header, and of what it brings back to the disk, goes one way."""

from pathlib import Path

import pytest
import secret as walked

pytestmark = pytest.mark.slow


def test_nothing_jumps_back() -> None:
    """Three walks: whether the folder is looked at beside falls differently each time."""
    assert [walked.jumps_back(walked.journey(Path(__file__).parents[2])) for _ in range(3)] == [[]] * 3
