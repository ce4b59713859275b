"""When Python looks for garbage: seldom while a program starts, and as usual from when it serves or shows.

Each look walks what was imported since the last one, and modules are no garbage: a twentieth of what a start computes,
and 20 ms in front of the panel's first frame (docs/performance.md). Imports nothing: it comes before all else.
"""

import gc

USUAL = gc.get_threshold()
AT_START = 50_000
"""New objects. A server has some 115,000 when it listens, 2,000 of which nobody needs any more."""


def seldom() -> None:
    gc.set_threshold(AT_START, *USUAL[1:])


def as_usual() -> None:
    gc.set_threshold(*USUAL)
