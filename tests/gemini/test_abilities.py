"""What a model takes: by generation and family, by the file, and after what refusals taught."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import pytest

from gcli2api_tui.gemini.abilities import ABILITIES, LEVELS, Abilities, Lesson, by_name, open_to, taught
from gcli2api_tui.gemini.models_toml import read_catalogue

MODELS = read_catalogue(files("gcli2api_tui.gemini").joinpath("models.toml").read_text("utf-8")).models
LMH = ("LOW", "MEDIUM", "HIGH")
FLASH = MODELS["gemini-2.5-flash"].abilities


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        (
            "gemini-2.5-pro-preview",
            {"levels": (), "signatures": False, "json_beside_functions": False},
        ),
        ("gemini-3.1-flash", {"levels": LMH, "signatures": True, "prefill": True, "json_beside_functions": True}),
        ("gemini-3.9-flash", {"levels": LMH, "prefill": False, "penalties": True, "budgets": True}),
        ("gemini-4-radon", {"levels": LMH, "prefill": False, "penalties": False, "budgets": False}),
        ("gemini-4-radon", {"candidates": False, "long_decode": True, "seed": True}),
        ("gemini-3.1-flash-image", {"levels": (), "thinking": "none", "signatures": True}),
        ("gemma-3-27b-it", {"system_instruction": False, "json_mode": False}),
        ("gemma-4-31b-it", {"system_instruction": True, "json_mode": True}),
        ("learnlm-2.0", {"signatures": False, "penalties": True}),
    ],
)
def test_a_name_tells(name: str, wanted: Mapping[str, Any]) -> None:
    found = by_name(name)
    assert {field: getattr(found, field) for field in wanted} == wanted


@pytest.mark.parametrize("name", ["gemini-5-xenon", "gemini-12-flash-preview", "gemini-4.5-pro"])
def test_an_unknown_generation_is_as_the_newest_known(name: str) -> None:
    known, found = by_name("gemini-4-radon"), by_name(name)
    assert found.model == name
    for field in Abilities.__dataclass_fields__:
        assert field == "model" or getattr(found, field) == getattr(known, field), field


def test_the_file_tells_how_a_model_thinks_and_its_generation_the_rest() -> None:
    assert MODELS["gemini-4-neon"].abilities.levels == (*LMH, "XHIGH")
    latest = MODELS["gemini-flash-latest"].abilities
    assert (latest.levels, latest.prefill, latest.signatures) == (LMH, False, True)
    own = read_catalogue("", '[[model]]\nid = "x"\nbackends = ["vertex"]\nthinking = "level"\nlevels = ["LOW"]\n')
    assert own.models["x"].abilities.signatures, "only Gemini 3 and later have levels"


@pytest.mark.parametrize(
    ("before", "ability", "value", "after"),
    [
        (by_name("gemini-3-x"), "thinking_level", "LOW", {"levels": ("MEDIUM", "HIGH"), "thinking": "level"}),
        (by_name("gemini-3-x"), "thinking_level", "", {"levels": (), "thinking": "none"}),
        (FLASH, "thinking_level", "", {"thinking": "budget"}),
        (FLASH, "thinking_budget", "", {"thinking": "level", "levels": LMH, "budgets": False}),
        (FLASH, "thinking_budget", "0", {"zero_ok": False, "budgets": True, "budget_min": 128}),
        (FLASH, "thinking_budget", "128-900", {"budget_min": 128, "budget_max": 900}),
        (FLASH, "unsigned_call", "", {"signatures": True}),
        (FLASH, "something_of_tomorrow", "x", {"thinking": "budget"}),
        (FLASH, "thinking_budget", "from another version", {"budgets": True}),
    ],
)
def test_what_a_lesson_changes(before: Abilities, ability: str, value: str, after: Mapping[str, Any]) -> None:
    found = taught(before, [Lesson("m", ability, value)])
    assert {field: getattr(found, field) for field in after} == after
    assert found.refuses(ability, value) and not found.refuses(ability, "another")


def test_the_last_level_that_is_refused_leaves_none() -> None:
    lessons = [Lesson("m", "thinking_level", level) for level in LEVELS]
    assert taught(by_name("gemini-5-x"), lessons).thinking == "none"


@pytest.mark.parametrize("ability", ABILITIES)
def test_each_lesson_has_its_sentence_and_takes_something_away(ability: str) -> None:
    lesson = Lesson("gemini-9", ability, "LOW")
    assert "gemini-9" in lesson.sentence and "lesson." not in lesson.sentence
    everything = open_to(by_name("gemma-4-1b"))
    assert taught(everything, [lesson]) != everything
