"""The Use tab: both keys, whole only where they are asked for; all of it can be reached on every screen."""

import tomllib
from dataclasses import replace
from typing import Any

import pytest
from alone import alone, shown
from textual.pilot import Pilot

from gcli2api_tui import qr
from gcli2api_tui.control.ports import Keys
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.ledger.records import ServerFacts, Snapshot
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.messages import Copy
from gcli2api_tui.tui.paint import use
from gcli2api_tui.tui.paint.cells import width_of
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.panes.use import Use
from gcli2api_tui.tui.words import Words

SERVER = ServerFacts(
    url="http://127.0.0.1:7861", aliases=("claude-*=gemini-2.5-pro", "gpt-*=gemini-2.5-flash", "a=b", "c=d", "e=f")
)
CLIENT, PANEL = "sk-" + "Client_" * 4, "sk-" + "Panel-X" * 4
KEYS = Keys(Secret(CLIENT), Secret(PANEL))
HOSTILE = "[/red] \x1b[2J\u202e 老李"
ENGLISH = Look(Words("en"))
SIZES = [(45, 20), (80, 24), (160, 50)]


def text_of(lines: list[Any]) -> str:
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
@pytest.mark.parametrize("client", use.CLIENTS)
def test_every_line_has_the_width_of_the_screen_and_nothing_typed_is_cut(
    client: str, width: int, language: str
) -> None:
    lines = use.guide(SERVER, KEYS, client, width, Look(Words(language)))
    assert {width_of(line) for line in lines} == {width}
    told = "".join(text_of(lines).split())
    assert "http://127.0.0.1:7861/v1" in told and "claude-*=gemini-2.5-pro" in told
    for typed in use.snippet(SERVER, client, use.masked(KEYS.client)).split("\n"):
        assert "".join(typed.split()) in told


def test_keys_are_known_by_their_end_and_not_given_away() -> None:
    told = text_of(use.guide(SERVER, KEYS, "codex", 80, ENGLISH))
    assert CLIENT not in told and PANEL not in told
    assert f"••••{CLIENT[-4:]}" in told and f"••••{PANEL[-4:]}" in told


@pytest.mark.parametrize(
    ("key", "seen"),
    [("pwd", "pwd"), ("short", "••••"), ("x" * 11, "••••"), ("abcdefgh1234", "abc••••1234"), ("", "••••")],
)
def test_how_much_of_a_key_is_seen(key: str, seen: str) -> None:
    assert use.masked(Secret(key)) == seen


def test_codex_takes_what_is_copied() -> None:
    config, export, command = use.snippet(SERVER, "codex", CLIENT).rsplit("\n", 2)
    assert (export, command) == (f"export KEY={CLIENT}", "codex")
    assert tomllib.loads(config)["model_providers"]["gemini"] == {
        "name": "Gemini",
        "base_url": "http://127.0.0.1:7861/v1",
        "env_key": "KEY",
        "wire_api": "responses",
    }


@pytest.mark.parametrize("client", use.CLIENTS)
def test_every_client_gets_the_whole_key(client: str) -> None:
    assert CLIENT in use.snippet(SERVER, client, CLIENT)


def test_what_people_wrote_is_never_a_command_to_the_terminal() -> None:
    hostile = replace(SERVER, aliases=(HOSTILE,))
    told = text_of(use.guide(hostile, Keys(Secret(HOSTILE), Secret(HOSTILE)), "curl", 80, ENGLISH))
    assert "\x1b" not in told and "\u202e" not in told and "[/red]" in told


def test_without_aliases_there_is_a_hint() -> None:
    assert "gpt-*" in text_of(use.guide(replace(SERVER, aliases=()), KEYS, "curl", 80, ENGLISH))


def use_pane() -> Use:
    return Use(ENGLISH, lambda: Keys(Secret("sk-for-tools"), Secret("sk-for-the-panel")), tuple, id="use")


@pytest.mark.parametrize("size", [*SIZES, (45, 10)], ids=str)
async def test_all_of_it_can_be_reached(snapshot: Snapshot, size: tuple[int, int]) -> None:
    async with alone(pane := use_pane(), size) as page:
        pane.update_from(snapshot)
        pane.first().focus()
        await page.pilot.pause()
        seen = page.text
        assert "Your key" in seen
        for _ in range(40):
            await page.press("down")
            seen += page.text
        assert "export KEY=" in seen and 'wire_api = "responses"' in seen
        assert "codex" in page.text
        await page.press("home")
        assert "Your key" in page.text


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_each_key_and_the_settings_are_copied_whole(snapshot: Snapshot, size: tuple[int, int]) -> None:
    async with alone(pane := use_pane(), size) as page:
        pane.update_from(snapshot)
        pane.first().focus()
        assert pane.copy_text() == ("copy.key", "sk-for-tools")
        await page.press("m", "s", "tab", "s", "b", "b")
        await page.pilot.click("#clients", offset=(2, 0))
        await page.press("s")
        panel_key, first, second, tapped = (message.text for message in page.said(Copy))
        assert panel_key == "sk-for-the-panel" and "KEY=sk-for-tools" in first
        assert "ANTHROPIC_AUTH_TOKEN=sk-for-tools" in second
        assert tapped.startswith("# ~/.codex/config.toml") and pane.plain_text() == tapped


async def test_what_a_pane_wants_copied_is_copied_by_the_panel(panel: Panel) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("u")
        await pilot.pause()
        assert await copied(panel, pilot, "y") == "sk-for-tools"
        assert await copied(panel, pilot, "m") == "sk-for-the-panel"
        await pilot.press("v")
        await pilot.pause()
        assert "KEY=sk-for-tools" in shown(panel)
        await pilot.press("d", "e", "d")
        await pilot.pause()
        assert len(panel.screen_stack) == 1 and panel.pane.id == "use", "any key only comes back"


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_code_is_whole(snapshot: Snapshot, size: tuple[int, int]) -> None:
    async with alone(pane := use_pane(), size) as page:
        pane.update_from(snapshot)
        pane.first().focus()
        await page.press("e")
        lines = qr.half_blocks(qr.connection("http://127.0.0.1:7861", "sk-for-tools"))
        assert all(line.rstrip() in page.text for line in lines)
        assert "Only this device" in page.text


async def test_where_the_code_does_not_fit_the_words_say_what_it_needs(snapshot: Snapshot) -> None:
    async with alone(pane := use_pane(), (30, 12)) as page:
        pane.update_from(snapshot)
        pane.first().focus()
        await page.press("e")
        assert "The code needs" in page.text and "▀" not in page.text
