"""When Python looks for garbage: seldom while a program starts, as usual once it serves or shows, never at its end.

Each look walks what was imported since the last one, and modules are no garbage: a twentieth of what a start computes,
and a tenth of `status` are those at its end (docs/performance.md). Comes before all other imports.
"""

import atexit
import gc

USUAL = gc.get_threshold()
AT_START = 150_000
"""New objects: none of it happens by then. A server has 115,000 when it listens, and nobody needs 2,000 of them."""


def seldom() -> None:
    gc.set_threshold(AT_START, *USUAL[1:])
    atexit.register(gc.freeze)  # the process takes all with it


def as_usual() -> None:
    gc.set_threshold(*USUAL)


def freeze_what_is_here() -> None:
    """What is here now stays: a walk over all of it stopped every stream for 70 ms (measured)."""
    gc.freeze()


def spare_the_screen() -> None:
    """After the first frames nothing of it is garbage: keep the collector from walking it (measured)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 500, 1000)
