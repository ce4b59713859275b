"""The panel before its server: it says so, shows nothing that is not known, and takes the real sides when they come."""

from dataclasses import replace
from typing import Any

import pytest
from alone import shown as screen_text
from alone import until

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.starting_server import StartingControl, StartingReader
from gcli2api_tui.control.verb_results import Keys
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.snapshot import ServerFacts, Snapshot
from gcli2api_tui.tui.app import Panel

URL = "http://127.0.0.1:7861"
SIZES = [(45, 20), (80, 24), (120, 40), (160, 50)]


@pytest.fixture
def starting() -> StartingReader:
    return StartingReader(Clock(), ServerFacts(URL), Keys(Secret("sk-one"), Secret("two")), "starting")


def early(starting: StartingReader, language: str = "en") -> Panel:
    return Panel(starting, StartingControl().as_control, Clock(), refresh_hz=50, language=language)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_first_frame_is_the_panel_s_own(
    starting: StartingReader, size: tuple[int, int], language: str
) -> None:
    panel = early(starting, language)
    async with panel.run_test(size=size) as pilot:
        await panel.framed()
        await pilot.pause()
        lines = screen_text(panel).splitlines()
        words = panel.look.words
        assert ":7861" in lines[0]
        assert words("status.starting") in lines[0]
        assert words("tab.dashboard")[:4] in lines[1]
        assert words("help.more") in lines[-1]
        assert words("first.about")[:12] not in "\n".join(lines), "a first run, though nobody knows whether it is one"


@pytest.mark.parametrize("letter", "rcl")
async def test_no_tab_says_that_there_is_nothing_before_anybody_knows(starting: StartingReader, letter: str) -> None:
    panel = early(starting)
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press(letter)
        await until(pilot, lambda: screen_text(panel).count("starting…") == 2)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_real_sides_take_over_with_the_focus_where_keys_are_for(
    starting: StartingReader, reader: Any, control: Any, size: tuple[int, int]
) -> None:
    panel = early(starting)
    async with panel.run_test(size=size) as pilot:
        await panel.framed()
        panel.arrive(reader, control, None)
        starting.real.come(reader)
        await until(pilot, lambda: "starting" not in screen_text(panel))
        assert panel.focused is panel.pane.first()
        assert panel.focused.display
        await pilot.press("c")
        await until(pilot, lambda: "alice" in screen_text(panel))
        reader.change(credentials=())
        await until(pilot, lambda: "alice" not in screen_text(panel))  # its news are followed


async def test_a_first_run_begins_when_it_is_known_to_be_one(
    starting: StartingReader, reader: Any, control: Any
) -> None:
    reader.now = Snapshot(1, reader.now.at, replace(reader.now.server, demo=False))
    panel = early(starting)
    async with panel.run_test(size=(80, 24)) as pilot:
        await panel.framed()
        panel.arrive(reader, control, None)
        await until(pilot, lambda: panel.look.words("first.credential") in screen_text(panel))
        assert panel.focused is panel.pane.first()
        assert "Only looking?" not in screen_text(panel), "there is no demo to go to from here"
        assert "demo" not in {entry.binding.action for entry in panel.screen.active_bindings.values() if entry.enabled}


async def test_a_server_that_is_there_before_the_first_frame_is_no_haste(
    starting: StartingReader, reader: Any, control: Any
) -> None:
    panel = early(starting)
    panel.arrive(reader, control, None)
    starting.real.come(reader)
    async with panel.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "6 ready" in screen_text(panel))
