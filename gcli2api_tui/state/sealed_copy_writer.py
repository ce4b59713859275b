"""The thread that keeps a home's sealed copy of what its database last said.

In: the word that something has moved. Out: the file, soon after it, and every STALE_S while counts go on. While the
database is away the copy stays as it was.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import StoreFault
from gcli2api_tui.state.postgresql.offline_copy import KnownFile, Rows

STALE_S = 30.0
SOON_S = 0.3
"""Several that move together are one."""
SHARE, MOST_S = 10, 3.0
"""Between two copies passes so many times what one took, and so long at most."""
ANSWER_S = 10.0
LAST_S = 3.0


class KnownKeeper:
    """`read` asks the database; it is not asked where it is `away`."""

    def __init__(
        self, file: KnownFile, read: "Callable[[], Future[Rows]]", away: Callable[[], bool], clock: Clock
    ) -> None:
        self._file = file
        self._read = read
        self._away = away
        self._clock = clock
        self._moved = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="state-known", daemon=True)

    def begin(self) -> None:
        """The database has answered."""
        self._thread.start()

    def moved(self) -> None:
        self._moved.set()

    def close(self) -> None:
        """With the last counts, where the database is there."""
        self._stop.set()
        self._moved.set()
        if self._thread.is_alive():
            self._thread.join(LAST_S)

    # The thread

    def _work(self) -> None:
        ended = False
        while not ended:
            ended = self._stop.is_set()
            self._moved.clear()
            begun = self._clock.monotonic()
            self._keep()
            if not ended:
                self._stop.wait(min(MOST_S, max(SOON_S, SHARE * (self._clock.monotonic() - begun))))
                self._moved.wait(STALE_S)

    def _keep(self) -> None:
        if not self._away():
            with suppress(StoreFault, OSError, TimeoutError):
                self._file.keep(self._read().result(ANSWER_S))
