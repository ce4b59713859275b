"""When Python looks for garbage: hardly ever while a program starts, seldom once it serves or shows, never at its end.

Each look walks what was imported since the last one, and modules are no garbage: a twentieth of what a start computes,
and a tenth of `status` are those at its end (docs/performance.md). Later each walks the requests that run, in vain: one
that ends leaves nothing in a circle, however it ended (tests/relay/test_relay.py), and a connection that ends leaves
what is small. Comes before all other imports; commands that are soon over (`logs`, `usage`, `replay`) keep what a start
has.
"""

import atexit
import gc

OLDER = gc.get_threshold()[1:]
"""How many looks at new objects go before one at those that were there already: as Python has it."""
AT_START = 150_000
"""New objects: none of it happens by then. A server has 115,000 when it listens, and nobody needs 2,000 of them."""
WHILE_RUNNING = 20_000
"""Where Python has 700: those looks were a tenth of a request, and memory is the same (docs/performance.md). With half
as many, twice as many looks took nearly as long each: most of what one finds is rows that are kept."""


def seldom() -> None:
    gc.set_threshold(AT_START, *OLDER)
    atexit.register(gc.freeze)  # the process takes all with it


def while_running() -> None:
    gc.set_threshold(WHILE_RUNNING, *OLDER)


def freeze_what_is_here() -> None:
    """What is here now stays: a walk over all of it stopped every stream for 70 ms (measured)."""
    gc.freeze()


def spare_the_screen() -> None:
    """After the first frames nothing of it is garbage: keep the collector from walking it (measured)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(WHILE_RUNNING, 500, 1000)
