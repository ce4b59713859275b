"""The panel driven by keys, at the sizes people have, against a control that remembers."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from alone import point, until
from alone import shown as screen_text
from textual.events import Key
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from gcli2api_tui import tui
from gcli2api_tui.control.verb_results import Notice, Refused
from gcli2api_tui.ledger.exchange_rows import ExchangeState, Passage
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.key_table import TABS
from gcli2api_tui.tui.panes.logs import LogTable
from gcli2api_tui.tui.panes.pane import Pane
from gcli2api_tui.tui.screens.add import AddCredential, PasteIn
from gcli2api_tui.tui.screens.login import SignIn
from gcli2api_tui.tui.screens.menus import QuitMenu
from gcli2api_tui.tui.terminal_io.notices import TerminalBehind, TerminalLost
from gcli2api_tui.tui.widgets.live_table import LiveTable
from gcli2api_tui.tui.widgets.panel_rows import KeyBar, MessageRow
from gcli2api_tui.tui.widgets.request_and_credential_tables import CredentialTable, ExchangeTable
from gcli2api_tui.tui.widgets.transcript_view import TranscriptView

SIZES = [(45, 20), (80, 24), (160, 50), (36, 12), (28, 9)]


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_every_tab_opens_by_letter_and_by_digit(panel: Panel, size: tuple[int, int]) -> None:
    async with panel.run_test(size=size) as pilot:
        for number, (letter, name) in enumerate(zip("drcpulo", TABS, strict=True), 1):
            for pressed in (letter, str(number)):
                await pilot.press("d" if letter != "d" else "r", pressed)
                await until(pilot, lambda name=name: panel.pane.id == name)  # type: ignore[misc]
                text = screen_text(panel)
                assert "? more" in text
                assert "\x1b" not in text


async def test_a_key_that_comes_right_behind_a_tabs_letter_is_for_what_that_opens(panel: Panel) -> None:
    """Over a slow line they come together: `enter` opened a sign-in from the dashboard that was no longer seen."""
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for key in ("r", "enter"):
            panel.post_message(Key(key, None))
        await pilot.pause()
        assert panel.pane.id == "requests" and panel.pane.has_class("-open")
        assert panel.screen is panel.screen_stack[0]


async def test_arrows_walk_the_tabs_round(panel: Panel) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("left")
        assert panel.pane.id == "options"
        await pilot.press("right", "right")
        assert panel.pane.id == "requests"


async def test_each_verb_of_a_credential_reaches_the_control(panel: Panel, control: Any) -> None:
    """What a key wants of which row is tried in panes/test_stand_alone.py."""
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("c")
        await pilot.pause()
        for name, pressed in (("alice", "t"), ("frank", "t"), ("bob", "i"), ("carol", "h")):
            point(panel.pane.query_one(CredentialTable), name)
            await pilot.press(pressed)
        asked = [("check", "bob"), ("ask_google_quota", "bob")]
        calls = [("disable", "alice"), ("enable", "frank"), *asked, ("clear_cooldown", "carol")]
        await until(pilot, lambda: control.calls == calls)


async def test_a_terminal_that_falls_behind_twice_is_painted_once_a_second(panel: Panel) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        row = panel.screen.query_one(MessageRow)
        panel.post_message(TerminalBehind(12.0))
        await until(pilot, lambda: row.text == "The screen was behind for 12s; nothing was lost.")
        assert panel.refresh_hz > 1
        panel.post_message(TerminalBehind(3.0))
        await until(pilot, lambda: row.text.endswith("once a second now."))
        assert panel.refresh_hz == 1


async def test_removed_then_undone(panel: Panel, control: Any) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.press("c")
        await pilot.pause()
        point(panel.pane.query_one(CredentialTable), "alice")
        await pilot.press("x", "y")
        await until(pilot, lambda: control.calls == [("remove", "alice")])
        await until(pilot, lambda: "undoes" in panel.screen.query_one(MessageRow).text)
        await pilot.press("z")
        await until(pilot, lambda: control.calls[1:] == [("restore", "alice")])
        assert panel.screen.maximized is None


async def test_a_refusal_is_shown_as_its_sentence(panel: Panel, control: Any) -> None:
    control.refusal = Refused("[/red] is not possible.", "Press [b]i[/b] later.")
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("c")
        await pilot.pause()
        await pilot.press("i")
        await until(pilot, lambda: "[/red] is not possible. Press [b]i[/b] later." in screen_text(panel))


async def test_escape_goes_back_one_step_and_never_quits(panel: Panel) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.press("r")
        await pilot.pause()
        await pilot.press("slash", *"m:pro", "enter", "enter")
        await until(pilot, lambda: panel.pane.has_class("-open"))
        await pilot.press("escape")
        assert not panel.pane.has_class("-open")
        await pilot.press("escape", "escape", "escape", "escape")
        assert panel.is_running and panel.pane.id == "requests"
        assert panel.pane.filter_text == ""  # type: ignore[attr-defined]


async def test_letters_belong_to_a_focused_input(panel: Panel) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("r")
        await pilot.pause()
        assert not isinstance(panel.focused, Input)
        await pilot.press("slash", *"dclq?1")
        assert panel.pane.id == "requests"
        assert panel.pane.query_one(Input).value == "dclq?1"
        await pilot.pause()
        assert "enter submit" in screen_text(panel)


async def test_the_filter_narrows_the_list_and_says_of_how_many(panel: Panel) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("r")
        await pilot.pause()
        await pilot.press("slash", *"is:live")
        await until(pilot, lambda: "2 of 6" in screen_text(panel))
        await pilot.press("space", *"zz")
        await until(pilot, lambda: "0 of 6 match" in screen_text(panel))


@pytest.mark.parametrize("size", SIZES[:3], ids=str)
async def test_a_running_answer_grows_and_is_read_once(panel: Panel, reader: Any, size: tuple[int, int]) -> None:
    async with panel.run_test(size=size) as pilot:
        await pilot.press("r")
        await pilot.pause()
        await pilot.press("end", "enter")
        reader.passages += [Passage("thought", "secret musing"), Passage("answer", "雨停了。 [/red] the rain ")]
        reader.change()
        await until(pilot, lambda: "[/red] the rain" in screen_text(panel))
        assert "secret musing" not in screen_text(panel)
        reader.passages.append(Passage("answer", "had stopped"))
        reader.change()
        await until(pilot, lambda: "the rain had stopped" in screen_text(panel))
        await pilot.press("space")
        await until(pilot, lambda: "secret musing" in screen_text(panel))
        assert panel.pane.query_one(TranscriptView).text == "雨停了。 [/red] the rain had stopped"
        reader.change()
        await until(pilot, lambda: reader.offsets[-1] == len(reader.passages))


async def test_tab_shows_prompt_and_hops(panel: Panel) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("r")
        await pilot.pause()
        await pilot.press("end", "enter", "tab")
        await until(pilot, lambda: "translate" in screen_text(panel))
        await pilot.press("tab")
        await until(pilot, lambda: "picked: most quota left" in screen_text(panel))


def lines(table: LogTable) -> set[int]:
    """Their numbers; a long one folds to several rows."""
    return {part.row.number for part in table.rows}


async def test_following_stops_when_the_cursor_leaves_the_end_and_counts_what_came(panel: Panel, reader: Any) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("l")
        await pilot.pause()
        table = panel.pane.query_one(LogTable)
        await until(pilot, lambda: len(lines(table)) == 3)
        await pilot.press("up")
        assert table.chosen is not None and table.chosen.number == 2
        more = tuple(replace(reader.now.log[0], number=number) for number in (5, 6))
        reader.change(log=reader.now.log + more)
        await until(pilot, lambda: "2 new" in screen_text(panel))
        assert table.chosen.number == 2
        await pilot.press("f")
        assert table.chosen.number == 6 and table.unseen == 0


async def test_log_levels_turn_round(panel: Panel) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("l")
        await pilot.pause()
        counts = []
        for _ in range(4):
            await pilot.press("m")
            await pilot.pause()
            counts.append(len(lines(panel.pane.query_one(LogTable))))
        assert counts == [2, 1, 4, 3]


async def test_the_cursor_stays_on_its_row_when_others_go(panel: Panel, reader: Any) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("c")
        await pilot.pause()
        table: LiveTable[Any] = panel.pane.query_one(CredentialTable)
        point(table, "dave")
        reader.change(credentials=reader.now.credentials[2:])
        await until(pilot, lambda: len(table.rows) == 4)
        assert table.selected is not None and table.selected.id == "dave"


async def test_hidden_tabs_are_not_painted(panel: Panel, reader: Any) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("l", "c")
        await pilot.pause()
        seen = panel.screen.query_one(LogTable).rows
        reader.change(log=reader.now.log * 2)
        await until(pilot, lambda: panel.snapshot.revision == reader.revision)
        assert panel.screen.query_one(LogTable).rows == seen


async def test_tabs_that_nobody_opened_are_not_mounted(panel: Panel) -> None:
    """Each is a dozen widgets and its part of the style sheets: a start waits for the one that it shows."""
    async with panel.run_test(size=(80, 24)) as pilot:
        assert [pane.id for pane in panel.screen.query(Pane)] == ["dashboard"]
        await pilot.press("l", "d")
        await until(pilot, lambda: panel.pane.id == "dashboard")
        assert [pane.id for pane in panel.screen.query(Pane)] == ["dashboard", "logs"]


async def test_a_tab_has_its_rows_in_the_first_frame_that_shows_it(panel: Panel, reader: Any) -> None:
    async with panel.run_test(size=(80, 24)):
        await panel.open_tab("requests")
        assert len(panel.pane.query_one(ExchangeTable).rows) == len(reader.now.exchanges) > 0


def test_every_handler_of_the_panel_is_named_after_a_message() -> None:
    """By name, so that a verb need not import the tab that sends it: a name that fits no message would hear nothing."""
    for module in pkgutil.walk_packages(tui.__path__, "gcli2api_tui.tui."):
        importlib.import_module(module.name)
    known, waiting = {message.handler_name for message in _kinds_of(Message)}, set()
    for kind in Panel.__mro__:
        if kind.__module__.startswith("gcli2api_tui"):
            waiting |= {name for name in vars(kind) if name.startswith("on_")}
    assert len(waiting) > 20
    assert waiting - known == set()


def _kinds_of(kind: type[Message]) -> Iterator[type[Message]]:
    for below in kind.__subclasses__():
        yield below
        yield from _kinds_of(below)


async def test_quit_says_why(panel: Panel) -> None:
    async with panel.run_test(size=(36, 12)) as pilot:
        await pilot.press("q")
        await until(pilot, lambda: isinstance(panel.screen, QuitMenu))
        await pilot.press("2")
    assert panel.return_value == "stop"


async def test_back_from_the_quit_menu(panel: Panel) -> None:
    async with panel.run_test(size=(36, 12)) as pilot:
        await pilot.press("q", "3", "ctrl+q", "escape")
        assert panel.is_running and len(panel.screen_stack) == 1


async def test_ctrl_c_twice_stops_even_from_an_input(panel: Panel) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "1", "ctrl+c")
        assert panel.is_running
        await pilot.press("ctrl+c")
    assert panel.return_value == "stop"


async def test_a_lost_terminal_ends_the_panel_as_lost(panel: Panel) -> None:
    async with panel.run_test() as pilot:
        panel.post_message(TerminalLost())
        await until(pilot, lambda: panel.return_value == "lost")


async def test_a_crash_of_a_widget_leaves_return_code_1(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: KeyBar, y: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        async with panel.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            monkeypatch.setattr(KeyBar, "render_line", broken)
            panel.screen.query_one(KeyBar).refresh()
            await pilot.pause()
    assert panel.return_code == 1
    assert panel.return_value is None


@pytest.mark.parametrize("size", SIZES[:4], ids=str)
async def test_a_pasted_key_is_added_and_a_refusal_loses_nothing(
    panel: Panel, control: Any, size: tuple[int, int]
) -> None:
    control.refusal = Refused("This is no key.", "Copy it again.")
    async with panel.run_test(size=size) as pilot:
        await pilot.press("a", "1")
        await until(pilot, lambda: isinstance(panel.screen, PasteIn))
        await pilot.press(*"AIzaX", "enter")
        await until(pilot, lambda: "This is no key. Copy it again." in screen_text(panel))
        assert "AIzaX" not in screen_text(panel)
        control.refusal = None
        await pilot.press("enter")
        await until(pilot, lambda: len(panel.screen_stack) == 1)
        assert control.calls == [("add_credentials", b"AIzaX")] * 2


async def test_import_of_a_path(panel: Panel, control: Any) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.press("a", "3")
        await until(pilot, lambda: isinstance(panel.screen, PasteIn))
        await pilot.press(*"/x/y.json", "enter")
        await until(pilot, lambda: control.calls == [("add_path", "/x/y.json")])


@pytest.mark.parametrize("size", SIZES[:3], ids=str)
async def test_sign_in_shows_terms_link_and_paste_back_at_once(
    panel: Panel, control: Any, size: tuple[int, int]
) -> None:
    async with panel.run_test(size=size) as pilot:
        await pilot.press("a", "2")
        await until(pilot, lambda: "https://accounts.google.com" in screen_text(panel))
        assert "Google's terms" in screen_text(panel)
        assert "paste the address or code" in screen_text(panel)
        await pilot.press("y")
        assert panel.clipboard.startswith("https://accounts.google.com/")
        await pilot.press("enter", *"4/code", "enter")
        await until(pilot, lambda: ("finish_login", "4/code") in control.calls)
        await until(pilot, lambda: len(panel.screen_stack) == 1)


async def test_a_sign_in_that_the_browser_ends_closes_its_screen(panel: Panel, control: Any) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.press("a", "2")
        await until(pilot, lambda: "https://accounts.google.com" in screen_text(panel))
        control.phase = "done"
        panel.reader._reader.change()  # type: ignore[attr-defined]
        await until(pilot, lambda: len(panel.screen_stack) == 1)
        await until(pilot, lambda: panel.screen.query_one(MessageRow).text == "is done")


async def test_before_the_first_sign_in_the_notice_waits_for_an_answer(panel: Panel, control: Any) -> None:
    control.notice = Notice("public client", due=True)
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.press("a", "2")
        await until(pilot, lambda: "I have read this" in screen_text(panel))
        assert "Google's terms" in screen_text(panel)
        await pilot.press("enter", *"4/code", "enter", "escape")
        assert control.calls == [], "nothing begins before the answer"
        control.refusal = Refused("The disk is full.")
        await pilot.press("y")
        await until(pilot, lambda: "The disk is full." in screen_text(panel))
        assert control.calls == [("acknowledge_terms", None)]
        control.refusal = None
        await pilot.press("y", "y")
        await until(pilot, lambda: "https://accounts.google.com" in screen_text(panel))
        assert control.calls == [("acknowledge_terms", None)] * 2 + [("begin_login", None)]
        assert "Google's terms" in screen_text(panel), "it stays in sight"


async def test_the_notice_about_an_own_client_says_what_is_true_of_it(panel: Panel, control: Any) -> None:
    control.notice = Notice("own client", due=False)
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "2")
        await until(pilot, lambda: "your own OAuth client" in screen_text(panel))


async def test_leaving_the_sign_in_cancels_it(panel: Panel, control: Any) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.press("a", "2")
        await until(pilot, lambda: isinstance(panel.screen, SignIn) and panel.screen.login is not None)
        await pilot.press("tab", "escape")
        assert isinstance(panel.screen, SignIn)
        await pilot.press("escape")
        await until(pilot, lambda: ("cancel_login", "L1") in control.calls)


async def test_the_wizard_starts_with_the_api_key_and_knows_no_tab_letters(panel: Panel) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.press("a")
        await until(pilot, lambda: isinstance(panel.screen, AddCredential))
        lines = [line.strip(" │") for line in screen_text(panel).splitlines()]
        assert next(line for line in lines if line.startswith("1")) == "1  Gemini API key"
        await pilot.press("d", "r", "c", "l")
        assert isinstance(panel.screen, AddCredential)


async def test_help_lists_the_keys_and_runs_one(panel: Panel) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.press("question_mark", *"creden", "enter")
        await until(pilot, lambda: panel.pane.id == "credentials")


async def test_a_live_answer_is_stopped_a_finished_one_is_not(panel: Panel, control: Any) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("r")
        await pilot.pause()
        await pilot.press("x")
        await until(pilot, lambda: control.calls == [("cancel_exchange", 6)])
        await pilot.press("home", "x")
        assert len(control.calls) == 1
        assert panel.screen.query_one(MessageRow).text == "#1 has ended; there is nothing to stop."
        assert panel.snapshot.exchanges[0].state is ExchangeState.DONE


async def test_without_credentials_no_key_for_them_is_shown(panel: Panel, reader: Any) -> None:
    async with panel.run_test(size=(160, 50)) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: "Try anyway" in screen_text(panel) and "On/off" in screen_text(panel))
        reader.change(credentials=())
        await until(pilot, lambda: "On/off" not in screen_text(panel))
        bar = screen_text(panel).splitlines()[-1]
        assert "a Add" in bar and not any(word in bar for word in ("Remove", "Ask Google", "Try anyway"))


async def test_a_modal_leaves_the_panel_in_sight(panel: Panel) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("q")
        await until(pilot, lambda: isinstance(panel.screen, QuitMenu))
        assert "Dashboard" in screen_text(panel) and "Leave?" in screen_text(panel)


async def test_nothing_is_set_that_reads_as_before(panel: Panel, reader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        for letter in "drcul":
            await pilot.press(letter)
            await pilot.pause()
            asked: list[object] = []
            monkeypatch.setattr(Widget, "refresh", lambda self, *_, **__: asked.append(self) or self)  # noqa: B023
            panel.show()
            monkeypatch.undo()
            assert not asked, (letter, asked)
