"""The Options tab: found, edited in its place, set back, undone; what is held elsewhere says where."""

from dataclasses import replace

import pytest
from alone import until
from textual.pilot import Pilot
from textual.widgets import Input
from tui.conftest import FakeControl, FakeReader

from gcli2api_tui.config.settings import FIELDS
from gcli2api_tui.control.verb_results import Refused
from gcli2api_tui.ledger.snapshot import ServerFacts
from gcli2api_tui.messages.message import say
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.panes.options import Options
from gcli2api_tui.tui.widgets.panel_rows import MessageRow
from gcli2api_tui.tui.widgets.setting_views import AboutSetting, ChoiceTable, SettingTable

SIZES = [(45, 20), (80, 24), (160, 50)]


class Page:
    """The tab in the panel, opened by its letter."""

    def __init__(self, pilot: Pilot[str]) -> None:
        self.pilot = pilot

    @property
    def pane(self) -> Options:
        """Another one after a change of language."""
        return self.pilot.app.query_one(Options)

    @property
    def table(self) -> SettingTable:
        return self.pilot.app.query_one(SettingTable)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settled()

    async def settled(self) -> None:
        await self.pilot.pause()
        if reading := [worker for worker in self.pilot.app.workers if worker.group == "settings"]:
            await self.pilot.app.workers.wait_for_complete(reading)
        await self.pilot.pause()

    async def goto(self, name: str) -> None:
        rows = [getattr(row, "name", "") for row in self.table.rows]
        self.table.select(rows.index(name))
        await self.pilot.pause()

    def painted(self, view: AboutSetting | SettingTable | ChoiceTable) -> str:
        lines = (view.line_at(y).line for y in range(view.inside.height))
        return "\n".join("".join(text for text, _ in line).rstrip() for line in lines)

    def reads(self, beginning: str) -> bool:
        """False also while the tab is being made anew."""
        tables = self.pilot.app.query(SettingTable)
        return bool(tables) and self.painted(tables.first()).startswith(beginning)

    @property
    def message(self) -> str:
        return self.pilot.app.query_one(MessageRow).text


async def opened(pilot: Pilot[str]) -> Page:
    await pilot.pause()
    page = Page(pilot)
    await page.press("o")
    return page


@pytest.mark.parametrize("size", SIZES)
async def test_every_setting_is_reached_by_arrows_and_none_is_a_heading(panel: Panel, size: tuple[int, int]) -> None:
    async with panel.run_test(size=size) as pilot:
        page = await opened(pilot)
        seen = set()
        for _ in range(len(FIELDS)):
            assert page.table.setting is not None
            seen.add(page.table.setting.name)
            assert page.table.setting.name in page.painted(page.table)
            page.table.action_move(1)
        assert seen == FIELDS.keys()
        await page.press("home")
        assert page.painted(page.table).startswith("Server")


@pytest.mark.parametrize("size", SIZES)
async def test_a_choice_is_a_list_and_the_chosen_one_is_wanted(
    panel: Panel, control: FakeControl, size: tuple[int, int]
) -> None:
    async with panel.run_test(size=size) as pilot:
        page = await opened(pilot)
        await page.goto("strategy")
        await page.press("enter")
        choices = pilot.app.query_one(ChoiceTable)
        while not choices.inside.height:
            await pilot.pause()
        assert choices.has_focus and "quota-aware" in page.painted(choices) and "soonest-reset" in page.painted(choices)
        await page.press("down", "down", "enter")
        assert control.calls == [("set_setting", ("strategy", "fill-first"))]
        assert page.table.has_focus and not page.pane.editing


async def test_a_field_takes_letters_and_a_refusal_keeps_it_open(panel: Panel, control: FakeControl) -> None:
    control.refusal = Refused(say("setting.number", name="hold_s", source=say("setting.typed"), value="qd"))
    async with panel.run_test(size=(45, 20)) as pilot:
        page = await opened(pilot)
        await page.goto("hold_s")
        await page.press("e")
        field = pilot.app.query_one("#options-field", Input)
        assert field.has_focus and field.value == "30"
        await page.press("backspace", "backspace", "q", "d", "enter")
        assert control.calls == [("set_setting", ("hold_s", "qd"))]
        assert field.has_focus and "must be a number" in page.painted(pilot.app.query_one(AboutSetting)).replace(
            "\n", " "
        )
        await page.press("escape")
        assert page.table.has_focus and not page.pane.editing and page.table.setting
        assert page.table.setting.name == "hold_s"


async def test_a_secret_is_typed_unseen_and_never_shown(panel: Panel, control: FakeControl) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        page = await opened(pilot)
        await page.goto("password")
        await page.press("e", *"sk-new", "enter")
        assert control.calls == [("set_setting", ("password", "sk-new"))]
        assert pilot.app.query_one("#options-field", Input).password
        assert "sk-new" not in page.pane.plain_text()


@pytest.mark.parametrize(("name", "where"), [("port", "flag"), ("host", "env HOST")])
@pytest.mark.parametrize("key", ["enter", "x"])
async def test_what_is_held_elsewhere_is_not_edited_and_says_where(
    panel: Panel, control: FakeControl, name: str, where: str, key: str
) -> None:
    async with panel.run_test(size=(160, 50)) as pilot:
        page = await opened(pilot)
        await page.goto(name)
        await page.press(key)
        assert not page.pane.editing and control.calls == []
        assert where in page.message and "would not act" in page.message


async def test_x_sets_back_and_z_undoes_while_the_sentence_stands(panel: Panel, control: FakeControl) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        page = await opened(pilot)
        await page.press("z")
        assert control.calls == []
        await page.goto("hold_s")
        await page.press("x")
        assert control.calls == [("set_setting", ("hold_s", None))]
        await page.press("z")
        assert control.calls[-1] == ("undo_setting", None)
        await page.press("z")
        assert len(control.calls) == 2, "once"
        await page.press("x")
        page.pane.message_gone()
        await page.press("z")
        assert control.calls[-1] == ("set_setting", ("hold_s", None))


async def test_at_its_default_there_is_nothing_to_set_back(panel: Panel, control: FakeControl) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        page = await opened(pilot)
        await page.goto("attempts")
        await page.press("x")
        assert control.calls == [] and "at its default" in page.message


async def test_finding_narrows_the_list_and_esc_shows_all(panel: Panel) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        page = await opened(pilot)
        await page.press("slash", *"retry", "enter")
        assert [row.name for row in page.table.rows if hasattr(row, "name")] == ["retry_after_max_s"]
        assert page.table.setting and page.table.setting.name == "retry_after_max_s"
        await page.press("escape")
        assert len([row for row in page.table.rows if hasattr(row, "name")]) == len(FIELDS)


async def test_what_another_changed_is_read_again_and_nothing_else_is(panel: Panel, reader: FakeReader) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        page = await opened(pilot)
        asked = reader.asked_settings
        for at in range(3):
            reader.change(at=reader.now.at + at)
            await page.settled()
        assert reader.asked_settings == asked
        reader.changed_settings["attempts"] = "9"
        reader.change(server=replace(reader.now.server, settings_version=7))
        await page.settled()
        await page.goto("attempts")
        assert page.table.setting and page.table.setting.value == "9"


def wanting(reader: FakeReader, **wants: str) -> ServerFacts:
    """The server's facts after these settings of the screen were changed."""
    server = reader.now.server
    return replace(server, screen=tuple(wants.items()), settings_version=server.settings_version + 1)


async def test_language_signs_and_pace_act_at_once_on_the_same_tab(panel: Panel, reader: FakeReader) -> None:
    reader.change(server=wanting(reader, refresh="auto", language="en", glyphs="unicode"))
    async with panel.run_test(size=(80, 24)) as pilot:
        page = await opened(pilot)
        reader.change(server=wanting(reader, refresh="lite", language="zh", glyphs="ascii"))
        await until(pilot, lambda: not panel.remade and page.reads("服务器"))
        assert panel.refresh_hz == 1.0 and panel.look.glyphs.ready == "*" and panel.pane.id == "options"
        reader.change(server=wanting(reader, refresh="lite", language="en", glyphs="ascii"))
        await until(pilot, lambda: not panel.remade and page.reads("Server"))
        await page.press("l", "d", "c", "r", "u", "p", "o")


async def test_v_shows_environment_lines_and_y_copies_one(panel: Panel) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        page = await opened(pilot)
        await page.goto("hold_s")
        assert page.pane.copy_text() == ("copy.setting", "GCLI2API_HOLD_S=30")
        assert "# GCLI2API_ATTEMPTS=4" in page.pane.plain_text()


async def test_a_setting_is_had_by_its_name_from_any_tab(panel: Panel) -> None:
    """The rows are not read yet when it is asked for; the second time another one is searched for and being edited."""
    async with panel.run_test(size=(45, 20)) as pilot:
        page = Page(pilot)  # type: ignore[arg-type]
        for name, before in (("keep_bodies_mb", ("d",)), ("theme", ("slash", *"port", "enter", "e"))):
            await page.press(*before)
            panel.action_palette()
            await page.press(*name, "enter")
            assert panel.pane is page.pane and page.table.setting is not None
            assert page.table.setting.name == name and panel.focused is page.table
            assert name in page.painted(page.table), "it is in sight"
