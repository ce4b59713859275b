"""The feed of changes among the instances on one database: told beside the writes, heard by a thread of each.

In: news for the others; the number of those that were read at the start. Out: news as they come, within a tenth of a
second where the engine notifies, within POLL_S where a pooler swallows that; once a second a sign of life, and those of
the others. While the engine is away the listener asks again, and goes on where it was.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

from gcli2api_tui.clock import Clock
from gcli2api_tui.state.postgresql.connection import CHANGES, FAILS, Address, Database
from gcli2api_tui.state.postgresql.replication_events import CredentialsMoved, News, read_news
from gcli2api_tui.state.postgresql.signs_of_life import Instance, Life, living, show_life

POLL_S = 0.5
LIFE_S = 1.0
RETRY_S = 0.5
CHANNEL = "gcli2api_tui"
TELL = (
    "WITH told AS (INSERT INTO news (run, at, content) VALUES (%s, %s, %s) RETURNING run) "
    f"SELECT pg_notify('{CHANNEL}', run) FROM told"
)
KEPT_S = 3_600.0
"""News: an instance that was away for longer reads all of it again."""
RUN_S = 7 * 86_400.0
AT_ONCE = 200


def tell(database: Database, run: str, now: float, news: str) -> None:
    """Within a transaction that holds the lock for changes: others hear of it when that ends."""
    database.run(TELL, (run, now, news))


class Listener:
    """`hear`, `meet` and, where the engine has gone, `lost` are called from the thread; `life` is asked there."""

    def __init__(
        self,
        address: Address,
        clock: Clock,
        seq: int,
        hear: Callable[[Sequence[News]], None],
        meet: Callable[[tuple[Instance, ...]], None],
        life: Callable[[], Life],
        lost: Callable[[], None],
    ) -> None:
        self._address = address
        self._clock = clock
        self._seq = seq
        self._hear = hear
        self._meet = meet
        self._life = life
        self._lost = lost
        self._told_at = float("-inf")
        self._lag_s = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="state-news", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """It ends by itself, soon."""
        self._stop.set()

    # The thread

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                self._follow()
            except FAILS:
                self._lost()
                self._stop.wait(RETRY_S)

    def _follow(self) -> None:
        """Until the engine goes, or the program ends."""
        database = self._address.open(listening=True)
        try:
            database.run(f"LISTEN {CHANNEL}")
            while not self._stop.is_set():
                self._read(database)
                self._live(database)
                self._wait(database)
        finally:
            database.close()

    def _wait(self, database: Database) -> None:
        """Until another has told something, POLL_S at most; what this instance told is no news to it."""
        until = self._clock.monotonic() + POLL_S
        while (left := until - self._clock.monotonic()) > 0 and not self._stop.is_set():
            for note in database.raw.notifies(timeout=left, stop_after=1):
                if note.payload != self._address.run:
                    return

    def _read(self, database: Database) -> None:
        """All there is; where some is not kept any more, the credentials at least are looked at again."""
        while True:
            found = read_since(database, self._seq, self._address.run)
            if found is None:
                self._seq = read_newest(database)
                self._hear([CredentialsMoved()])
                return
            before, (self._seq, news) = self._seq, found
            if news:
                self._hear(news)
            if self._seq == before:
                return

    def _live(self, database: Database) -> None:
        if self._clock.monotonic() - self._told_at >= LIFE_S:
            self._told_at = self._clock.monotonic()
            show_life(database, self._address.run, replace(self._life(), lag_s=self._lag_s))
            found = living(database, self._address.run)
            self._lag_s = self._clock.monotonic() - self._told_at
            database.agree(self._clock)
            self._meet(found)


def read_since(database: Database, seq: int, run: str) -> tuple[int, list[News]] | None:
    """The newest number and what other runs told; None where some of it is not kept any more."""
    found = database.run(
        "SELECT seq, CASE WHEN run <> %s THEN content END FROM news WHERE seq >= %s ORDER BY seq LIMIT %s",
        (run, seq, AT_ONCE),
    ).fetchall()
    if seq and (not found or found[0][0] != seq):
        return None
    told = [(number, content) for number, content in found if number > seq]
    news = [one for _, content in told if content for one in read_news(content)]
    return (told[-1][0] if told else seq), news


def read_newest(database: Database) -> int:
    """The number of the newest news."""
    row = database.run("SELECT coalesce(max(seq), 0) FROM news").fetchone()
    return int(row[0]) if row else 0


def prune_news(database: Database, now: float) -> None:
    """The newest stays: it is where everybody has read up to."""
    with database:
        database.lock(CHANGES)
        database.run("DELETE FROM news WHERE at < %s AND seq < (SELECT max(seq) FROM news)", (now - KEPT_S,))
        database.run("DELETE FROM lockout WHERE until < %s", (now,))
        database.run("DELETE FROM taken WHERE at < %s", (now - RUN_S,))
        database.run("DELETE FROM instance WHERE seen_at < %s", (now - KEPT_S,))
