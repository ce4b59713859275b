"""What a home last knew of its shared database: one sealed file, for a start while that is away.

In: all that serving needs, read from the database soon after something has moved, and every STALE_S while counts go on.
Out: the same at a start that finds the database away. The file is for this user alone and never unsealed on the disk;
one of another database, of another key or torn is none. Whoever has no seal key has no copy.
"""

import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from gcli2api_tui import safe_files
from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.shared_vault import SharedFile
from gcli2api_tui.events.problems import StoreFault
from gcli2api_tui.events.records import CredentialId, ExchangeId
from gcli2api_tui.ledger.json_codec import from_json, to_json
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state import statements
from gcli2api_tui.state.ports import Saved, UsageRow
from gcli2api_tui.state.postgresql.batches import Numbered
from gcli2api_tui.state.postgresql.connection import Database
from gcli2api_tui.state.postgresql.encryption import Seal
from gcli2api_tui.state.postgresql.initial_state import joined, read_settings, with_news
from gcli2api_tui.state.postgresql.replication_events import read_news

LARGEST = 200_000_000
"""Bytes."""
OPEN_S = 2 * 86_400.0
STALE_S = 30.0
SOON_S = 0.3
"""Several that move together are one."""
SHARE, MOST_S = 10, 3.0
"""Between two copies passes so many times what one took, and so long at most."""
ANSWER_S = 10.0
LAST_S = 3.0


@dataclass(frozen=True, slots=True)
class Known:
    """`at`: when the database was last found to say so."""

    at: float
    keys: Mapping[str, bytes]
    """Keys for people, and an OAuth client."""
    credentials: tuple[SharedFile, ...]
    saved: Saved


@dataclass(frozen=True, slots=True)
class Rows:
    """The same as the tables have it, sealed."""

    keys: tuple[tuple[str, bytes], ...]
    credentials: tuple[tuple[str, int, bytes], ...]
    saved: Saved


class KnownFile:
    """One home's. `database` is what its address says without user and password."""

    def __init__(self, path: Path, seal: Seal, database: str) -> None:
        self._path = path
        self._seal = seal
        self._database = database
        self._digest = b""

    def read(self) -> Known | None:
        try:
            at = self._path.stat().st_mtime
            content = self._seal.opened(safe_files.read(self._path, LARGEST))
            return self._known(json.loads(content), at) if content is not None else None
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def keep(self, rows: Rows) -> None:
        """In place of what was kept before; the same again only says that it still holds. Raises OSError."""
        content = self._content(rows)
        digest = hashlib.sha256(content).digest()
        if digest == self._digest:
            with suppress(OSError):
                os.utime(self._path)
                return
        safe_files.replace(self._path, self._seal.sealed(content))
        self._digest = digest

    def reseal(self) -> None:
        """Under the newest key. One that no key opens is of no use, and goes. Raises OSError."""
        with suppress(FileNotFoundError):
            at, sealed = self._path.stat(), self._seal.anew(safe_files.read(self._path, LARGEST))
            if sealed is None:
                self._path.unlink()
                return
            safe_files.replace(self._path, sealed)
            os.utime(self._path, ns=(at.st_atime_ns, at.st_mtime_ns))

    def _content(self, rows: Rows) -> bytes:
        keys = {name: text.decode() for name, sealed in rows.keys if (text := self._seal.opened(sealed)) is not None}
        credentials = [
            (identity, version, text.decode())
            for identity, version, sealed in rows.credentials
            if (text := self._seal.opened(sealed)) is not None
        ]
        told = {"database": self._database, "keys": keys, "credentials": credentials, "saved": to_json(rows.saved)}
        return json.dumps(told).encode()

    def _known(self, told: Mapping[str, Any], at: float) -> Known | None:
        if told["database"] != self._database:
            return None
        keys = {str(name): str(text).encode() for name, text in told["keys"].items()}
        files = tuple(
            SharedFile(CredentialId(one), version, text.encode()) for one, version, text in told["credentials"]
        )
        return Known(at, keys, files, from_json(Saved, told["saved"]))


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


def read_rows(database: Database, now: float) -> Rows:
    """All of one moment. Raises psycopg's errors."""
    database.begin(steady=True)
    try:
        saved = replace(statements.read_needed(database), settings=read_settings(database))
        keys = database.run("SELECT name, sealed FROM shared_key ORDER BY name").fetchall()
        files = database.run(
            "SELECT id, version, sealed FROM credential WHERE removed_at IS NULL ORDER BY id"
        ).fetchall()
    finally:
        database.end()
    return Rows(
        tuple((name, bytes(sealed)) for name, sealed in keys),
        tuple((name, version, bytes(sealed)) for name, version, sealed in files),
        replace(saved, usage=tuple(_recent(joined(saved.usage, now), now))),
    )


def _recent(usage: Iterable[UsageRow], now: float) -> Iterator[UsageRow]:
    """Windows that may still be open, and the limit that was learnt last; oldest first, as they come."""
    last = {(row.credential, row.model): row for row in usage if row.limit is not None}
    for row in usage:
        if row.window_start > now - OPEN_S or last.get((row.credential, row.model)) is row:
            yield row


def saved_of(known: Known, left: Sequence[Numbered]) -> Saved:
    """With what an earlier run still has to tell the database."""
    saved = with_news(known.saved, (one for batch in left for one in read_news(batch.news())))
    exchanges = (write.values[0] for batch in left for write in batch.writes if write.key[0] == "exchange")
    numbers = (number for number in exchanges if isinstance(number, int))
    return replace(saved, last_exchange=ExchangeId(max(saved.last_exchange, *numbers, 0)))


def written(at: float) -> str:
    """For people."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))
