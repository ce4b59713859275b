"""What belongs to the process: crashes beside the loop go to the ledger, by kind and place, and nowhere else."""

import platform
import subprocess
import sys
import threading

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.ledger.ledger import Ledger
from gcli2api_tui.process.interpreter import logging_to


class Breaks:
    def __del__(self) -> None:
        raise ValueError("planted prompt")


def fail() -> None:
    raise ValueError("planted prompt")


def test_crashes_of_threads_and_destructors_are_told_without_their_words(capfd: pytest.CaptureFixture[str]) -> None:
    ledger, before = Ledger(Clock(), keep_bodies=0, keep_bodies_bytes=0), (threading.excepthook, sys.unraisablehook)
    with logging_to(ledger, Clock()):
        thread = threading.Thread(target=fail, name="worker")
        thread.start()
        thread.join()
        Breaks()
    told = [str(row.text) for row in ledger.snapshot().log]
    assert [line.partition(", line")[0] for line in told] == [
        "thread worker crashed: ValueError in fail",
        "a destructor crashed: ValueError in __del__",
    ]
    assert capfd.readouterr() == ("", "")
    assert (threading.excepthook, sys.unraisablehook) == before


KEPT = """
import os
from gcli2api_tui.process.interpreter import give_large_blocks_back
{first}
def held():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
bytearray(b"x") * 20_000_000  # from then on glibc keeps blocks of such a size
before = held()
block = bytearray(b"x") * 8_000_000
del block
print(held() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator")
@pytest.mark.parametrize("ours", [True, False])
def test_a_large_block_is_the_systems_again_when_it_is_freed(ours: bool) -> None:
    script = KEPT.format(first="give_large_blocks_back()" if ours else "")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (int(done.stdout) < 1_000_000) is ours
