"""TOML: comments and order stay, and only what was meant is another."""

import tomllib

import pytest

from gcli2api_tui.recipes import toml_edit
from gcli2api_tui.recipes.recipe import MISSING, NotUnderstood

LIVED_IN = """\
# mine
model = "gpt-6" # the best

[mcp_servers.docs]
command = "npx" # keep

[model_providers.other]
name = "Other"
"""


def test_a_lived_in_file_keeps_comments_and_order() -> None:
    text = toml_edit.put(LIVED_IN, ("model",), "gemini")
    text = toml_edit.put(text, ("model_provider",), "ours")
    text = toml_edit.put(text, ("model_providers", "ours"), {"name": "Ours", "key": "k"})
    assert tomllib.loads(text) == {
        **tomllib.loads(LIVED_IN),
        "model": "gemini",
        "model_provider": "ours",
        "model_providers": {"other": {"name": "Other"}, "ours": {"name": "Ours", "key": "k"}},
    }
    for comment in ("# mine", "# the best", "# keep"):
        assert comment in text
    assert text.index("[mcp_servers.docs]") < text.index("[model_providers.other]")
    for where in (("model_provider",), ("model_providers", "ours")):
        text = toml_edit.dropped(text, where)
        assert toml_edit.found(text, where) is MISSING
    assert toml_edit.put(text, ("model",), "gpt-6").split() == LIVED_IN.split()


@pytest.mark.parametrize("text", ["model = ", "model_providers = 3", "[[model_providers]]\nname = 'x'"])
def test_what_is_not_understood_is_left_alone(text: str) -> None:
    with pytest.raises(NotUnderstood):
        toml_edit.put(text, ("model_providers", "ours"), {"name": "Ours"})


def test_a_date_in_our_place_is_not_taken_away() -> None:
    with pytest.raises(NotUnderstood):
        toml_edit.found("model = 2026-01-01", ("model",))
