"""The modes of a terminal, for whoever outlives the program that changed them, and for a question to the terminal.

In: the terminal of standard input, as it was. Out: the same again, after a panel that was killed and could not put it
back. Only POSIX has such modes; elsewhere there is nothing to keep.
"""

import contextlib
import os
import sys
from collections.abc import Iterator

LEFT = (
    "\x1b[?1049l\x1b[?25h\x1b[?7h\x1b[0m"  # the shell's own screen, the cursor, wrapping
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?1006l\x1b[?2004l\x1b[<u"  # mouse, focus, paste, keyboard
)

if sys.platform == "win32":

    class TerminalModes:
        """Nothing to keep here."""

        def restore(self) -> None:
            """Nothing to put back."""

    @contextlib.contextmanager
    def unechoed(descriptor: int) -> Iterator[bool]:
        """False: a question to the terminal would be answered to nobody here."""
        yield False
else:
    import termios

    class TerminalModes:
        """Those of now; none where standard input is no terminal."""

        def __init__(self) -> None:
            self._kept = termios.tcgetattr(0) if os.isatty(0) else None

        def restore(self) -> None:
            """A terminal that went away, or that is somebody else's now, is left alone."""
            if self._kept is None:
                return
            with contextlib.suppress(OSError, termios.error):
                if os.tcgetpgrp(0) == os.getpgrp():
                    termios.tcsetattr(0, termios.TCSANOW, self._kept)
                    os.write(1, LEFT.encode())

    @contextlib.contextmanager
    def unechoed(descriptor: int) -> Iterator[bool]:
        """What the terminal answers is neither shown nor held until a line ends; what was not read is dropped.

        False where it is no terminal, or one that another job has now: to change its modes would stop this process.
        """
        if not os.isatty(descriptor) or os.tcgetpgrp(descriptor) != os.getpgrp():
            yield False
            return
        before = termios.tcgetattr(descriptor)
        quiet = termios.tcgetattr(descriptor)
        quiet[3] &= ~(termios.ICANON | termios.ECHO)
        termios.tcsetattr(descriptor, termios.TCSANOW, quiet)
        try:
            yield True
        finally:
            termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)
