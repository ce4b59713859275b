"""A connection that is being made while the thread that wants it does other things: a line that is cut takes seconds.

In: an address. Out: the connection, once there is one. Raises psycopg's errors, and TimeoutError where it is not known
yet; who asks again then goes on waiting for the same attempt.
"""

import threading
from concurrent.futures import Future
from contextlib import suppress

from gcli2api_tui.state.postgresql.connection import FAILS, Address, Database


class Dialling:
    """One thread's."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._attempt: Future[Database] | None = None

    def connection(self, patience_s: float) -> Database:
        attempt = self._attempt = self._attempt or self._begun()
        try:
            database = attempt.result(patience_s)
        except FAILS:
            self._attempt = None
            raise
        self._attempt = None
        return database

    def close(self) -> None:
        """Nobody wants it any more."""
        if self._attempt:
            self._attempt.add_done_callback(_closed)

    def _begun(self) -> "Future[Database]":
        made: Future[Database] = Future()
        threading.Thread(target=self._dial, args=(made,), name="state-dial", daemon=True).start()
        return made

    def _dial(self, made: "Future[Database]") -> None:
        try:
            made.set_result(self._address.open())
        except FAILS as error:
            made.set_exception(error)


def _closed(attempt: "Future[Database]") -> None:
    with suppress(FAILS):
        attempt.result().close()
