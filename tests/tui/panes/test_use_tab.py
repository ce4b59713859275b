"""The Use tab: who called and what is off, every recipe, both keys; all of it can be reached on every screen."""

import json
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from alone import alone, shown
from textual.pilot import Pilot

from gcli2api_tui.control.verb_results import Keys
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.snapshot import CallerRow, ModelsToName, ServerFacts, Snapshot
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.recipes.all_recipes import RECIPES
from gcli2api_tui.recipes.masked_difference import masked_key
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.app_messages import Copy
from gcli2api_tui.tui.paint import clients, qr
from gcli2api_tui.tui.paint.cells import width_of
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.panes.connect import ConnectView
from gcli2api_tui.tui.panes.use_tab import Use
from gcli2api_tui.tui.screens.differences import DifferenceScreen
from gcli2api_tui.tui.words import Words

AT = 1_790_000_000.0
SERVER = ServerFacts(
    url="http://127.0.0.1:7861", aliases=("claude-*=gemini-2.5-pro", "gpt-*=gemini-2.5-flash", "a=b", "c=d", "e=f"),
    models=ModelsToName("gemini-best", "gemini-fast", "gemini-cheap"),
)  # fmt: skip
CLIENT, PANEL = "sk-" + "Client_" * 4, "sk-" + "Panel-X" * 4
KEYS = Keys(Secret(CLIENT), Secret(PANEL))
HOSTILE = "[/red] \x1b[2J\u202e 老李"
ENGLISH = Look(Words("en"), now=AT)
SIZES = [(45, 20), (80, 24), (160, 50)]


def caller(program: str, snag: Message = NOTHING, answered: int = 1, ago: float = 60.0) -> CallerRow:
    return CallerRow(program, "127.0.0.1", AT - 900, AT - ago, 3, answered, snag)


NO_KEY = say("caller.no_key")
NO_MODEL = say("caller.no_model", model="gpt-4o")
TWICE = say("caller.forgiven", path="/v1/v1/models", part="/v1")
CALLERS = (
    caller("Claude Code 2.1"),
    caller("OpenAI Python 2.8.0", NO_KEY, 0),
    caller("curl 8", TWICE),
    caller("", say("caller.https"), 0),
    caller("Codex 0.169", NO_MODEL),
    caller(HOSTILE, say("caller.no_path", path=HOSTILE, hint=say("http.is_ollama")), 0),
)


def text_of(lines: Sequence[Any]) -> str:
    return "\n".join("".join(text for text, _ in line) for line in lines)


async def copied(panel: Panel, pilot: Pilot[Any], pressed: str) -> str:
    panel._clipboard = ""
    await pilot.press(pressed)
    for _ in range(200):
        if panel.clipboard:
            break
        await pilot.pause(0.005)
    return panel.clipboard


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [20, 45, 80, 160])
@pytest.mark.parametrize("client", RECIPES)
def test_every_line_has_the_width_of_the_screen_and_nothing_typed_is_cut(
    client: str, width: int, language: str
) -> None:
    look, recipe = Look(Words(language), now=AT), RECIPES[client]
    lines = clients.guide(SERVER, KEYS, recipe, CALLERS, width, look)
    assert (
        {width_of(line) for line in lines}
        == {width}
        == {width_of(clients.client_line(recipe, CALLERS[0], width, look))}
    )
    told = "".join(text_of(lines).split())
    assert "http://127.0.0.1:7861/v1" in told and "claude-*=gemini-2.5-pro" in told
    for typed in clients.snippet(SERVER, recipe, masked_key(KEYS.client)).split("\n"):
        assert "".join(typed.split()) in told


def test_keys_are_known_by_their_end_and_not_given_away() -> None:
    told = text_of(clients.guide(SERVER, KEYS, RECIPES["codex"], (), 80, ENGLISH))
    assert CLIENT not in told and PANEL not in told
    assert f"••••{CLIENT[-4:]}" in told and f"••••{PANEL[-4:]}" in told


@pytest.mark.parametrize(
    ("key", "seen"),
    [("pwd", "pwd"), ("short", "••••"), ("x" * 11, "••••"), ("abcdefgh1234", "abc••••1234"), ("", "••••")],
)
def test_how_much_of_a_key_is_seen(key: str, seen: str) -> None:
    assert masked_key(Secret(key)) == seen


def test_codex_and_opencode_take_what_is_copied() -> None:
    config, export, command = clients.snippet(SERVER, RECIPES["codex"], CLIENT).rsplit("\n", 2)
    assert (export, command) == (f"export GCLI2API_KEY={CLIENT}", "codex")
    assert tomllib.loads(config)["model_providers"]["gcli2api"]["base_url"] == "http://127.0.0.1:7861/v1"
    found = json.loads(clients.snippet(SERVER, RECIPES["opencode"], CLIENT).partition("\n")[2])
    assert found["provider"]["gcli2api"]["options"]["apiKey"] == CLIENT


def test_what_people_wrote_is_never_a_command_to_the_terminal() -> None:
    hostile = replace(SERVER, aliases=(HOSTILE,))
    told = text_of(
        clients.guide(hostile, Keys(Secret(HOSTILE), Secret(HOSTILE)), RECIPES["curl"], CALLERS, 80, ENGLISH)
    )
    told += text_of(clients.caller_lines(CALLERS, 80, 50, ENGLISH))
    assert "\x1b" not in told and "\u202e" not in told and "[/red]" in told


# Who called


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [20, 45, 110])
def test_every_caller_is_told_in_lines_that_fit(width: int, language: str) -> None:
    look = Look(Words(language), now=AT)
    for most in (1, 3, 50):
        lines = clients.caller_lines(CALLERS, width, most, look)
        assert {width_of(line) for line in lines} == {width} and len(lines) <= most
    told = "".join(text_of(lines).split())
    for row in CALLERS[1:5]:
        assert "".join(look.said(row.snag).split()) in told


def test_trouble_comes_first_with_its_fix_and_who_is_long_gone_is_not_shown() -> None:
    old, own = caller("old", ago=3600), caller("gcli2api-tui 1", NO_KEY)
    told = [line.strip() for line in text_of(clients.caller_lines((old, own, *CALLERS), 110, 50, ENGLISH)).split("\n")]
    assert told[0] == "✕ OpenAI Python 2.8.0  sent no key: set its API key to yours"
    assert told[1] == "▲ curl 8  asked /v1/v1/models: drop one /v1 (it is served all the same)"
    assert told[2] == "✕ a program  spoke https: the address here begins with http://"
    assert told[3] == "▲ Codex 0.169  asked for gpt-4o, which is no model here  m: map it"
    assert told[-1].startswith("● Claude Code 2.1  called")
    assert "waiting for a call" in text_of(clients.caller_lines((old, own), 110, 50, ENGLISH))


# The tab


def use_pane() -> Use:
    async def usage(by: object, days: int) -> Any:
        raise AssertionError("nobody looks at Usage here")

    return Use(ENGLISH, lambda: Keys(Secret("sk-for-tools"), Secret("sk-for-the-panel")), tuple, usage, tuple, id="use")


@pytest.mark.parametrize("size", [*SIZES, (45, 10)], ids=str)
async def test_all_of_it_can_be_reached(snapshot: Snapshot, size: tuple[int, int]) -> None:
    async with alone(pane := use_pane(), size) as page:
        pane.update_from(replace(snapshot, server=SERVER, callers=CALLERS))
        pane.first().focus()
        await page.pilot.pause()
        seen = page.text
        assert "sk-••••" in seen and "Claude Code" in seen
        await page.press("end")
        assert "curl" in page.text and pane.connect.client.id == "curl"
        await page.press("home", "enter")
        for _ in range(30):
            await page.press("down")
            seen += page.text
        assert "ANTHROPIC_BASE_URL" in seen and "Panel's key" in seen
        await page.press("escape", "n")
        assert pane.connect.client.id == "codex"


async def test_each_key_and_the_settings_are_copied_whole(snapshot: Snapshot) -> None:
    async with alone(pane := use_pane(), (80, 24)) as page:
        pane.update_from(replace(snapshot, server=SERVER))
        pane.first().focus()
        assert pane.copy_text() == ("copy.key", "sk-for-tools")
        await page.press("f", "s", "n", "s", "b", "w", "z")
        panel_key, first, second = (message.text for message in page.said(Copy))
        assert panel_key == "sk-for-the-panel" and "ANTHROPIC_AUTH_TOKEN=sk-for-tools" in first
        assert second.startswith("# ~/.codex/config.toml") and "KEY=sk-for-tools" in second
        assert [(one.client, one.undo) for one in page.said(ConnectView.Connect)] == [
            ("claude", False),
            ("claude", True),
        ]
        assert page.said(ConnectView.MapModel) == [], "nobody asked for a model that is none"


async def test_a_client_is_found_by_typing_and_one_of_dialogs_has_no_file(snapshot: Snapshot) -> None:
    async with alone(pane := use_pane(), (45, 20)) as page:
        pane.update_from(replace(snapshot, server=SERVER))
        pane.first().focus()
        await page.press("slash", *"silly", "enter", "w")
        assert pane.connect.client.id == "sillytavern" and "Custom Endpoint" in page.text
        assert page.said(ConnectView.Connect) == []
        await page.press("escape", "n")
        assert len(pane.connect.query_one("#clients").rows) == len(RECIPES)  # type: ignore[attr-defined]


async def test_a_file_is_written_after_the_difference_and_no_is_the_default(panel: Panel, control: Any) -> None:
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.press("u", "n")
        await until(pilot, lambda: panel.pane.connect.client.id == "codex")  # type: ignore[attr-defined]
        await pilot.press("w")
        await until(pilot, lambda: isinstance(panel.screen, DifferenceScreen))
        assert '+model = "m"' in shown(panel) and "Write this?" in shown(panel)
        await pilot.press("enter")
        await pilot.press("z")
        await until(pilot, lambda: isinstance(panel.screen, DifferenceScreen))
        assert "Take it back?" in shown(panel)
        await pilot.press("y")
        await until(pilot, lambda: len(control.calls) == 3)
        assert control.calls == [
            ("connect", ("codex", False)),
            ("connect", ("codex", True)),
            ("write_connection", "codex"),
        ]


async def test_an_unknown_model_is_mapped_after_a_question(panel: Panel, reader: Any, control: Any) -> None:
    reader.now = replace(reader.now, server=SERVER, callers=CALLERS)
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("u")
        await until(pilot, lambda: "m Map model" in shown(panel))
        await pilot.press("m")
        await until(pilot, lambda: "Let gpt-4o mean gemini-best" in shown(panel))
        await pilot.press("y")
        await until(pilot, lambda: control.calls)
        assert control.calls == [("map_model", ("gpt-4o", "gemini-best"))]
        await pilot.press("tab")
        await pilot.pause()
        assert panel.pane.part == "usage" and panel.focused.id == "usage-lines"  # type: ignore[attr-defined,union-attr]
        await pilot.press("tab", "tab")
        assert panel.pane.part == "connect"  # type: ignore[attr-defined]
        assert await copied(panel, pilot, "y") == "sk-for-tools"
        await pilot.press("v")
        await pilot.pause()
        assert "ANTHROPIC_AUTH_TOKEN=sk-for-tools" in shown(panel)


async def until(pilot: Pilot[Any], holds: Any) -> None:
    for _ in range(400):
        if holds():
            return
        await pilot.pause(0.005)
    raise AssertionError("waited in vain")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_code_is_whole(snapshot: Snapshot, size: tuple[int, int]) -> None:
    async with alone(pane := use_pane(), size) as page:
        pane.update_from(snapshot)
        pane.first().focus()
        await page.press("e")
        lines = qr.half_blocks(qr.connection("http://127.0.0.1:7861", "sk-for-tools"))
        assert all(line.rstrip() in page.text for line in lines)
        assert "Only this device" in page.text


async def test_another_device_is_told_the_address_by_which_it_gets_here(snapshot: Snapshot) -> None:
    """The server listens at 0.0.0.0, and tells this machine 127.0.0.1, which a phone is itself."""
    url = "http://192.168.1.23:7861"
    snapshot = replace(snapshot, server=replace(snapshot.server, url_elsewhere=url))
    async with alone(pane := use_pane(), (80, 50)) as page:
        pane.update_from(snapshot)
        pane.first().focus()
        assert f"From other devices  {url}" in page.text and snapshot.server.url in page.text
        await page.press("e")
        assert all(line.rstrip() in page.text for line in qr.half_blocks(qr.connection(url, "sk-for-tools")))
        assert "Only this device" not in page.text


async def test_where_the_code_does_not_fit_the_words_say_what_it_needs(snapshot: Snapshot) -> None:
    async with alone(pane := use_pane(), (30, 12)) as page:
        pane.update_from(snapshot)
        pane.first().focus()
        await page.press("e")
        assert "The code needs" in page.text and "▀" not in page.text
