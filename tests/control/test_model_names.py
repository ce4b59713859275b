"""A name for a model, by hand: kept in config.toml beside the others, and never where a variable holds the names."""

from pathlib import Path
from typing import Any

import pytest

from gcli2api_tui.config import settings
from gcli2api_tui.control.ports import Done, Refused


async def test_the_pair_is_added_and_a_second_meaning_replaces_the_first(world_of_home: Any) -> None:
    file: Path = world_of_home.home / "config.toml"
    file.write_text("# mine\n")
    for name, model in (("gpt-4o", "some-model"), ("claude-*", "some-model"), ("gpt-4o", "other")):
        answer = await world_of_home.control.map_model(name, model)
        assert isinstance(answer, Done) and f"{name} means {model}" in answer.message
    assert settings.load(file, {}, {}).settings.aliases == "gpt-4o=other, claude-*=some-model"
    assert "# mine" in file.read_text()
    assert world_of_home.control.changes.live.now.aliases == "gpt-4o=other, claude-*=some-model"


@pytest.mark.parametrize("name", ["", "a,b", "a=b", "x" * 300])
async def test_what_is_no_name_is_refused(world_of_home: Any, name: str) -> None:
    assert isinstance(await world_of_home.control.map_model(name, "some-model"), Refused)
    assert not (world_of_home.home / "config.toml").exists()


async def test_names_from_elsewhere_are_refused(world_of_home: Any) -> None:
    world_of_home.control.changes.sources["aliases"] = "GCLI2API_ALIASES"
    refused = await world_of_home.control.map_model("gpt-4o", "some-model")
    assert isinstance(refused, Refused) and "GCLI2API_ALIASES" in refused.sentence
