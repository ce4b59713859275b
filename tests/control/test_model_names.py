"""A name for a model, by hand: kept in config.toml, in force at once, and never where a variable holds the names."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from gcli2api_tui import settings
from gcli2api_tui.control.model_names import ModelNames
from gcli2api_tui.control.ports import Done, Refused


@pytest.mark.parametrize(
    "text",
    ["", "# mine\nport = 1\n", 'aliases = "a=b"\n', "aliases = 'a=b, '\n", '[aliases]\na = "b" # why\n'],
)
async def test_the_pair_is_added_as_the_file_writes_them(world_of_home: Any, text: str) -> None:
    file: Path = world_of_home.home / "config.toml"
    if text:
        file.write_text(text)
    answer = await world_of_home.control.map_model("gpt-4o", "some-model")
    assert isinstance(answer, Done) and "gpt-4o means some-model" in answer.message
    assert world_of_home.named == {"gpt-4o": "some-model"}
    assert world_of_home.control.snapshot().server.aliases == ("gpt-4o=some-model",)
    loaded = settings.load(file, {}, {}).settings.aliases
    assert "gpt-4o=some-model" in loaded and ("a=b" in loaded) is ("a" in tomllib.loads(text).get("aliases", ""))
    assert all(part in file.read_text() for part in ("# mine", "# why") if part in text)


@pytest.mark.parametrize("name", ["", "a,b", "a=b", "x" * 300])
async def test_what_is_no_name_is_refused(world_of_home: Any, name: str) -> None:
    assert isinstance(await world_of_home.control.map_model(name, "some-model"), Refused)
    assert not (world_of_home.home / "config.toml").exists()


async def test_a_model_that_is_none_and_names_from_elsewhere_are_refused(world_of_home: Any) -> None:
    assert isinstance(await world_of_home.control.map_model("gpt-4o", "none"), Refused)
    assert not (world_of_home.home / "config.toml").exists(), "nothing is kept that the next start would refuse"
    elsewhere = ModelNames(world_of_home.home / "config.toml", "GCLI2API_ALIASES", world_of_home.named.append_pair)
    refused = await elsewhere.map("gpt-4o", "some-model")
    assert isinstance(refused, Refused) and "GCLI2API_ALIASES" in refused.sentence and world_of_home.named == {}
