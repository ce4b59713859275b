"""A short walk in a real terminal, an idle panel that sends nothing, random keys, and a newcomer's clock.

The long forms are scripts beside this: walk.py, crawl.py, newcomer.py.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from .idle import measured
from .newcomer import MOST_KEYS, MOST_S, clocked
from .walk import walked

pytestmark = [
    pytest.mark.slow,
    pytest.mark.alone,
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


@pytest.mark.parametrize(("seed", "size"), [(1, "45x20"), (2, "160x50")])
def test_random_keys_crash_nothing_and_hold_nobody_up(seed: int, size: str) -> None:
    line = [sys.executable, str(Path(__file__).parent / "crawl.py"), "--seconds", "10", "--seed", str(seed)]
    line += ["--longest", "250", "--probe", "1500"]  # machines that run tests are busy; by hand it is 50 and 100
    done = subprocess.run([*line, "--size", size], capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.tool("tmux")
@pytest.mark.tool("curl")
def test_a_newcomer_has_an_answer_within_a_minute() -> None:
    newcomer = clocked()
    assert newcomer.took_s < MOST_S and newcomer.keys <= MOST_KEYS and newcomer.pastes == 1, newcomer.steps
