"""Privacy mode: no label, key or text of a conversation reaches the screen, whichever tab shows it."""

import inspect
from dataclasses import replace
from typing import Any

import pytest
from alone import point, shown, until

from gcli2api_tui.control.ports import Reader
from gcli2api_tui.events.ids import AskId
from gcli2api_tui.ledger.exchange_rows import Passage
from gcli2api_tui.messages.message import say
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.key_table import TABS
from gcli2api_tui.tui.privacy import Private, dotted, short
from gcli2api_tui.tui.widgets.panel_rows import MessageRow
from gcli2api_tui.tui.widgets.request_and_credential_tables import CredentialTable

from .conftest import AT, FakeReader, credential

SECRETS = (
    "alice",
    "bob@",
    "carol",
    "dave",
    "erin",
    "frank",
    "proj-",
    "sk-for",
    "translate",
    "AIzaSy",
    "老李讲",
    "Zhang",
)


@pytest.fixture
def gossip(reader: FakeReader) -> FakeReader:
    """All that may be told about people stands in it, in every kind of field."""
    rows = reader.now.credentials
    told = say("log.picked", label="erin@gmail.com", reason="most quota left")
    reader.change(
        credentials=(*rows, credential("Zhang", label="Zhang", file="Zhang.json", last_error=told)),
        log=(*reader.now.log, replace(reader.now.log[0], number=90, at=AT, text=told),
             replace(reader.now.log[0], number=91, at=AT, text="AIzaSyABCDEFGHIJKLMN by frank@gmail.com")),
    )  # fmt: skip
    reader.passages = [Passage("prompt", "translate 老李讲故事", "user"), Passage("answer", "translated 老李讲")]
    return reader


def test_every_way_to_read_passes_it() -> None:
    """A method that a reader gets tomorrow would go past it."""
    asked = {name for name, _ in inspect.getmembers(Reader) if not name.startswith("_")}
    assert asked <= set(Private.__dict__)


@pytest.mark.parametrize("size", [(45, 20), (160, 50)], ids=str)
async def test_nothing_of_a_person_is_on_any_tab(gossip: FakeReader, control: Any, size: tuple[int, int]) -> None:
    from gcli2api_tui.clock import Clock

    panel = Panel(gossip, control, Clock(), refresh_hz=50)
    async with panel.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("r", "enter", "*")
        await until(pilot, lambda: panel.look.private and "PRIVATE" in shown(panel) and panel.pane.id == "requests")
        assert panel.pane.has_class("-open"), "what was opened stays open"
        for tab in TABS:
            await panel.action_tab(tab)
            await pilot.pause()
            for keys in ([], ["enter"], ["tab"], ["end"], ["escape"]):
                await pilot.press(*keys)
                await pilot.pause()
                seen = shown(panel)
                assert not [word for word in SECRETS if word in seen], (tab, keys, seen)
            while len(panel.screen_stack) > 1:
                await pilot.press("escape")
        await pilot.press("u", "y")
        await until(pilot, lambda: "not copied" in panel.screen.query_one(MessageRow).text)
        await pilot.press("c", "*")
        await until(pilot, lambda: "alice" in shown(panel))


async def test_what_is_done_is_done_to_the_right_one(panel: Panel, control: Any) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("c", "*")
        await until(pilot, lambda: "e•••n" in shown(panel))
        await pilot.pause()
        point(panel.pane.query_one(CredentialTable), "erin")
        await pilot.press("t")
        await until(pilot, lambda: control.calls == [("disable", "erin")])


def test_a_name_keeps_its_ends_and_a_text_its_width() -> None:
    assert [short(name) for name in ("alice@gmail.com", "work", "ab", "")] == ["a•••e", "w•••k", "•••", ""]
    assert dotted("ab 老\nx") == "•• ••\n•"


def test_rows_that_stayed_are_not_made_again(reader: FakeReader) -> None:
    private = Private(reader, on=True)
    assert private.snapshot().exchanges[0] is private.snapshot().exchanges[0]
    private.on = False
    assert private.snapshot() == reader.now


def test_a_conversation_goes_on_with_what_was_said_though_the_screen_hides_it(reader: FakeReader) -> None:
    ask = AskId(1)
    reader.answers[ask] = [Passage("thought", "hm"), Passage("answer", "yes, "), Passage("answer", "because")]
    hides = Private(reader, on=True)
    assert hides.answer_of(ask) == "yes, because"
    assert "yes" not in "".join(passage.text for passage in hides.asked_text(ask).passages)
