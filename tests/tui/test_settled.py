"""A pause of a test ends neither before what is due nor long after it."""

import asyncio
import threading
import time

import pytest
from settled import MOST_S, Settled
from textual.app import App, ComposeResult
from textual.widgets import Label

from gcli2api_tui.tui.app import Panel


async def waited(settled: Settled) -> float:
    now = asyncio.get_running_loop().time
    began = now()
    await settled.wait()
    return now() - began


async def test_what_is_ready_or_due_in_a_moment_is_waited_for_and_what_comes_later_is_not() -> None:
    done: list[str] = []
    loop = asyncio.get_running_loop()

    async def in_turns() -> None:
        for _ in range(50):
            await asyncio.sleep(0)
        loop.call_later(0.015, done.append, "due")

    running = loop.create_task(in_turns())
    later = loop.call_later(MOST_S, done.append, "later")
    await Settled().wait()
    assert done == ["due"] and running.done()
    later.cancel()


@pytest.mark.parametrize(("thread_s", "ends"), [(MOST_S, True), (0.02, False)])
async def test_so_is_what_a_thread_does_unless_it_is_there_for_good(monkeypatch, thread_s: float, ends: bool) -> None:
    settled, begun, end = Settled(thread_s=thread_s), threading.Event(), threading.Event()
    settled.install(monkeypatch)

    def work() -> None:
        begun.set()
        end.wait()

    loop = asyncio.get_running_loop()
    running = loop.create_task(asyncio.to_thread(work))
    await asyncio.sleep(0)
    begun.wait()
    if ends:
        loop.call_later(0.05, end.set)
    assert await waited(settled) >= 0.015 and running.done() == ends
    assert await waited(settled) < MOST_S / 2
    end.set()
    await running


async def test_what_never_rests_is_not_waited_for_for_ever() -> None:
    loop = asyncio.get_running_loop()

    async def restless() -> None:
        while True:
            await asyncio.sleep(0.001)

    running = loop.create_task(restless())
    assert await waited(Settled(0.1)) >= 0.1
    running.cancel()


async def test_two_that_wait_at_once_do_not_wait_for_each_other() -> None:
    """A panel takes a picture of another one that it runs itself."""
    settled = Settled()
    began = time.monotonic()
    await asyncio.gather(settled.wait(), settled.wait())
    assert time.monotonic() - began < MOST_S / 2


async def test_a_panel_that_was_left_has_no_frames_to_wait_for(panel: Panel) -> None:
    async with panel.run_test():
        panel.screen.refresh()
        panel.exit()
        assert await waited(Settled()) < MOST_S / 2


class Labelled(App[None]):
    """A label that is changed once more after the frame in which it was changed."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[int] = []

    def compose(self) -> ComposeResult:
        yield Label("a")

    def change(self, number: int) -> None:
        label = self.query_one(Label)
        label.update(f"{number}")
        label.call_after_refresh(self.again, number)

    def again(self, number: int) -> None:
        label = self.query_one(Label)
        label.update(f"{number} again")
        label.call_after_refresh(self.done.append, number)


@pytest.mark.parametrize("late_ms", range(0, 34, 2))
async def test_what_is_wanted_after_the_frame_after_next_is_done_after_a_pause(late_ms: int) -> None:
    app = Labelled()
    async with app.run_test() as pilot:
        for number in range(3):
            await pilot.pause()
            time.sleep(late_ms / 1000)  # the loop itself was late, as beside other work
            app.change(number)
            await pilot.pause()
            assert app.done == list(range(number + 1))


async def test_what_comes_late_out_of_a_thread_is_waited_for() -> None:
    """Of a machine with much else to do, and beside one that is there for good: only the first pause waits for that."""
    came: list[int] = []
    gone = threading.Event()

    def slowly(number: int) -> int:
        time.sleep(0.05)
        return number

    async def ask(number: int) -> None:
        came.append(await asyncio.to_thread(slowly, number))

    app = Labelled()
    async with app.run_test() as pilot:
        app.run_worker(asyncio.to_thread(gone.wait, 5))
        await pilot.pause()
        for number in range(3):
            app.run_worker(ask(number))
            await pilot.pause()
        gone.set()
    assert came == [0, 1, 2]
