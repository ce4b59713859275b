"""How long a session lasts, how many there are, what ends them, and a browser that goes on at another instance."""

import json
from typing import Any

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import StoreFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import quoted, say
from gcli2api_tui.server.web.sessions import IDLE_S, MOST, PROVED_S, WHOLE_S, Notice, Sessions, SharedSessions


class Moment:
    now = 1000.0
    key = Secret("panel")


@pytest.fixture
def moment():
    return Moment()


@pytest.fixture
def sessions(moment):
    return Sessions(Clock(now=lambda: moment.now), lambda: moment.key)


def test_it_lasts_while_somebody_acts(moment, sessions):
    name, session = sessions.begin()
    for _ in range(5):
        moment.now += IDLE_S - 1
        assert sessions.find(name) is session
    moment.now += IDLE_S
    assert sessions.find(name) is None


def test_it_ends_at_last_however_busy_one_is(moment, sessions):
    name, _ = sessions.begin()
    while moment.now < 1000 + WHOLE_S - 60:
        assert sessions.find(name)
        moment.now += 60
    moment.now += 60
    assert sessions.find(name) is None


def test_a_script_that_only_looks_keeps_it_not_awake(moment, sessions):
    name, _ = sessions.begin()
    for _ in range(4):
        moment.now += IDLE_S / 4
        sessions.find(name, acts=False)
    assert sessions.find(name) is None


def test_another_panel_key_ends_all(moment, sessions):
    name, _ = sessions.begin()
    moment.key = Secret("another")
    assert sessions.find(name) is None
    moment.key = Secret("panel")
    assert sessions.find(name) is None, "it does not come back with the old key"


def test_a_clock_that_is_set_back_ends_them(moment, sessions):
    name, _ = sessions.begin()
    moment.now -= 1
    assert sessions.find(name) is None


def test_they_are_bounded_and_the_one_longest_unused_goes(sessions):
    first, _ = sessions.begin()
    second, _ = sessions.begin()
    for _ in range(MOST - 2):
        sessions.begin()
    sessions.find(first)
    sessions.begin()
    assert sessions.find(first) and sessions.find(second) is None


def test_what_stands_in_memory_is_no_cookie(sessions):
    name, _ = sessions.begin()
    assert name not in repr(vars(sessions)) and "panel" not in repr(vars(sessions)).replace("_panel_key", "")


def test_ids_and_tokens_are_all_different(sessions):
    made = [sessions.begin() for _ in range(MOST)]
    assert len({name for name, _ in made} | {session.token for _, session in made}) == 2 * MOST


def test_the_key_typed_once_more_opens_secrets_for_a_few_minutes(moment, sessions):
    _, session = sessions.begin()
    assert sessions.proved(session)
    moment.now += PROVED_S
    assert not sessions.proved(session)
    sessions.prove(session)
    assert sessions.proved(session)


def test_a_key_that_is_no_text_fits_nothing_that_can_be_typed(moment, sessions):
    moment.key = Secret("a\udcff")
    assert not sessions.fits("a?") and not sessions.fits("a\ufffd")
    name, _ = sessions.begin()
    assert sessions.find(name) is not None


def test_keys_are_compared_in_constant_time(sessions, monkeypatch):
    compared = []
    monkeypatch.setattr("hmac.compare_digest", lambda one, other: compared.append((one, other)) or one == other)
    assert sessions.fits("panel") and not sessions.fits("p") and not sessions.fits("")
    assert len(compared) == 3


class OneShelf:
    def __init__(self) -> None:
        self.records: dict[str, str] = {}
        self.away, self.asked = False, 0

    async def get(self, kind: str, name: str) -> Any:
        self._require()
        return json.loads(self.records[name]) if name in self.records else None

    async def put(self, kind: str, name: str, record: Any, until: float) -> None:
        self._require()
        self.records[name] = json.dumps(record)

    async def change(self, kind: str, name: str, record: Any) -> None:
        if name in self.records:
            await self.put(kind, name, record, 0.0)

    async def drop(self, kind: str, name: str) -> None:
        self._require()
        self.records.pop(name, None)

    def _require(self) -> None:
        self.asked += 1
        if self.away:
            raise StoreFault(quoted("away"))


@pytest.fixture
def shelf() -> OneShelf:
    return OneShelf()


def instance(shelf: OneShelf, now: float = 1000.0, key: str = "panel") -> SharedSessions:
    return SharedSessions(Sessions(Clock(now=lambda: now), lambda: Secret(key)), shelf)  # type: ignore[arg-type]


async def test_who_signed_in_at_one_is_signed_in_at_all_with_the_same_token(shelf: OneShelf) -> None:
    a, b = instance(shelf), instance(shelf, now=995.0)
    name, session = a.sessions.begin()
    session.tell(Notice("ok", say("by.elsewhere"), "file", "/undo"))
    await a.keep(name)
    await b.recall(name)
    found = b.sessions.find(name)
    assert found and found.token == session.token and b.sessions.proved(found)
    assert found.told() == [Notice("ok", say("by.elsewhere"), "file", "/undo")]
    await b.keep(name)
    await a.recall(name)
    again = a.sessions.find(name)
    assert again and again.told() == [], "told once"
    assert name not in "".join(shelf.records) + "".join(shelf.records.values())
    assert "panel" not in "".join(shelf.records.values())


async def test_a_sign_out_at_one_is_one_at_all(shelf: OneShelf) -> None:
    a, b = instance(shelf), instance(shelf)
    name, _ = a.sessions.begin()
    await a.keep(name)
    await b.recall(name)
    b.sessions.end(name)
    await b.keep(name)
    a.sessions.prove(a.sessions.open(name))  # type: ignore[arg-type]
    await a.keep(name)
    await a.recall(name)
    assert a.sessions.find(name) is None and not shelf.records


async def test_a_session_of_another_panel_key_opens_nothing(shelf: OneShelf) -> None:
    a, b = instance(shelf), instance(shelf, key="another")
    name, _ = a.sessions.begin()
    await a.keep(name)
    await b.recall(name)
    assert b.sessions.find(name) is None


async def test_while_the_database_is_away_sessions_go_on_and_are_shared_afterwards(shelf: OneShelf) -> None:
    a, b = instance(shelf), instance(shelf)
    shelf.away = True
    name, _ = a.sessions.begin()
    await a.keep(name), await a.recall(name)
    assert a.sessions.find(name)
    shelf.away = False
    await a.recall(name), await a.keep(name)
    await b.recall(name)
    assert a.sessions.find(name) and b.sessions.find(name)


async def test_alone_nothing_is_shared() -> None:
    alone = SharedSessions(Sessions(Clock(), lambda: Secret("panel")), None)
    name, _ = alone.sessions.begin()
    await alone.recall(name), await alone.keep(name)
    assert alone.sessions.find(name)
