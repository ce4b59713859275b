"""YAML by its lines: comments and order stay, PyYAML reads what was meant, and the unusual is refused."""

from typing import Any

import pytest
import yaml

from gcli2api_tui.recipes import yaml_edit
from gcli2api_tui.recipes.recipe import MISSING, NotUnderstood, Value

ITEM: dict[str, Value] = {"name": "ours", "model": "m: x #1", "roles": ["chat"], "tools": True}
AIDER = """\
# my aider
dark-mode: true   # at night
model: sonnet
read:
  - CONVENTIONS.md
## the end
"""
CONTINUE = """\
name: Mine
models:
  - name: old   # the first
    provider: ollama
    roles:
      - chat
# rules
rules:
- be kind
"""


def test_a_value_at_the_top_is_put_and_the_rest_stays() -> None:
    text = yaml_edit.put(yaml_edit.put(AIDER, ("model",), "openai/x"), ("key",), "k#1: 2")
    assert text == AIDER.replace("model: sonnet", 'model: "openai/x"') + 'key: "k#1: 2"\n'
    assert yaml.safe_load(text) == {**yaml.safe_load(AIDER), "model": "openai/x", "key": "k#1: 2"}
    assert yaml_edit.found(AIDER, ("model",)) == "sonnet"
    assert yaml_edit.found(AIDER, ("dark-mode",)) is True
    assert yaml_edit.dropped(text, ("key",)) == AIDER.replace("model: sonnet", 'model: "openai/x"')


@pytest.mark.parametrize(
    "text",
    [
        CONTINUE,
        "models: []\n",
        "models:\n",
        "name: x\n",
        "",
        "# nothing yet\n",
        "models:\n- name: a\n  b: c\n\n# more\nz: 1\n",
        "models:\n    - name: deep\n      x: 1",
    ],
)
def test_an_item_is_put_changed_and_dropped(text: str) -> None:
    where = ("models", "[name=ours]")
    before = (yaml.safe_load(text) or {}).get("models") or []
    new = yaml_edit.put(text, where, ITEM)
    assert yaml.safe_load(new)["models"] == [*before, ITEM]
    assert yaml_edit.found(new, where) == ITEM and yaml_edit.found(text, where) is MISSING
    changed = yaml_edit.put(new, where, {**ITEM, "model": "n"})
    assert yaml.safe_load(changed)["models"] == [*before, {**ITEM, "model": "n"}]
    assert (yaml.safe_load(yaml_edit.dropped(new, where)).get("models") or []) == before
    assert all(line in new.split("\n") for line in text.split("\n") if line not in ("models: []", ""))


@pytest.mark.parametrize("text", ["", "[]\n", "# mine\n- model_id: a\n  x: 1\n", "- model_id: a\n"])
def test_a_file_that_is_a_list(text: str) -> None:
    where, item = ("[model_id=g]",), {"model_id": "g", "tools": True}
    before = yaml.safe_load(text) or []
    new = yaml_edit.put(text, where, item)  # type: ignore[arg-type]
    assert yaml.safe_load(new) == [*before, item]
    assert (yaml.safe_load(yaml_edit.dropped(new, where)) or []) == before


@pytest.mark.parametrize(
    "text",
    [
        "{a: 1}",
        "a: &x 1\n---\nb: 2",
        "model: |\n  two\n  lines\n",
        "model:\n  - x\n",
        "\tmodel: x",
        "a: 1\n? b\n",
        "just",
    ],
)
def test_the_unusual_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        yaml_edit.put(text, ("model",), "x")


@pytest.mark.parametrize(
    "text", ["models: {a: 1}\n", "models: [{name: a}]\n", "models:\n  a: 1\n", "- a\n", "models: x\n"]
)
def test_a_list_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        yaml_edit.put(text, ("models", "[name=ours]"), dict[str, Any](ITEM))
