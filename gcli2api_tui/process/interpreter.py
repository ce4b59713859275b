"""The interpreter's turns and the allocator, which belong to the process and not to one instance."""

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ctypes

TURN_S = 0.0005
"""How long a thread keeps the interpreter from others, Python's own 5 ms: each step of a stream waited for it while an
import was read (measured)."""

LARGE_BLOCK = 4 * 2**20
"""Bytes; such a block is the system's again as soon as it is freed. Pictures are smaller, and what they were made of is
kept for the next one: to have it back page by page was a tenth of what a picture cost (measured)."""
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""M_TRIM_THRESHOLD, M_MMAP_THRESHOLD and M_ARENA_MAX of malloc.h."""


def short_turns() -> None:
    sys.setswitchinterval(TURN_S)


def keep_little() -> None:
    """Before the first thread: glibc's allocator begins heaps for threads, of which one at a time runs Python, 0.8 MB;
    and it keeps what a 20 MB body was made of, in pieces that nobody else fits, 85 MB (measured)."""
    with _allocator() as allocator:
        allocator.mallopt(_ARENA_MAX, 1)
        allocator.mallopt(_MMAP_THRESHOLD, LARGE_BLOCK)
        allocator.mallopt(_TRIM_THRESHOLD, LARGE_BLOCK)


def give_free_blocks_back() -> None:
    """What a start made and let go: 5 MB where it had to compile (measured)."""
    with _allocator() as allocator:
        allocator.malloc_trim(0)


@contextlib.contextmanager
def _allocator() -> "Iterator[ctypes.CDLL]":
    """glibc's; with another one, or on another system, nothing happens."""
    import ctypes

    with contextlib.suppress(AttributeError, OSError, TypeError):
        yield ctypes.CDLL(None)
