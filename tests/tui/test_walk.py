"""A short walk in a real terminal, and an idle panel that sends nothing. The long one is `python tests/tui/walk.py`."""

import sys

import pytest

from .idle import measured
from .walk import walked

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc and drives tmux"),
]


@pytest.mark.tool("tmux")
@pytest.mark.parametrize("size", [(45, 20), (80, 24)], ids=str)
def test_the_newest_is_in_sight_and_what_is_opened_stays(size: tuple[int, int]) -> None:
    walk = walked(size, 12, 4)
    assert not walk.faults, "\n".join(walk.faults)
    assert walk.captures >= 2, "the list was looked at, and an opened exchange"


def test_an_idle_panel_sends_nothing_and_sleeps() -> None:
    idle = measured((80, 24), most_s=12)
    assert idle.sent == 0
    assert idle.wakeups_per_s <= 5, "two to three at rest"
