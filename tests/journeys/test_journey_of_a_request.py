"""The journey of one streamed tool turn stays as short as it has become, and nothing in relay/ jumps back."""

import functools
from pathlib import Path

import pytest
import request as walked

FILES, CHANGES, CALLS = 71, 310, 640
"""At most. docs/performance.md tells what it takes; reads of a socket fall a little differently each time."""

pytestmark = pytest.mark.slow


MOST_WALKS = 12
"""On a machine with much else to do, what is written beside the answer falls into the journey, too."""


@functools.cache
def shortest() -> list[walked.Call]:
    walks = []
    while not walks or (len(walks) < MOST_WALKS and not is_short(min(walks, key=len))):
        walks.append(walked.journey(Path(__file__).parents[2]))
    return min(walks, key=len)


def is_short(walk: list[walked.Call]) -> bool:
    files, changes, calls = walked.counted(walk)
    return files <= FILES and changes <= CHANGES and calls <= CALLS


def test_it_is_as_short_as_it_was() -> None:
    assert is_short(shortest()), walked.counted(shortest())


def test_relay_is_one_way() -> None:
    assert walked.jumps_back(walked.edges_of(shortest())) == []
