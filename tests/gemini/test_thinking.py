from importlib.resources import files

import pytest

from gcli2api_tui.gemini.abilities import Abilities
from gcli2api_tui.gemini.models_toml import read_catalogue
from gcli2api_tui.gemini.thinking import EFFORTS, adaptive, for_budget, for_effort

MODELS = read_catalogue(files("gcli2api_tui.gemini").joinpath("models.toml").read_text("utf-8")).models


@pytest.mark.parametrize(
    ("model", "values"),
    [
        ("gemini-2.5-pro", [128, 128, 1024, 8192, 24576, 32768, 32768]),
        ("gemini-2.5-flash", [0, 512, 1024, 8192, 24576, 24576, 24576]),
        ("gemini-3-pro-preview", ["LOW", "LOW", "LOW", "HIGH", "HIGH", "HIGH", "HIGH"]),
        ("gemini-3.1-pro-preview", ["LOW", "LOW", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]),
        ("gemini-pro-latest", ["LOW", "LOW", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]),
        ("gemini-3.8-flash", ["LOW", "LOW", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]),
        ("gemini-4-hydrogen", ["LOW", "LOW", "LOW", "MEDIUM", "HIGH", "XHIGH", "XHIGH"]),
        ("gemini-3-flash-preview", ["MINIMAL", "MINIMAL", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]),
    ],
)
def test_effort_table(model, values):
    for effort, value in zip(EFFORTS, values, strict=True):
        field = "thinkingBudget" if isinstance(value, int) else "thinkingLevel"
        assert for_effort(MODELS[model].abilities, effort) == {field: value, "includeThoughts": effort != "none"}


@pytest.mark.parametrize(
    ("model", "tokens", "value"),
    [
        ("gemini-2.5-pro", 5000, 5000),
        ("gemini-2.5-pro", 0, 128),
        ("gemini-2.5-flash", 99_999, 24576),
        ("gemini-3.1-pro-preview", 1024, "LOW"),
        ("gemini-3.1-pro-preview", 1025, "MEDIUM"),
        ("gemini-3.1-pro-preview", 8193, "HIGH"),
    ],
)
def test_a_number_of_tokens(model, tokens, value):
    field = "thinkingBudget" if isinstance(value, int) else "thinkingLevel"
    assert for_budget(MODELS[model].abilities, tokens) == {field: value, "includeThoughts": True}


def test_the_model_decides():
    assert adaptive(MODELS["gemini-2.5-pro"].abilities) == {"thinkingBudget": -1, "includeThoughts": True}
    assert adaptive(MODELS["gemini-3-pro-preview"].abilities) == {"includeThoughts": True}
    assert adaptive(Abilities()) is None and for_budget(Abilities(), 5) is None
