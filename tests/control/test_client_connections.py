"""Connecting a client through the control: what was shown is written, and nothing else."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from gcli2api_tui.control.client_connections import ClientConnections
from gcli2api_tui.control.verb_results import Difference, Done, Refused


def codex(world_of_home: Any) -> Path:
    return world_of_home.home / "user" / ".codex" / "config.toml"  # type: ignore[no-any-return]


async def test_what_was_shown_is_written_and_taken_back(world_of_home: Any) -> None:
    shown = await world_of_home.control.connect("codex")
    assert isinstance(shown, Difference) and shown.name == "Codex" and not codex(world_of_home).exists()
    assert "sk-client-key-of-ours" not in "".join(shown.lines) and '+model = "some-model"' in shown.lines
    assert isinstance(await world_of_home.control.write_connection(shown), Done)
    assert tomllib.loads(codex(world_of_home).read_text())["model"] == "some-model"
    again = await world_of_home.control.connect("codex")
    assert again.lines == ()
    back = await world_of_home.control.connect("codex", undo=True)
    assert isinstance(await world_of_home.control.write_connection(back), Done) and not codex(world_of_home).exists()
    assert isinstance(await world_of_home.control.connect("codex", undo=True), Refused)


async def test_what_is_no_longer_so_is_not_written(world_of_home: Any) -> None:
    shown = await world_of_home.control.connect("codex")
    codex(world_of_home).parent.mkdir(parents=True)
    codex(world_of_home).write_text("x = 1\n")
    for stale in (shown, replace(shown, seen="made up")):
        refused = await world_of_home.control.write_connection(stale)
        assert isinstance(refused, Refused) and "has changed" in refused.sentence
    assert codex(world_of_home).read_text() == "x = 1\n"


async def test_what_cannot_be_written_says_why(world_of_home: Any) -> None:
    codex(world_of_home).mkdir(parents=True)
    for client, said in (("nope", "no client"), ("sillytavern", "no other program"), ("codex", "by hand")):
        refused = await world_of_home.control.connect(client)
        assert isinstance(refused, Refused) and said in refused.sentence


async def test_a_demo_writes_into_nobodys_files(world_of_home: Any) -> None:
    connections = world_of_home.control.connections()
    demo = ClientConnections(connections.connections, connections.target, demo=True)
    shown = await demo.difference("codex", undo=False)
    assert isinstance(shown, Difference) and isinstance(await demo.write(shown), Refused)
    assert not codex(world_of_home).exists()
