"""The Use tab: what it says fits every screen, in both languages, and what is copied can be pasted as it is."""

import tomllib
from dataclasses import replace
from typing import Any

import pytest

from gcli2api_tui.ledger.records import ServerFacts
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.paint import use
from gcli2api_tui.tui.paint.cells import width_of
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.words import Words

SERVER = ServerFacts(
    url="http://127.0.0.1:7861",
    client_key_hint="in ~/config.toml",
    aliases=("claude-*=gemini-2.5-pro", "gpt-*=gemini-2.5-flash", "a=b", "c=d", "e=f"),
)
HOSTILE = "[/red] \x1b[2J\u202e 老李"
ENGLISH = Look(Words("en"))


def text_of(lines: list[Any]) -> str:
    return "\n".join("".join(text for text, _ in line) for line in lines)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [45, 80, 160])
@pytest.mark.parametrize("client", use.CLIENTS)
def test_every_line_has_the_width_of_the_screen_and_nothing_typed_is_cut(
    client: str, width: int, language: str
) -> None:
    lines = use.guide(SERVER, client, width, 40, Look(Words(language)))
    assert {width_of(line) for line in lines} == {width}
    shown = "".join(text_of(lines).split())
    assert "http://127.0.0.1:7861/v1" in shown and "claude-*=gemini-2.5-pro" in shown
    for typed in use.snippet(SERVER, client, Look(Words(language))).split("\n"):
        assert "".join(typed.split()) in shown


def test_codex_takes_what_is_copied() -> None:
    config, _, command = use.snippet(SERVER, "codex", ENGLISH).rpartition("\n")
    assert command == "codex"
    read = tomllib.loads(config)
    assert read["model_providers"]["gemini"] == {
        "name": "Gemini",
        "base_url": "http://127.0.0.1:7861/v1",
        "env_key": "KEY",
        "wire_api": "responses",
    }


def test_little_room_shows_the_addresses_first() -> None:
    lines = use.guide(SERVER, "codex", 45, 3, ENGLISH)
    assert len(lines) == 3 and "7861/v1" in text_of(lines)


def test_what_people_wrote_is_never_a_command_to_the_terminal() -> None:
    hostile = replace(SERVER, client_key_hint=HOSTILE, aliases=(HOSTILE,))
    shown = text_of(use.guide(hostile, "curl", 80, 40, ENGLISH))
    assert "\x1b" not in shown and "\u202e" not in shown and "[/red]" in shown


def test_without_aliases_there_is_a_hint() -> None:
    assert "gpt-*" in text_of(use.guide(replace(SERVER, aliases=()), "curl", 80, 40, ENGLISH))


@pytest.mark.parametrize("size", [(45, 20), (80, 24), (160, 50)], ids=str)
async def test_clients_turn_round_and_y_copies(panel: Panel, size: tuple[int, int]) -> None:
    async with panel.run_test(size=size) as pilot:
        await pilot.press("u")
        await pilot.pause()
        assert panel.pane.copy_text()[1].startswith("# ~/.codex/config.toml")
        await pilot.press("tab")
        assert "ANTHROPIC_BASE_URL=http://127.0.0.1:7861" in panel.pane.copy_text()[1]
        await pilot.press("b", "b")
        assert "curl" in panel.pane.copy_text()[1]
        await pilot.press("y")
        assert panel.clipboard == panel.pane.copy_text()[1]
        await pilot.press("b")
        await pilot.click("#clients", offset=(2, 0))
        assert panel.pane.copy_text()[1].startswith("# ~/.codex/config.toml")
