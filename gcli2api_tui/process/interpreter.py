"""The interpreter's turns and the allocator, which belong to the process and not to one instance."""

import contextlib
import sys

TURN_S = 0.0005
"""How long a thread keeps the interpreter from others, Python's own 5 ms: each step of a stream waited for it while an
import was read (measured)."""

LARGE_BLOCK = 4 * 2**20
"""Bytes; such a block is the system's again as soon as it is freed. Pictures are smaller, and what they were made of is
kept for the next one: to have it back page by page was a tenth of what a picture cost (measured)."""
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of malloc.h."""


def short_turns() -> None:
    sys.setswitchinterval(TURN_S)


def give_large_blocks_back() -> None:
    """glibc's allocator keeps what a 20 MB body was made of, in pieces that nobody else fits: 85 MB (measured)."""
    import ctypes

    with contextlib.suppress(AttributeError, OSError, TypeError):  # another allocator, or another system
        allocator = ctypes.CDLL(None)
        allocator.mallopt(_MMAP_THRESHOLD, LARGE_BLOCK)
        allocator.mallopt(_TRIM_THRESHOLD, LARGE_BLOCK)
