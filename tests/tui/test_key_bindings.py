"""No key means two things where both could act; tab letters mean tabs; every key has a name in every language.

docs/keys.md is the table itself; the command shows it with this home's keys.toml.
"""

import os
import string
import sys
from pathlib import Path

import pytest
from alone import shown, until
from click.testing import CliRunner
from textual.binding import Binding

from gcli2api_tui.cli.commands import main
from gcli2api_tui.panel_session.key_file import remapped
from gcli2api_tui.tui import words
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.key_bindings import keys_page
from gcli2api_tui.tui.key_table import BAR, KEYS
from gcli2api_tui.tui.panes.connect import ClientTable, ConnectView, Guide
from gcli2api_tui.tui.panes.credentials import Credentials
from gcli2api_tui.tui.panes.dashboard import Dashboard
from gcli2api_tui.tui.panes.logs import Logs, LogTable
from gcli2api_tui.tui.panes.play import Play
from gcli2api_tui.tui.panes.request_detail import ExchangeDetail
from gcli2api_tui.tui.panes.requests import Requests
from gcli2api_tui.tui.panes.usage import UsageLines, UsageView
from gcli2api_tui.tui.panes.use_tab import Use
from gcli2api_tui.tui.screens.add import AddCredential, PasteIn
from gcli2api_tui.tui.screens.help_and_palette import Help
from gcli2api_tui.tui.screens.login import SignIn
from gcli2api_tui.tui.screens.menus import Confirm, QuitMenu
from gcli2api_tui.tui.widgets.conversation_view import AnswerView
from gcli2api_tui.tui.widgets.request_and_credential_tables import CredentialTable, ExchangeTable
from gcli2api_tui.tui.widgets.transcript_view import TranscriptView
from gcli2api_tui.tui.words import Words
from gcli2api_tui.tui.words.chinese import CHINESE

CONTEXTS = {
    "dashboard": (ExchangeTable, Dashboard, Panel), "requests": (ExchangeTable, Requests, Panel),
    "detail": (TranscriptView, ExchangeDetail, Panel), "credentials": (CredentialTable, Credentials, Panel),
    "play": (AnswerView, Play, Panel),
    "logs": (LogTable, Logs, Panel), "clients": (ClientTable, ConnectView, Use, Panel),
    "guide": (Guide, ConnectView, Use, Panel), "usage": (UsageLines, UsageView, Use, Panel),
}  # fmt: skip
MODALS = (AddCredential, PasteIn, Confirm, QuitMenu, Help, SignIn)
TAB_LETTERS = set("drcpulo")
LOCAL = set("abefhimnstvwxyzgj") | {"k", "G", "slash", "space"}
PASSES = {"escape", "z", "w"}
"""Each takes back what was done last, or writes what is open, so several may wait for it; one with nothing to take back
or to write lets it pass."""
NAMED = {"up", "down", "left", "right", "enter", "escape", "tab", "shift+tab", "pageup", "pagedown", "home", "end"}


def bindings(cls: type) -> list[Binding]:
    return [binding for bound in cls._merge_bindings().key_to_bindings.values() for binding in bound]  # type: ignore[attr-defined]


def ours(cls: type) -> list[Binding]:
    return [binding for binding in bindings(cls) if binding.description.startswith("key.")]


@pytest.mark.parametrize("context", CONTEXTS)
def test_one_key_one_meaning_per_focus(context: str) -> None:
    meanings: dict[str, str] = {}
    for cls in CONTEXTS[context]:
        for binding in ours(cls):
            same = meanings.setdefault(binding.key, binding.id or "") == binding.id
            assert same or binding.key in PASSES, (binding.key, context)


def test_tab_letters_belong_to_the_tabs_and_local_keys_to_the_list() -> None:
    for cls in {cls for chain in CONTEXTS.values() for cls in chain} - {Panel}:
        for binding in ours(cls):
            assert binding.key not in TAB_LETTERS
            assert binding.key in LOCAL | NAMED, binding


def test_forbidden_keys_are_nowhere() -> None:
    for cls in {*MODALS, *(cls for chain in CONTEXTS.values() for cls in chain)}:
        for binding in ours(cls):
            assert not binding.key.startswith(("f1", "alt+", "ctrl+z", "ctrl+s")), binding
    assert not any(binding.key == "ctrl+z" for binding in bindings(Panel))
    assert not any("escape" in row.keys for row in KEYS["app"])


def test_every_key_has_an_id_and_every_shown_one_a_text() -> None:
    for cls in {*MODALS, *(cls for chain in CONTEXTS.values() for cls in chain)}:
        assert all(binding.id for binding in ours(cls))
    assert {f"key.{name}" for name in BAR} <= set(words.ENGLISH)
    named = {f"key.{binding.id}" for chain in CONTEXTS.values() for cls in chain for binding in ours(cls)}
    assert named <= set(words.ENGLISH), named - set(words.ENGLISH)


def test_chinese_texts_have_known_keys_and_the_same_fields() -> None:
    for key, text in CHINESE.items():
        fields = {field for _, field, _, _ in string.Formatter().parse(text) if field}
        assert fields == {field for _, field, _, _ in string.Formatter().parse(words.ENGLISH[key]) if field}, key


def test_an_unknown_text_shows_its_key() -> None:
    assert words.Words("xx")("no.such") == "no.such"


async def test_bar_help_and_keys_follow_the_file_and_a_fault_is_told_at_the_start(panel: Panel) -> None:
    made = remapped('"app.help" = "H"\n"credentials.toggle" = "T"\n"app.logs" = "f7"\nnope = "x"')
    other = Panel(panel.reader, panel.control, panel.clock, refresh_hz=50, keys=made)
    async with other.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "nothing is named nope" in shown(other)
        await pilot.press("c")
        await pilot.pause()
        assert "T On/off" in shown(other) and "H more" in shown(other) and "? more" not in shown(other)
        await pilot.press("f7")
        await pilot.pause()
        assert other.pane.id == "logs"
        await pilot.press("l", "H")
        await until(pilot, lambda: isinstance(other.screen, Help) and other.screen.query("PickList"))
        await pilot.press(*"logs")
        await until(pilot, lambda: "f7    " in shown(other) and "Logs" in shown(other))


PAGE = Path(__file__).parents[2] / "docs" / "keys.md"


def test_the_page_of_the_documents_is_the_table() -> None:
    made = keys_page({}, Words())
    assert PAGE.read_text(encoding="utf-8") == made, "run `gcli2api-tui keymap --defaults > docs/keys.md`"
    assert all(f"`{row.id}`" in made for rows in KEYS.values() for row in rows) and "key." not in made.split("## On")[1]


def test_the_command_shows_the_keys_of_this_home(tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text('"requests.stop" = "X"\n"no.such" = "y"', encoding="utf-8")
    said = CliRunner().invoke(main, ["keymap", "--home", str(tmp_path)])
    assert CliRunner().invoke(main, ["--home", str(tmp_path), "keymap"]).output == said.output, "as of all commands"
    assert said.exit_code == 0 and "| `X` | Stop | `requests.stop` |" in said.output and "no.such" in said.stderr
    defaults = CliRunner().invoke(main, ["keymap", "--home", str(tmp_path), "--defaults"])
    assert defaults.output == PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["pipe", "folder", "no text"])
def test_keys_that_cannot_be_read_are_told_and_the_usual_ones_hold(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    if kind == "pipe" and sys.platform == "win32":
        pytest.skip("no pipes with names")
    {"pipe": lambda: os.mkfifo(file), "folder": file.mkdir, "no text": lambda: file.write_bytes(b"\xff")}[kind]()
    said = CliRunner().invoke(main, ["keymap", "--home", str(tmp_path)])
    assert said.exit_code == 0 and PAGE.read_text(encoding="utf-8") == said.stdout and "keys.toml" in said.stderr
