"""The page's sessions where several instances share a database: a browser goes on wherever a balancer sends it.

In: a cookie's value. Out: before a request, the session as the last instance left it; after it, the session as this
one leaves it. A session that was ended on one is ended on all. While the database is away each goes on by itself.
"""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from gcli2api_tui.events.problems import StoreFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import as_json, from_json
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.server.web.notices import Notice
from gcli2api_tui.server.web.sessions import WHOLE_S, Session, Sessions, hashed
from gcli2api_tui.shared_values import Record, Shelf

KIND = "session"
SEEN_EVERY_S = 60.0
"""How exactly others know when somebody acted last."""


@dataclass(frozen=True, slots=True)
class SharedSessions:
    """One for a server. `shelf` None: there is no other instance."""

    sessions: Sessions
    shelf: Shelf | None

    async def recall(self, name: str) -> None:
        if not self.shelf or not name:
            return
        with suppress(StoreFault):
            self._take(name, await self.shelf.get(KIND, _title(name)))

    async def keep(self, name: str) -> None:
        """As it is now, begun or ended; nothing where nothing has changed."""
        if not self.shelf or not name:
            return
        session = self.sessions.open(name)
        with suppress(StoreFault):
            if session is None:
                await self.shelf.drop(KIND, _title(name))
            elif (record := _record(session)) != session.shared:
                if session.shared is None:
                    await self.shelf.put(KIND, _title(name), record, session.begun_at + WHOLE_S)
                else:
                    await self.shelf.change(KIND, _title(name), record)
                session.shared = record

    def _take(self, name: str, record: Record | None) -> None:
        here = self.sessions.open(name)
        if record is None:
            if here and here.shared is not None:
                self.sessions.end(name)
        elif here is None or here.shared != record:
            key = self.sessions.panel_key()
            if record["key"] == _digest(key):  # else it was opened with another one
                self.sessions.take(name, _session(record, key, here))


def _title(name: str) -> str:
    """What stands in the table is no cookie."""
    return hashed(name).hex()


def _digest(key: Secret) -> str:
    return hashlib.sha256(key.reveal().encode()).hexdigest()


def _record(session: Session) -> Mapping[str, Any]:
    return {
        "token": session.token,
        "key": _digest(session.key),
        "begun_at": session.begun_at,
        "seen_at": session.seen_at // SEEN_EVERY_S * SEEN_EVERY_S,
        "proved_at": session.proved_at,
        "notices": [[one.tone, one.text, as_json(one.text), one.about, one.undo] for one in session.notices],
    }


def _session(record: Record, key: Secret, here: Session | None) -> Session:
    notices = [
        Notice(tone, from_json(text, said) if said else text, about, undo)
        for tone, text, said, about, undo in record["notices"]
    ]
    seen_at = max(float(record["seen_at"]), here.seen_at if here else record["begun_at"])
    times = float(record["begun_at"]), seen_at, float(record["proved_at"])
    return Session(str(record["token"]), key, *times, notices, record)
