"""What only a shared store does: news, batches that are taken once, an engine that goes away, locks."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from postgres_server import PostgresServer
from postgres_server import postgres as running_postgres
from programs import until

from gcli2api_tui.clients.client_key import ClientKey
from gcli2api_tui.clients.ports import ClientUse
from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import StoreFault
from gcli2api_tui.events.records import ClientKeyId, CredentialId, ExchangeId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.gemini.abilities import Lesson
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState
from gcli2api_tui.messages.message import NOTHING, say
from gcli2api_tui.state.ports import BindingRow, CooldownRow, EndRow, OwnedRow, UsageRow

pytestmark = pytest.mark.tool("postgres")
NOW = 1_795_000_000.0
ONE = CredentialId("1" * 32)
Open = Callable[..., Any]


@pytest.fixture
def url(postgres: PostgresServer) -> str:
    return postgres.fresh()


@pytest.fixture
def shared(tmp_path: Path, url: str) -> Iterator[Open]:
    """Stores of several instances on one database."""
    from gcli2api_tui.state.postgresql.connection import Address
    from gcli2api_tui.state.postgresql.store import PostgresStore

    opened: list[PostgresStore] = []

    def open_it(name: str, url: str = url, **more: Any) -> PostgresStore:
        made = len(opened)
        address = Address(Secret(url), f"{name}-{made}", name)
        opened.append(PostgresStore(address, tmp_path / f"{name}.jsonl", Clock(now=lambda: NOW), **more))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


def listening(store: Any) -> list[Any]:
    """What it hears, from now on."""
    from gcli2api_tui.state.postgresql.signs_of_life import Life

    heard: list[Any] = []
    store.follow(heard.extend, lambda found: None, lambda saved: None, Life)
    return heard


def test_another_instance_hears_of_all_that_it_shares_and_only_once(shared: Open) -> None:
    from gcli2api_tui.state.postgresql import replication_events

    a, b = shared("a"), shared("b")
    a.load(), b.load()
    heard, own = listening(b), listening(a)
    rest = CooldownRow(ONE, "m", NOW + 9, "rate", say("google.key_refused"))
    key = ClientKey(ClientKeyId("ada"), "ab" * 32, "9f3K", NOW, models=("gemini-3*",), credentials=(ONE,))
    told = [
        replication_events.RequestsAdded(ONE, "m", NOW, 3), replication_events.LimitLearnt(ONE, "m", 250, "429"), rest,
        BindingRow("talk", ONE, NOW), OwnedRow("files/a", ONE, NOW + 9), replication_events.SignatureKept("k", "s"),
        Lesson("m", "penalties", "", "words", NOW), EndRow("m", "vertex", "404", "gone", NOW), key,
        ClientUse(ClientKeyId("ada"), "2026-11-18", 1, 9), replication_events.LockedOut("10.0.0.1", NOW + 9),
    ]  # fmt: skip
    a.add_requests(ONE, "m", NOW, 2), a.add_requests(ONE, "m", NOW, 1), a.set_limit(ONE, "m", NOW, 250, "429")
    a.set_cooldown(rest), a.put_binding(told[3]), a.put_owned(told[4]), a.put_signatures({"k": "s"}, NOW)
    a.put_lesson(told[6]), a.put_end(told[7]), a.put_client_key(key), a.add_client_use(told[9])
    a.put_lockout("10.0.0.1", NOW + 9)
    until(lambda: len(heard) >= len(told), "the news")
    assert sorted(map(repr, heard)) == sorted(map(repr, told))
    assert str(next(one for one in heard if isinstance(one, CooldownRow)).message.key) == "google.key_refused"
    a.set_cooldown(CooldownRow(ONE, "m", 0.0, "", NOTHING)), a.drop_lessons(None), a.drop_ends("m")
    until(lambda: len(heard) >= len(told) + 3, "the ends")
    assert heard[-3:] == [
        CooldownRow(ONE, "m", 0.0, "", NOTHING),
        replication_events.LessonsDropped(None),
        replication_events.EndsDropped("m"),
    ]
    assert own == []


def test_each_is_told_what_the_others_have_in_flight_until_they_end(shared: Open) -> None:
    from gcli2api_tui.state.postgresql.signs_of_life import Instance, Life

    ada, seen = ClientKeyId("ada"), {}

    def follow(name: str, life: Life) -> Any:
        def meet(found: tuple[Instance, ...]) -> None:
            seen[name] = {one.life.name: (one.life.in_flight, one.life.clients, one.own) for one in found}

        store = shared(name)
        store.load(), store.follow(lambda news: None, meet, lambda saved: None, lambda: life)
        return store

    follow("a", Life("a", in_flight={ONE: 2}, clients={ada: 1})), follow("b", Life("b"))
    until(lambda: len(seen.get("b", {})) == 2, "both")
    assert seen["b"] == {"a": ({ONE: 2}, {ada: 1}, False), "b": ({}, {}, True)}


def test_who_comes_later_begins_where_the_tables_stand(shared: Open) -> None:
    a = shared("a")
    a.add_requests(ONE, "m", NOW, 2)
    a.flush().result(5)
    b = shared("b")
    assert b.load().usage == (UsageRow(ONE, "m", NOW, 2),)
    heard = listening(b)
    a.add_requests(ONE, "m", NOW, 5)
    until(lambda: heard, "the news")
    assert [one.count for one in heard] == [5]


def test_a_batch_that_comes_twice_is_taken_once(shared: Open, url: str) -> None:
    """As when the engine dies between its commit and its answer."""
    from gcli2api_tui.state import statements
    from gcli2api_tui.state.postgresql.batches import Numbered, send
    from gcli2api_tui.state.postgresql.connection import Address

    shared("a").load()
    database = Address(Secret(url), "run", "a").open()
    counts = [next(statements.usage(UsageRow(ONE, "m", NOW, number))) for number in (1, 2)]
    batches = [Numbered("run", number, (count,)) for number, count in enumerate(counts, 1)]
    for batch in (*batches, *batches):
        send(database, batch, NOW)
    database.close()
    assert shared("b").load().usage == (UsageRow(ONE, "m", NOW, 3),)


def test_a_row_that_no_table_takes_costs_no_other(shared: Open) -> None:
    store = shared("a")
    store.add_requests(ONE, "lone \ud800", NOW, 1)
    store.add_requests(ONE, "huge", NOW, 2**70)
    store.add_requests(ONE, "nul \0", NOW, 1)
    store.set_limit(ONE, None, NOW, 5, "429")  # type: ignore[arg-type]
    store.add_requests(ONE, "m", NOW, 5)
    store.flush().result(5)
    assert {(row.model, row.requests) for row in shared("b").load().usage} == {("m", 5), ("nul \ufffd", 1)}


def test_windows_that_began_together_are_one_and_none_begins_in_the_future(shared: Open) -> None:
    store = shared("a")
    for start, count in ((NOW - 300, 4), (NOW - 299.9, 1), (NOW + 5, 2), (NOW - 90_000, 7)):
        store.add_requests(ONE, "m", start, count)
    store.flush().result(5)
    assert shared("b").load().usage == (UsageRow(ONE, "m", NOW - 90_000, 7), UsageRow(ONE, "m", NOW - 300, 7))


async def test_a_lock_is_held_by_one_at_a_time_and_ends_with_its_holder(shared: Open) -> None:
    a, b = shared("a"), shared("b")
    held: list[str] = []

    async def hold(store: Any, name: str) -> None:
        async with store.lock("refresh") as granted:
            assert granted
            held.append(f"+{name}")
            await asyncio.sleep(0.02)
            held.append(f"-{name}")

    await asyncio.gather(*(hold(store, str(number)) for number, store in enumerate((a, b, a, b))))
    assert [one[1:] for one in held[::2]] == [one[1:] for one in held[1::2]]


async def test_a_lock_is_kept_for_as_long_as_its_holder_lives(shared: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine would take it from a client that says nothing."""
    from gcli2api_tui.state.postgresql import locks

    monkeypatch.setattr(locks, "IDLE_S", 1)
    monkeypatch.setattr(locks, "ALIVE_S", 0.3)
    order: list[str] = []

    async def second() -> None:
        async with shared("b").lock("refresh") as granted:
            assert granted
            order.append("second")

    async with shared("a").lock("refresh") as granted:
        waiting = asyncio.ensure_future(second())
        await asyncio.wait({waiting}, timeout=2.0)
        assert granted
        order.append("first")
    await waiting
    assert order == ["first", "second"]


async def test_where_the_engine_is_away_a_lock_is_not_waited_for(shared: Open) -> None:
    store = shared("a", "postgresql://postgres@127.0.0.1:1/none")
    async with store.lock("refresh") as granted:
        assert not granted


@pytest.mark.slow
def test_one_that_is_cut_off_in_the_middle_of_a_change_holds_nobody_up_for_long(shared: Open, url: str) -> None:
    from gcli2api_tui.state.postgresql.connection import CHANGES, LONGEST_S, Address

    cut_off = Address(Secret(url), "run", "x").open()
    store = shared("a")
    store.load()
    cut_off.begin(lock=CHANGES)
    store.add_requests(ONE, "m", NOW, 1)
    store.flush().result(LONGEST_S)  # after so long its own question would have been given up
    cut_off.close()


async def test_an_engine_that_is_known_to_be_away_is_not_looked_for_again() -> None:
    """A client would wait for it."""
    from gcli2api_tui.state.postgresql.connection import Address
    from gcli2api_tui.state.postgresql.locks import Locks

    opened: list[bool] = []

    class Counted(Address):
        __slots__ = ()

        def open(self, *, listening: bool = False) -> Any:
            opened.append(listening)
            return super().open(listening=listening)

    address = Counted(Secret("postgresql://postgres@127.0.0.1:1/none"), "run", "a")
    for away, tries in ((True, 0), (False, 1)):
        async with Locks(address, lambda away=away: away).hold("refresh") as granted:
            assert not granted
        assert len(opened) == tries


@pytest.mark.parametrize("off_s", [5.0, -5.0])
def test_an_instance_goes_by_the_databases_clock(tmp_path: Path, url: str, off_s: float) -> None:
    from gcli2api_tui.clock import agreeing
    from gcli2api_tui.state.postgresql.connection import Address
    from gcli2api_tui.state.postgresql.store import PostgresStore

    clock = agreeing(lambda: time.time() + off_s)
    store = PostgresStore(Address(Secret(url), "run", "a"), tmp_path / "unsent", clock)
    store.load()
    assert abs(clock.now() - time.time()) < 1.5
    store.close()


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


@pytest.mark.slow
def test_an_engine_that_is_killed_loses_nothing_and_counts_nothing_twice(
    shared: Open, own_postgres: PostgresServer
) -> None:
    """Requests come all the while: through two kills."""
    url = own_postgres.fresh()
    told: list[str] = []
    a, b = shared("a", url, on_degraded=told.append), shared("b", url)
    a.load(), b.load()
    heard, done = listening(b), threading.Event()
    counted = 0
    for _ in range(2):
        before = len(told)
        for _ in range(200):
            a.add_requests(ONE, "m", NOW, 1)
            counted += 1
            done.wait(0.002)
        own_postgres.kill()
        for _ in range(200):
            a.add_requests(ONE, "m", NOW, 1)
            counted += 1
            done.wait(0.002)
        until(lambda before=before: len(told) > before, "the words")
        with pytest.raises(StoreFault):
            a.flush().result(5)
        own_postgres.start()
        until(lambda before=before: len(told) > before + 1, "the end of it")
    a.flush().result(10)
    assert [bool(words) for words in told] == [True, False] * 2
    until(lambda: sum(one.count for one in heard) >= counted, "the news")
    assert sum(one.count for one in heard) == counted
    assert shared("c", url).load().usage[0].requests == counted


@pytest.mark.slow
def test_an_engine_that_goes_is_told_of_though_nobody_writes(shared: Open, own_postgres: PostgresServer) -> None:
    told: list[str] = []
    store = shared("a", own_postgres.fresh(), on_degraded=told.append)
    store.load(), listening(store)
    own_postgres.kill()
    until(lambda: told, "the words")
    own_postgres.start()
    until(lambda: len(told) == 2, "the end of it")
    assert [bool(words) for words in told] == [True, False]


@pytest.mark.slow
def test_what_waits_while_the_engine_is_away_outlives_the_instance(
    shared: Open, own_postgres: PostgresServer, tmp_path: Path
) -> None:
    url = own_postgres.fresh()
    a = shared("a", url)
    a.load()
    own_postgres.kill()
    for number in range(60):
        a.add_requests(ONE, f"m{number % 3}", NOW, 1)
        time.sleep(0.01)
    until(lambda: (tmp_path / "a.jsonl").exists(), "the file")
    with pytest.raises(StoreFault):
        a.flush().result(5)
    a.close()
    own_postgres.start()
    again = shared("a", url)
    assert {(row.model, row.requests) for row in again.load().usage} == {("m0", 20), ("m1", 20), ("m2", 20)}
    assert not (tmp_path / "a.jsonl").exists()


def exchange(number: int, at: float) -> ExchangeRow:
    return ExchangeRow(
        ExchangeId(number), at, "openai-chat", "/v1", "m", False, "curl", "", ExchangeState.DONE, ended_at=at + 1
    )


def test_the_others_rows_come_newest_of_each_without_those_that_are_known(shared: Open) -> None:
    """Of an instance that gave no sign within the hour none come; an own one never does."""
    a, b, c, gone = (shared(name) for name in "abcd")
    for store, name in ((a, "a"), (b, "b"), (c, "c")):
        lives(store, name)
    gone.load()
    until(lambda: len(met(a)) == 3, "the signs of life")
    for store in (a, b, c, gone):
        for number in range(1, 4):
            store.put_exchange(exchange(number, NOW + number))
        store.flush().result()
    found = a.other_exchanges((), 0.0).result()
    assert sorted((one.instance, one.number) for one in found) == [(n, k) for n in "bc" for k in (1, 2, 3)]
    assert [one.opened_at for one in found] == sorted(one.opened_at for one in found)
    assert all(one.row.instance == one.instance and one.row.id == one.number for one in found)
    known = [("b", 1), ("b", 2), ("c", 3)]
    left = a.other_exchanges(known, NOW + 2).result()
    assert sorted((one.instance, one.number) for one in left) == [("b", 3), ("c", 2)]


def lives(store: Any, name: str) -> None:
    from gcli2api_tui.state.postgresql.signs_of_life import Life

    store.load()
    store.follow(lambda news: None, lambda found: None, lambda saved: None, lambda: Life(name))


def met(store: Any) -> list[Any]:
    found: list[Any] = store._writer.ask(lambda base: base.run("SELECT name FROM instance").fetchall()).result()
    return found


def test_a_row_that_a_newer_program_wrote_is_told_as_such_and_no_row_holds_its_instance_twice(shared: Open) -> None:
    a, b = shared("a"), shared("b")
    lives(a, "a"), lives(b, "b")
    until(lambda: len(met(a)) == 2, "the signs of life")
    b.put_exchange(replace(exchange(1, NOW), instance="b"))
    b.flush().result()
    (content,) = b._writer.ask(lambda base: base.run("SELECT content FROM exchange").fetchone()).result()
    assert "instance" not in json.loads(content), "an older program reads no row with a field that it does not know"
    b._writer.ask(lambda base: base.run("UPDATE exchange SET content = '{}'")).result()
    (found,) = a.other_exchanges((), 0.0).result()
    assert (found.instance, found.number, found.row) == ("b", 1, None)
