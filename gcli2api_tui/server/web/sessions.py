"""Who is signed in on the web page: bounded sessions in this process's memory, each with its form token and its news.

In: the panel key at sign-in, the cookie of a request. Out: a Session, or None. A session ends when nobody acted for
IDLE_S, at the latest after WHOLE_S, when the panel key is another one, or when its person signs out. Ids are random and
kept as a hash only: what stands in memory is no cookie. Where instances share a database, a browser goes on wherever a
balancer sends it: before a request the session is as the last instance left it, and one that was ended is ended on all.
"""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import field
from typing import Literal

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.verb_results import Answer, Refused
from gcli2api_tui.events.problems import StoreFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import as_json, from_json
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.state.ports import Record, Shelf

Tone = Literal["ok", "warn", "bad"]
IDLE_S = 2 * 3600.0
WHOLE_S = 12 * 3600.0
PROVED_S = 300.0
"""How long the panel key, typed once more, opens what holds secrets."""
MOST = 32
MOST_NOTICES = 120
"""Of one page: a hundred files have a line each."""
KIND = "session"
SEEN_EVERY_S = 60.0
"""How exactly others know when somebody acted last."""


@dataclass(frozen=True, slots=True)
class Notice:
    tone: Tone
    text: str
    """A Message, or words of the page already in the reader's language."""
    about: str = ""
    """A file's or credential's name before the text; from outside."""
    undo: str = ""
    """The path that takes it back when it is posted to."""


def notice_of(answer: Answer, about: str = "", undo: str = "") -> Notice:
    """`about` is left out where the sentence names it itself."""
    said = answer.sentence if isinstance(answer, Refused) else answer.message
    tone: Tone = "bad" if isinstance(answer, Refused) else "warn" if answer.warned else "ok"
    return Notice(tone, said, "" if about in said else about, undo)


@dataclass(slots=True)
class Session:
    """One browser that has shown the panel key."""

    token: str
    """Stands in every form, and in a header of what scripts send."""
    key: Secret
    """The panel key it was opened with."""
    begun_at: float
    seen_at: float
    proved_at: float
    notices: list[Notice] = field(default_factory=list)
    """What its next page tells."""
    shared: Record | None = None
    """As other instances have it."""

    def tell(self, *notices: Notice) -> None:
        self.notices = [*self.notices, *notices][-MOST_NOTICES:]

    def told(self) -> list[Notice]:
        """What is to be told, once."""
        notices, self.notices = self.notices, []
        return notices


class Sessions:
    """One for a server."""

    def __init__(self, clock: Clock, panel_key: Callable[[], Secret]) -> None:
        self._clock = clock
        self._panel_key = panel_key
        self._open: OrderedDict[bytes, Session] = OrderedDict()

    def fits(self, key: str) -> bool:
        """Whether it is the panel key. An empty one in the settings opens nothing."""
        wanted = self._panel_key()
        return Secret(key) == wanted and bool(wanted)

    def begin(self) -> tuple[str, Session]:
        """A cookie's value and its session, for one who has shown the key just now."""
        now, name = self._clock.now(), secrets.token_urlsafe(32)
        session = Session(secrets.token_urlsafe(32), self._panel_key(), now, now, now)
        self._open[hashed(name)] = session
        while len(self._open) > MOST:
            self._open.popitem(last=False)
        return name, session

    def find(self, name: str, *, acts: bool = True) -> Session | None:
        """`acts` false: a script that only looks keeps no session awake."""
        digest = hashed(name)
        session = self._open.get(digest)
        if session is None:
            return None
        if not self._lasts(session):
            del self._open[digest]
            return None
        if acts:
            session.seen_at = self._clock.now()
            self._open.move_to_end(digest)
        return session

    def open(self, name: str) -> Session | None:
        """Whether it lasts or not."""
        return self._open.get(hashed(name))

    def take(self, name: str, session: Session) -> None:
        """One that began on another instance, whose clock may be a little ahead."""
        now = self._clock.now()
        session.begun_at, session.proved_at = min(session.begun_at, now), min(session.proved_at, now)
        self._open[hashed(name)] = session
        while len(self._open) > MOST:
            self._open.popitem(last=False)

    def panel_key(self) -> Secret:
        return self._panel_key()

    def prove(self, session: Session) -> None:
        """Its person has typed the key once more."""
        session.proved_at = self._clock.now()

    def proved(self, session: Session) -> bool:
        return 0 <= self._clock.now() - session.proved_at < PROVED_S

    def end(self, name: str) -> None:
        self._open.pop(hashed(name), None)

    def _lasts(self, session: Session) -> bool:
        now = self._clock.now()
        return (
            session.key == self._panel_key()
            and 0 <= now - session.begun_at < WHOLE_S
            and now - session.seen_at < IDLE_S
        )


def hashed(name: str) -> bytes:
    return hashlib.sha256(name.encode("utf-8", "replace")).digest()


@dataclass(frozen=True, slots=True)
class SharedSessions:
    """Sessions as all instances have them, by the cookie's value; while the database is away each goes on by itself.

    One for a server. `shelf` None: there is no other instance.
    """

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
    return hashlib.sha256(key.reveal().encode("utf-8", "surrogatepass")).hexdigest()


def _record(session: Session) -> Record:
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
