"""Requests of one instance or of all under the hands of a person: more than fits, at each size, in both languages."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from alone import shown as on_screen
from textual.pilot import Pilot

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.verb_results import Answer, Refused
from gcli2api_tui.events.ids import ELSEWHERE, ExchangeId
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, Page
from gcli2api_tui.ledger.snapshot import InstanceRow, ServerFacts
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.panes.requests import Requests
from gcli2api_tui.tui.words import Words

from .conftest import AT, FakeControl, FakeReader, exchange

SIZES = [(45, 20), (80, 24), (160, 50)]
HERE = InstanceRow("host:7861", "http://127.0.0.1:7861", "1.0", 0.0, 12, 0.003, True)
THERE = replace(HERE, name="host:7862", address="http://127.0.0.1:7862", own=False, in_flight=3)


def elsewhere(number: int) -> ExchangeRow:
    """Between the own ones in time."""
    row = exchange(number, instance=THERE.name)
    return replace(row, id=ExchangeId(ELSEWHERE + number), opened_at=row.opened_at + 0.5)


@dataclass
class Shown:
    panel: Panel
    pilot: Pilot[Any]

    @property
    def pane(self) -> Requests:
        return self.panel.query_one(Requests)

    @property
    def rows(self) -> list[tuple[str, int]]:
        return [(row.instance, row.number) for row in self.pane.table.rows]

    @property
    def text(self) -> str:
        return on_screen(self.panel)

    async def until(self, holds: Callable[[], object]) -> None:
        for _ in range(500):
            if holds():
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"waited in vain; on the screen:\n{self.text}")


@asynccontextmanager
async def opened(panel: Panel, reader: FakeReader, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Shown]:
    """Forty requests here and forty there."""
    reader.others = tuple(elsewhere(number) for number in range(1, 41))
    rows = tuple(replace(exchange(number), instance=HERE.name) for number in range(1, 41))
    server = replace(reader.now.server, instances=(HERE, THERE))
    reader.change(exchanges=rows, server=server)
    async with panel.run_test(size=size) as pilot:
        await pilot.press("r")
        shown = Shown(panel, pilot)
        await shown.until(lambda: len(shown.pane.table.rows) == 40)
        yield shown


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_one_key_turns_to_all_and_back(
    reader: FakeReader, control: FakeControl, size: tuple[int, int], language: str
) -> None:
    panel = Panel(reader, control, Clock(), refresh_hz=50, language=language)
    words = Words(language)
    async with opened(panel, reader, size) as shown:
        assert reader.asked_elsewhere == [] and ":7862" not in shown.text
        await shown.pilot.press("h")
        await shown.until(lambda: len(shown.rows) == 80)
        assert shown.rows[-2:] == [("host:7861", 40), ("host:7862", 40)], "in the order of time"
        await shown.until(lambda: ":7862" in shown.text and words("whose.all", n=2) in shown.text)
        assert control.calls[-1] == ("set_setting", ("panel_instances", "all"))
        reader.others = (*reader.others, elsewhere(41))
        await shown.until(lambda: shown.rows[-1] == ("host:7862", 41))
        assert reader.asked_elsewhere[:2] == [0, 40], "only what came since is asked for"
        await shown.pilot.press("h")
        await shown.until(lambda: len(shown.rows) == 40)
        assert control.calls[-1] == ("set_setting", ("panel_instances", "one")) and ":7862" not in shown.text


async def test_a_home_that_is_alone_has_no_such_key_and_asks_for_nothing(panel: Panel, reader: FakeReader) -> None:
    server = replace(reader.now.server, screen=(("panel_instances", "all"),))
    reader.change(server=server)
    async with panel.run_test(size=(160, 50)) as pilot:
        await pilot.press("r", "h")
        shown = Shown(panel, pilot)
        await pilot.pause()
        assert not shown.pane.check_action("instances", ()) and "Instances" not in shown.text
        reader.change(at=AT + 1)
        await pilot.pause()
        assert reader.asked_elsewhere == []


async def test_the_setting_is_followed_at_the_start_and_as_it_changes(panel: Panel, reader: FakeReader) -> None:
    reader.change(server=ServerFacts("http://127.0.0.1:7861", screen=(("panel_instances", "all"),)))
    async with opened_after(panel, reader) as shown:
        await shown.until(lambda: len(shown.rows) == 80)
        reader.change(server=replace(reader.now.server, screen=(("panel_instances", "one"),)))
        await shown.until(lambda: len(shown.rows) == 40)


@asynccontextmanager
async def opened_after(panel: Panel, reader: FakeReader) -> AsyncIterator[Shown]:
    """The instances are known a moment after the start."""
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("r")
        reader.others = tuple(elsewhere(number) for number in range(1, 41))
        rows = tuple(replace(exchange(number), instance=HERE.name) for number in range(1, 41))
        reader.change(exchanges=rows, server=replace(reader.now.server, instances=(HERE, THERE)))
        yield Shown(panel, pilot)


async def test_the_others_are_seen_where_this_one_was_asked_for_nothing_yet(panel: Panel, reader: FakeReader) -> None:
    async with opened(panel, reader) as shown:
        reader.change(exchanges=())
        await shown.until(lambda: shown.rows == [])
        shown.pane.choose_filter("instance:host")
        await shown.until(lambda: "h shows all" in shown.text)
        await shown.pilot.press("h")
        await shown.until(lambda: len(shown.rows) == 40)


async def test_who_only_looks_changes_no_setting(reader: FakeReader, control: FakeControl) -> None:
    panel = Panel(reader, control, Clock(), refresh_hz=50, only_looks=True)
    async with opened(panel, reader) as shown:
        await shown.pilot.press("h")
        await shown.until(lambda: len(shown.rows) == 80)
        assert control.calls == []


async def test_a_setting_that_is_held_is_said_and_all_are_shown(
    panel: Panel, reader: FakeReader, control: FakeControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(name: str, value: str | None) -> Answer:
        return Refused(quoted("The environment holds it."))

    monkeypatch.setattr(control, "set_setting", refused)
    async with opened(panel, reader, (160, 50)) as shown:
        await shown.pilot.press("h")
        await shown.until(lambda: len(shown.rows) == 80 and "The environment holds it." in shown.text)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_of_one_from_elsewhere_there_is_its_row_and_the_way_to_its_texts(
    panel: Panel, reader: FakeReader, control: FakeControl, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "transcript", lambda exchange, _=0: Page(exchange, 0))
    async with opened(panel, reader, size) as shown:
        await shown.pilot.press("h")
        await shown.until(lambda: len(shown.rows) == 80)
        await shown.pilot.press("G", "enter")
        await shown.until(lambda: "attach" in shown.text and "#40" in shown.text)
        await shown.pilot.press("e")
        await shown.until(lambda: "#40 was served by host:7862" in " ".join(shown.text.split()))
        await shown.pilot.press("b")
        await shown.until(lambda: shown.pane.pinned is not None and shown.pane.pinned.instance == HERE.name)
        assert shown.pane.pinned is not None and shown.pane.pinned.number == 40, "the neighbour in time"
        assert not any(name in ("resend", "ask") for name, _ in control.calls)


async def test_a_filter_names_an_instance_and_says_how_to_see_others(panel: Panel, reader: FakeReader) -> None:
    async with opened(panel, reader) as shown:
        shown.pane.choose_filter("instance:7862")
        await shown.until(lambda: "h shows all" in shown.text)
        await shown.pilot.press("h")
        await shown.until(lambda: len(shown.rows) == 40 and {name for name, _ in shown.rows} == {THERE.name})
        shown.pane.choose_filter("-instance:7862")
        await shown.until(lambda: {name for name, _ in shown.rows} == {HERE.name})
        shown.pane.choose_filter("id:7")
        await shown.until(lambda: shown.rows == [(HERE.name, 7), (THERE.name, 7)])


async def test_it_has_a_name_where_the_key_does_not_act(panel: Panel, reader: FakeReader) -> None:
    async with opened(panel, reader) as shown:
        await shown.pilot.press("d", "colon", *"or of all")
        await shown.until(lambda: "Requests of one instance, or of all" in shown.text)
        await shown.pilot.press("enter", "r")
        await shown.until(lambda: len(shown.rows) == 80)


async def test_what_is_kept_of_others_is_bounded(panel: Panel, reader: FakeReader) -> None:
    async with opened(panel, reader) as shown:
        reader.others = tuple(elsewhere(number) for number in range(1, 701))
        await shown.pilot.press("h")
        await shown.until(lambda: len(shown.rows) == 540)


async def test_privacy_hides_the_names_in_rows_of_others_too(panel: Panel, reader: FakeReader) -> None:
    async with opened(panel, reader, (160, 50)) as shown:
        await shown.pilot.press("h")
        await shown.until(lambda: len(shown.rows) == 80 and "alice" in shown.text)
        await shown.pilot.press("asterisk")
        await shown.until(lambda: panel.hides.on and "alice" not in shown.text and len(shown.rows) == 80)
