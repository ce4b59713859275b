"""A pause of a test ends when what was asked for is done, however late a frame or a thread is."""

import asyncio
import threading
import time

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Label


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
