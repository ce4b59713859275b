"""The journey of one streamed tool turn stays as short as it has become, and nothing in relay/ jumps back."""

import functools
from pathlib import Path

import pytest
import request as walked

FILES, CHANGES, CALLS = 71, 310, 640
"""At most. docs/performance.md tells what it takes; reads of a socket fall a little differently each time."""

pytestmark = pytest.mark.slow


@functools.cache
def shortest() -> list[walked.Call]:
    return min((walked.journey(Path(__file__).parents[2]) for _ in range(4)), key=len)


def test_it_is_as_short_as_it_was() -> None:
    files, changes, calls = walked.counted(shortest())
    assert (files <= FILES, changes <= CHANGES, calls <= CALLS) == (True, True, True), (files, changes, calls)


def test_relay_is_one_way() -> None:
    assert walked.jumps_back(walked.edges_of(shortest())) == []
