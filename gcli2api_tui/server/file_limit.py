"""How many connections of clients the process has files for.

In: the system's limit on open files, raised to what it may be (macOS begins with 256). Out: a number. Each client may
need a second connection, to Google, so at most half of the files are for clients.
"""

import contextlib
import sys

WANTED_FILES = 8192
"""More is not asked for: macOS allows 10,240 at most, and a phone has no memory for more."""

OWN_FILES = 64
"""For the database, credentials, the log, and a moment's lookups and images."""

WITHOUT_LIMIT = 2000
"""Where the system names none (Windows)."""

FEWEST = 8


def places() -> int:
    """Connections that clients may hold at a time."""
    files = _limit()
    return WITHOUT_LIMIT if files is None else max(FEWEST, (files - OWN_FILES) // 2)


if sys.platform == "win32":

    def open_files() -> int | None:
        """There is no limit."""
        return None

    def _limit() -> int | None:
        """There is none."""
        return None

else:
    import resource

    def open_files() -> int | None:
        """What it may be raised to; None where there is no limit."""
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        return None if hard == resource.RLIM_INFINITY else hard

    def _limit() -> int | None:
        """On open files, after raising it as far as this user may."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft == resource.RLIM_INFINITY:
            return WANTED_FILES
        wanted = WANTED_FILES if hard == resource.RLIM_INFINITY else min(hard, WANTED_FILES)
        if soft < wanted:
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
                return wanted
        return soft
