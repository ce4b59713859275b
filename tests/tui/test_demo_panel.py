"""A script plays the panel like a person, and the panel ends with it."""

import asyncio
import contextvars
from dataclasses import dataclass, field

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.trouble_port import TroubleName
from gcli2api_tui.control.verb_results import Answer, Done
from gcli2api_tui.demo.script import steps
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.demo_panel import on_screen, play
from gcli2api_tui.tui.key_table import TABS

from .conftest import FakeControl, FakeReader


@dataclass
class FakeTrouble:
    made: list[TroubleName] = field(default_factory=list)

    def running(self) -> frozenset[TroubleName]:
        return frozenset({"slow"})

    async def make(self, name: TroubleName) -> Answer:
        self.made.append(name)
        return Done(quoted("made"))


async def test_keys_menu_and_trouble_in_their_order_until_the_end() -> None:
    trouble = FakeTrouble()
    panel = Panel(FakeReader(), FakeControl(), Clock(), trouble=trouble)
    seen: list[str] = []
    async with panel.run_test(size=(45, 20)) as pilot:
        script = "tab requests\npress exclamation_mark\nwait Make trouble\npause 0.01\npress 2\ngone Make trouble\n"
        await play(panel, steps(script + "trouble well\nwait made"), Clock())
        await pilot.pause()
        seen.append(on_screen(panel))
    assert trouble.made == ["storm", "well"] and panel.return_value == "stop"


async def test_whoever_plays_it_is_no_part_of_the_panel() -> None:
    """As in the program: the script's task was begun before there was a panel, and knows of none."""
    panel = Panel(FakeReader(), FakeControl(), Clock())
    async with panel.run_test(size=(80, 24)):
        script = "".join(f"tab {name}\nwait {name[:3].title()}\n" for name in reversed(TABS))
        playing = play(panel, steps(script), Clock())
        await asyncio.get_running_loop().create_task(playing, context=contextvars.Context())
    assert panel.return_value == "stop" and not panel.return_code


async def test_no_trouble_outside_the_demo() -> None:
    panel = Panel(FakeReader(), FakeControl(), Clock())
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("exclamation_mark")
        assert "Make trouble" not in on_screen(panel) and "Trouble" not in on_screen(panel)


async def test_the_menu_says_what_goes_on_and_fits_a_phone() -> None:
    panel = Panel(FakeReader(), FakeControl(), Clock(), trouble=FakeTrouble(), language="zh")
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.press("exclamation_mark")
        await pilot.pause()
        lines = on_screen(panel).splitlines()
        assert any("4" in line and "进行中" in line for line in lines)
        assert any("0  全部恢复正常" in line for line in lines) and any("esc" in line for line in lines)
