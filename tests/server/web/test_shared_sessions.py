"""A browser that a balancer sends to one instance and then to another."""

import json
from typing import Any

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import StoreFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import quoted, say
from gcli2api_tui.server.web.sessions import Notice, Sessions, SharedSessions


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
