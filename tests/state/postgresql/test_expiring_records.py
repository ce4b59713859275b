"""What instances share for a while: asked for once a second at most, and forgotten as soon as another ends it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from postgres_server import PostgresServer
from programs import until

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.secret import Secret

pytest.importorskip("psycopg", reason="psycopg is an extra")

from gcli2api_tui.state.postgresql.connection import Address
from gcli2api_tui.state.postgresql.encryption import Seal, new_key
from gcli2api_tui.state.postgresql.expiring_records import MOST, RECENT_S, PostgresShelf
from gcli2api_tui.state.postgresql.replication_events import ValueMoved
from gcli2api_tui.state.postgresql.signs_of_life import Life
from gcli2api_tui.state.postgresql.store import PostgresStore

pytestmark = pytest.mark.tool("postgres")
LATER = 1e10
STANDS = Clock(monotonic=lambda: 100.0)


class Counting(Seal):
    """So often something was read from the table."""

    opened_so_far = 0

    def opened(self, sealed: bytes) -> bytes | None:
        self.opened_so_far += 1
        return super().opened(sealed)


@pytest.fixture
def url(postgres: PostgresServer, tmp_path: Path) -> str:
    url = postgres.fresh()
    store = PostgresStore(Address(Secret(url), "first", "first"), tmp_path / "first.jsonl", Clock())
    store.load(), store.close()
    return url


@pytest.fixture
def seal() -> Counting:
    return Counting(Secret(new_key()))


@pytest.fixture
def shelf(url: str, seal: Counting) -> Iterator[Callable[..., PostgresShelf]]:
    opened = []

    def open_it(clock: Clock = STANDS) -> PostgresShelf:
        opened.append(PostgresShelf(Address(Secret(url), f"run{len(opened)}", "a"), seal, clock))
        return opened[-1]

    yield open_it
    for one in opened:
        one.close()


async def test_what_was_found_a_moment_ago_is_not_asked_for_again(
    seal: Counting, shelf: Callable[..., PostgresShelf]
) -> None:
    now = [100.0]
    one = shelf(Clock(monotonic=lambda: now[0]))
    await one.put("session", "a", {"n": 1}, LATER)
    before = seal.opened_so_far
    assert [await one.get("session", "a") for _ in range(5)] == [{"n": 1}] * 5 and seal.opened_so_far == before + 1
    now[0] += RECENT_S
    assert await one.get("session", "a") == {"n": 1} and seal.opened_so_far == before + 2
    await one.change("session", "a", {"n": 2})
    assert await one.get("session", "a") == {"n": 2}
    await one.drop("session", "a")
    assert await one.get("session", "a") is None
    for number in range(2 * MOST):
        await one.put("session", str(number), {"n": number}, LATER)
        assert await one.get("session", str(number)) == {"n": number}
    asked = seal.opened_so_far
    assert await one.get("session", "0") == {"n": 0} and seal.opened_so_far == asked + 1, "bounded"


async def test_who_changes_or_ends_one_tells_the_others(
    url: str, tmp_path: Path, shelf: Callable[..., PostgresShelf]
) -> None:
    here, there = shelf(), shelf()
    store = PostgresStore(Address(Secret(url), "listens", "b"), tmp_path / "b.jsonl", Clock())
    heard: list[object] = []
    store.load(), store.follow(heard.extend, lambda found: None, lambda saved: None, Life)
    await here.put("session", "a", {"n": 1}, LATER)
    assert await there.get("session", "a") == {"n": 1}
    await here.change("session", "a", {"n": 2})
    until(lambda: heard == [ValueMoved("session", "a")], "the change")
    there.forget("session", "a")
    assert await there.get("session", "a") == {"n": 2}
    await here.drop("session", "a")
    until(lambda: heard == [ValueMoved("session", "a")] * 2, "the end")
    there.forget("session", "a")
    assert await there.get("session", "a") is None
    store.close()
