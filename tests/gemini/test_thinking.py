from importlib.resources import files

import pytest

from gcli2api_tui.gemini.catalogue import read_catalogue
from gcli2api_tui.gemini.thinking import EFFORTS, for_effort

MODELS = read_catalogue(files("gcli2api_tui.gemini").joinpath("models.toml").read_text("utf-8")).models


@pytest.mark.parametrize(
    ("model", "values"),
    [
        ("gemini-2.5-pro", [128, 128, 1024, 8192, 24576, 32768, 32768]),
        ("gemini-2.5-flash", [0, 512, 1024, 8192, 24576, 24576, 24576]),
        ("gemini-3-pro-preview", ["LOW", "LOW", "LOW", "HIGH", "HIGH", "HIGH", "HIGH"]),
        ("gemini-3.1-pro-preview", ["LOW", "LOW", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]),
        ("gemini-3-flash-preview", ["MINIMAL", "MINIMAL", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH"]),
    ],
)
def test_effort_table(model, values):
    for effort, value in zip(EFFORTS, values, strict=True):
        field = "thinkingBudget" if isinstance(value, int) else "thinkingLevel"
        assert for_effort(MODELS[model], effort) == {field: value, "includeThoughts": effort != "none"}
