"""What others on the database have answered: asked for rarely, kept within a bound, told from where one has heard."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.request_verbs import Exports
from gcli2api_tui.control.requests_elsewhere import KEPT, OtherInstances
from gcli2api_tui.control.verb_results import Refused
from gcli2api_tui.events.problems import StoreFault
from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.exchange_rows import Elsewhere, ExchangeRow, ExchangeState
from gcli2api_tui.ledger.ledger import Ledger
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.state.ports import OtherRow, SharedStore


def row(number: int, instance: str) -> OtherRow:
    known = ExchangeRow(
        ExchangeId(number), 100.0 + number, "openai-chat", "/v1", "gemini-2.5-pro", False, "curl", "",
        ExchangeState.DONE,
        ended_at=200.0 + number, status=200, instance=instance,
    )  # fmt: skip
    return OtherRow(instance, number, known.opened_at, known)


@dataclass
class FakeShared:
    """As a database answers: the newest that are not known."""

    rows: list[OtherRow] = field(default_factory=list)
    asked: int = 0
    brought: int = 0
    fault: StoreFault | None = None

    def lock(self, name: str) -> AbstractAsyncContextManager[bool]:
        raise NotImplementedError(nullcontext)

    def put_setting(self, name: str, text: str | None) -> None:
        raise NotImplementedError

    def put_lockout(self, address: str, until: float) -> None:
        raise AssertionError

    def other_exchanges(self, known: Sequence[tuple[str, int]], since: float) -> Future[tuple[OtherRow, ...]]:
        self.asked += 1
        told: Future[tuple[OtherRow, ...]] = Future()
        if self.fault:
            told.set_exception(self.fault)
            return told
        new = [one for one in self.rows if one.opened_at >= since and (one.instance, one.number) not in known]
        found = tuple(sorted(new, key=lambda one: one.opened_at)[-KEPT:])
        self.brought += len(found)
        told.set_result(found)
        return told


class Time:
    now = 1_790_000_000.0

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.now, monotonic=lambda: self.now)


def seen(told: Elsewhere) -> list[tuple[str, int]]:
    return [(one.instance, one.number) for one in told.exchanges]


async def test_each_is_told_once_to_who_says_what_was_heard_and_wholly_to_who_comes_new() -> None:
    time, store = Time(), FakeShared([row(1, "b:1"), row(1, "c:1")])
    assert isinstance(store, SharedStore)
    others = OtherInstances(store, time.clock)
    first = await others.since(0)
    assert seen(first) == [("b:1", 1), ("c:1", 1)]
    assert len({one.id for one in first.exchanges}) == 2, "each instance counts from 1"
    time.now += 1
    store.rows.append(row(2, "b:1"))
    second = await others.since(first.number)
    assert seen(second) == [("b:1", 2)]
    time.now += 1
    assert seen(await others.since(second.number)) == []
    assert len((await others.since(0)).exchanges) == 3


async def test_a_number_of_a_run_before_misses_nothing() -> None:
    time, store = Time(), FakeShared([row(number, "b:1") for number in range(1, 100)])
    before = await OtherInstances(store, time.clock).since(0)
    time.now += 30
    assert len((await OtherInstances(store, time.clock).since(before.number)).exchanges) == 99


async def test_the_database_is_asked_once_a_second_however_many_look() -> None:
    time, store = Time(), FakeShared([row(1, "b:1")])
    others = OtherInstances(store, time.clock)
    await asyncio.gather(*(others.since(0) for _ in range(20)))
    assert store.asked == 1
    time.now += 1
    await others.since(0)
    assert store.asked == 2


async def test_memory_is_bounded_and_what_was_let_go_is_not_read_again() -> None:
    time, store = Time(), FakeShared([row(number, name) for number in range(1, 401) for name in ("b:1", "c:1")])
    others = OtherInstances(store, time.clock)
    assert len((await others.since(0)).exchanges) == KEPT
    time.now += 1
    await others.since(0)
    time.now += 1
    before = store.brought
    store.rows += [row(number, "d:1") for number in range(500, 510)]
    told = await others.since(0)
    assert len(told.exchanges) == KEPT and seen(told)[-1] == ("d:1", 509)
    assert store.brought - before == 10


async def test_a_row_that_cannot_be_read_is_not_asked_for_again() -> None:
    time, store = Time(), FakeShared([OtherRow("b:1", 1, 101.0, None), row(2, "b:1")])
    others = OtherInstances(store, time.clock)
    assert seen(await others.since(0)) == [("b:1", 2)]
    time.now += 1
    await others.since(0)
    assert store.brought == 2


async def test_while_the_database_is_away_what_is_known_is_told() -> None:
    time, store = Time(), FakeShared([row(1, "b:1")])
    others = OtherInstances(store, time.clock)
    await others.since(0)
    time.now += 1
    store.fault = StoreFault(quoted("away"))
    assert seen(await others.since(0)) == [("b:1", 1)]


async def test_who_is_alone_is_told_nothing() -> None:
    assert await OtherInstances(None, Time().clock).since(0) == Elsewhere(int(Time.now * 1000))


@pytest.mark.parametrize(("wanted", "asks"), [("instance:b:1", True), ("st:200", False)])
async def test_only_a_filter_that_names_an_instance_looks_at_others(tmp_path: Path, wanted: str, asks: bool) -> None:
    time, store = Time(), FakeShared([row(7, "b:1"), row(8, "c:1")])
    ledger = Ledger(time.clock, keep_bodies=0, keep_bodies_bytes=0)
    exports = Exports(ledger, tmp_path, "", time.clock, OtherInstances(store, time.clock))
    rows = await exports.chosen(wanted)
    assert not isinstance(rows, Refused)
    assert [(one.instance, one.number) for one in rows] == ([("b:1", 7)] if asks else [])
    assert bool(store.asked) is asks


async def test_what_was_answered_elsewhere_can_be_exported_by_its_number(tmp_path: Path) -> None:
    time, store = Time(), FakeShared([row(7, "b:1"), row(7, "c:1")])
    ledger, others = Ledger(time.clock, keep_bodies=0, keep_bodies_bytes=0), OtherInstances(store, time.clock)
    exports = Exports(ledger, tmp_path, "", time.clock, others)
    chosen = (await others.since(0)).exchanges[1]
    await exports.write([chosen.id], "jsonl", private=False)
    (file,) = tmp_path.iterdir()
    assert '"instance":"c:1"' in file.read_text() and file.read_text().count("\n") == 1
