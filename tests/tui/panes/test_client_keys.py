"""The part Keys of Use: a key is made and shown once, changed, switched, and taken away after a yes."""

from dataclasses import replace
from typing import Any

import pytest
from alone import ENGLISH, shown

from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.paint import qr
from gcli2api_tui.tui.paint.cells import width_of
from gcli2api_tui.tui.paint.client_keys import key_detail, key_line
from gcli2api_tui.tui.panes.client_keys import ClientKeysView, value_of
from gcli2api_tui.tui.panes.use_tab import Use
from gcli2api_tui.tui.screens.shown_text import NewKey

SIZES = [(45, 20), (80, 24), (160, 50)]


async def opened(pilot: Any, panel: Panel) -> ClientKeysView:
    await pilot.press("u")
    panel.query_one(Use).show_part("keys")
    await pilot.pause()
    return panel.query_one(ClientKeysView)


def calls(control: Any) -> list[Any]:
    return [one for one in control.calls if "client_key" in one[0]]


@pytest.mark.parametrize("size", SIZES)
async def test_all_keys_stand_there_with_what_they_used(panel: Panel, size: tuple[int, int]) -> None:
    async with panel.run_test(size=size) as pilot:
        view = await opened(pilot, panel)
        assert [row.label for row in view._table.rows][:2] == ["ada", "build-bot"]
        text = view.plain_text()
        assert "431/500 requests today" in text and "gemini-3*" in text and "…9f3K" in text


async def test_a_new_key_s_code_leads_another_device_here(panel: Panel, reader: Any) -> None:
    url = "http://192.168.1.23:7861"
    reader.change(server=replace(reader.now.server, url_elsewhere=url))
    async with panel.run_test(size=(80, 50)) as pilot:
        await opened(pilot, panel)
        await pilot.press("n", *"eve", "enter")
        await pilot.pause()
        await pilot.press("e")
        await pilot.pause()
        code = qr.half_blocks(qr.connection(url, "sk-shown-this-once"))
        assert all(line.rstrip() in shown(panel) for line in code)


async def test_a_new_key_is_shown_once_and_copied(panel: Panel, control: Any) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await opened(pilot, panel)
        await pilot.press("n", *"eve", "enter")
        await pilot.pause()
        assert calls(control) == [("add_client_key", ("eve", {}))]
        assert isinstance(panel.screen, NewKey) and panel.screen._made.key.reveal() == "sk-shown-this-once"
        await pilot.press("u", "q", "x")
        assert isinstance(panel.screen, NewKey), "only esc takes it away"
        await pilot.press("escape")
        assert not isinstance(panel.screen, NewKey)


async def test_it_is_switched_off_and_its_limit_changed(panel: Panel, control: Any) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await opened(pilot, panel)
        await pilot.press("t")
        await pilot.press("e", "enter", *"45", "enter")
        await pilot.pause()
        assert calls(control) == [
            ("set_client_key", ("ada", {"enabled": "off"})),
            ("set_client_key", ("ada", {"rpm": "45"})),
        ]


@pytest.mark.parametrize(("answer", "done"), [("y", True), ("n", False), ("enter", False)])
async def test_it_is_revoked_after_a_yes(panel: Panel, control: Any, answer: str, done: bool) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await opened(pilot, panel)
        await pilot.press("x", answer)
        await pilot.pause()
        assert calls(control) == ([("revoke_client_key", "ada")] if done else [])


@pytest.mark.parametrize("width", [30, 45, 80, 160])
def test_lines_are_as_wide_as_they_should_be(reader: Any, width: int) -> None:
    for row in reader.issued:
        line = key_line(row, width, ENGLISH)
        assert width_of(line) == width
        assert all(text.isprintable() for part in (line, *key_detail(row, ENGLISH)) for text, _ in part)


def test_what_is_offered_can_be_typed_back(reader: Any) -> None:
    ada = reader.issued[0]
    assert (value_of(ada, "rpm"), value_of(ada, "models"), value_of(ada, "thinking")) == ("30", "gemini-3*", "low")
    assert value_of(reader.issued[3], "expires") == "none"
