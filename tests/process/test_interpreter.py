"""What belongs to the process: a large block is the system's again."""

import platform
import subprocess
import sys

import pytest

KEPT = """
import os
from gcli2api_tui.process.interpreter import keep_little
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
    script = KEPT.format(first="keep_little()" if ours else "")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (int(done.stdout) < 1_000_000) is ours
