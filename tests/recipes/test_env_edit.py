"""`.env` files: one line changes."""

import pytest

from gcli2api_tui.recipes import env_edit
from gcli2api_tui.recipes.recipe import MISSING

TEXT = "# mine\nexport KEY='old' \nOTHER=a b # c\nKEYS=x\n"


def test_one_line_changes() -> None:
    text = env_edit.put(TEXT, ("KEY",), "sk-new")
    assert text == TEXT.replace("export KEY='old' ", "export KEY=sk-new")
    assert env_edit.found(TEXT, ("KEY",)) == "old" and env_edit.found(TEXT, ("OTHER",)) == "a b"
    assert env_edit.found(TEXT, ("EY",)) is MISSING


@pytest.mark.parametrize("text", ["", "A=1", "A=1\n"])
@pytest.mark.parametrize("value", ["http://127.0.0.1:7861/v1", 'a "quoted" one', "two words"])
def test_a_new_line_comes_last_and_goes_again(text: str, value: str) -> None:
    new = env_edit.put(text, ("KEY",), value)
    assert env_edit.found(new, ("KEY",)) == value
    assert env_edit.dropped(new, ("KEY",)).strip() == text.strip()
