"""Each is looked at when it is due, whoever else there is."""

import asyncio

from gcli2api_tui.relay.timekeeper import Timekeeper


class Watched:
    def __init__(self, clock, *spans, fails=False):
        self.clock, self.spans, self.fails, self.looked = clock, list(spans), fails, []

    def look(self):
        self.looked.append(round(self.clock.monotonic(), 1))
        if self.fails and len(self.looked) > 1:
            raise RuntimeError("ours")
        return self.clock.monotonic() + (self.spans.pop(0) if self.spans else 100.0)


async def test_each_is_looked_at_when_it_is_due(hand_clock):
    keeper = Timekeeper(hand_clock.clock)
    slow, quick = Watched(hand_clock.clock, 10, 10), Watched(hand_clock.clock, 1, 3)
    keeper.begin(slow, 0.0)
    await hand_clock.advance(5)
    keeper.begin(quick, 0.0)
    await hand_clock.advance(20)
    assert slow.looked == [0, 10, 20] and quick.looked == [5, 6, 9]


async def test_who_has_ended_is_looked_at_no_more_and_then_no_task_runs(hand_clock):
    keeper = Timekeeper(hand_clock.clock)
    before, it = asyncio.all_tasks(), Watched(hand_clock.clock, 1, 1)
    keeper.begin(it, 0.0)
    await hand_clock.advance(1.5)
    keeper.end(it)
    await hand_clock.advance(10)
    assert it.looked == [0, 1] and asyncio.all_tasks() == before


async def test_a_fault_of_one_is_no_matter_of_the_others(hand_clock):
    told = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: told.append(context["exception"]))
    keeper = Timekeeper(hand_clock.clock)
    bad, good = Watched(hand_clock.clock, 1, fails=True), Watched(hand_clock.clock, 1, 1, 1)
    keeper.begin(bad, 0.0)
    keeper.begin(good, 0.0)
    await hand_clock.advance(10)
    assert good.looked == [0, 1, 2, 3] and bad.looked == [0, 1] and len(told) == 1
