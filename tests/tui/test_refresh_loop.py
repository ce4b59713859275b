"""The pulse: a frame when something happened, and otherwise only when something on the screen reads differently."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from gcli2api_tui.ledger.credential_rows import CredentialState, ModelCooldown
from gcli2api_tui.ledger.exchange_rows import ExchangeState
from gcli2api_tui.ledger.snapshot import Snapshot, Totals
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.tui import refresh_loop
from gcli2api_tui.tui.refresh_loop import MANY, Pace, in_turns, next_change_s, pull

from .conftest import AT, FakeReader, credential, exchange

MINUTE = AT - AT % 60


def at(second: float, **changes: object) -> Snapshot:
    return replace(Snapshot(1, MINUTE + second), **changes)  # type: ignore[arg-type]


def cooling(until: float) -> Snapshot:
    rests = (ModelCooldown("m", until, quoted("429")),)
    return at(5, credentials=(credential("a", CredentialState.COOLING, cooldowns=rests, resets_at=None),))


@pytest.mark.parametrize(
    ("moment", "span"),
    [
        (at(0), 60.0),
        (at(20), 40.0),
        (at(59.7), 1.0),
        (at(5, exchanges=(exchange(1),)), 55.0),
        (at(5, exchanges=(exchange(1, ExchangeState.STREAMING),)), 1.0),
        (cooling(MINUTE + 65), 1.0),
        (cooling(MINUTE + 7200), 55.0),
        (cooling(MINUTE + 5 + 3600 + 30), 30.0),
        (cooling(MINUTE - 5), 55.0),
        (cooling(float("inf")), 55.0),
    ],
)
def test_how_long_nothing_reads_differently(moment: Snapshot, span: float) -> None:
    assert next_change_s(moment) == pytest.approx(span)


async def test_news_are_shown_at_once_and_nothing_else_wakes_it() -> None:
    reader, seen = FakeReader(now=at(0)), list[int]()
    shown = asyncio.Event()

    async def show(snapshot: Snapshot) -> bool:
        seen.append(snapshot.revision)
        shown.set()
        return len(seen) < 3

    pulling = asyncio.get_running_loop().create_task(pull(reader, show, lambda snapshot: 0.0, lambda: False))
    for revision in (1, 2, 3):
        await shown.wait()
        shown.clear()
        assert seen[-1] == revision
        reader.change()
    await pulling
    assert seen == [1, 2, 3]


async def test_what_takes_longest_of_a_snapshot_is_made_before_it_is_asked_for() -> None:
    order: list[str] = []

    class Ahead(FakeReader):
        def ahead(self) -> Iterator[None]:
            order.append("ahead")
            yield

        def snapshot(self) -> Snapshot:
            order.append("snapshot")
            return self.now

    async def show(snapshot: Snapshot) -> bool:
        return False

    await pull(Ahead(now=at(0)), show, lambda snapshot: 0.0, lambda: False)
    assert order == ["ahead", "snapshot"]


async def test_a_frame_waits_its_time_also_where_something_counts_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    waited, shown, until = list[float](), list[Snapshot](), asyncio.timeout

    def at_once(span: float) -> asyncio.Timeout:
        waited.append(span)
        return until(0)

    async def show(snapshot: Snapshot) -> bool:
        shown.append(snapshot)
        return len(shown) < 3

    monkeypatch.setattr(asyncio, "timeout", at_once)
    await pull(FakeReader(now=at(0)), show, lambda snapshot: 2.0 if len(shown) == 1 else 0.5, lambda: True)
    assert waited == [2.0, 1.0]


async def test_others_run_between_two_steps_that_take_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def steps() -> Iterator[None]:
        for number in range(3):
            done.append(f"step {number}")
            yield

    async def streams() -> None:
        while "step 2" not in done:
            done.append("chunk")
            await asyncio.sleep(0)

    for taken, chunks in ((0.0, {1, 2}), (3600.0, {})):
        monkeypatch.setattr(refresh_loop, "SLICE_S", taken)
        done.clear()
        async with asyncio.TaskGroup() as group:
            group.create_task(streams())
            await asyncio.sleep(0)
            await in_turns(steps())
        places = [place for place, what in enumerate(done) if what.startswith("step")]
        between = {number for number, place in enumerate(places) if number and done[place - 1] == "chunk"}
        assert between == set(chunks)


@pytest.mark.parametrize(("most_s", "turns"), [(3600.0, 5), (0.0, 0)])
async def test_what_took_long_to_show_is_shown_to_its_end_at_once(
    monkeypatch: pytest.MonkeyPatch, most_s: float, turns: int
) -> None:
    """On a busy loop 20 steps took a second: no frame was painted, and keys acted on what nobody saw."""
    taken: list[bool] = []

    async def counted(*, rests: bool = True) -> None:
        taken.append(rests)

    monkeypatch.setattr(refresh_loop, "turns", counted)
    monkeypatch.setattr(refresh_loop, "SLICE_S", 0.0)
    left = iter(range(5))
    await in_turns((None for _ in left), most_s)
    assert len(taken) == turns and [*left] == []


async def test_while_the_loop_has_no_moment_left_a_frame_a_second_is_enough() -> None:
    loop, computed = asyncio.get_running_loop(), 0.0
    pace = Pace(lambda: 0.1, lambda: computed)
    assert pace(at(0)) == 0.1
    began = loop.time()
    while loop.time() == began:
        await asyncio.sleep(0)
    computed = 1000.0
    assert pace(at(0)) == 1.0
    assert pace(at(0)) == 0.1, "and as before once it has"


async def test_while_there_is_no_moment_and_nobody_could_read_it_a_frame_in_two_seconds_is_enough() -> None:
    loop, computed = asyncio.get_running_loop(), 0.0
    pace = Pace(lambda: 0.1, lambda: computed)
    pace(at(10.0, totals=Totals(requests=500)))
    began = loop.time()
    while loop.time() == began:
        await asyncio.sleep(0)
    computed = 1000.0
    assert pace(at(11.0, totals=Totals(requests=3_000))) == 2.0


async def test_while_more_answers_grow_than_anybody_reads_two_frames_a_second_are_enough() -> None:
    pace = Pace(lambda: 0.1, lambda: 0.0)
    few, many = (tuple(exchange(n, ExchangeState.STREAMING) for n in range(number)) for number in (MANY - 1, MANY))
    assert pace(at(0, exchanges=(*few, exchange(99)))) == 0.1
    assert pace(at(0, exchanges=many)) == 0.5
    assert Pace(lambda: 1.0, lambda: 0.0)(at(0, exchanges=many)) == 1.0


async def test_while_requests_come_faster_than_they_can_be_read_a_frame_a_second_is_enough() -> None:
    pace = Pace(lambda: 0.1, lambda: 0.0)
    seen = [
        pace(at(second, totals=Totals(requests=requests)))
        for second, requests in ((10.0, 500), (10.1, 502), (10.2, 520), (11.2, 590), (12.2, 600), (12.3, 601))
    ]
    assert seen == [0.1, 0.1, 1.0, 1.0, 0.1, 0.1], "what was asked before the panel opened does not count"
