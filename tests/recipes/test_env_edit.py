"""`.env` files: one line changes."""

import re

import pytest

from gcli2api_tui.recipes import env_edit
from gcli2api_tui.recipes.recipe import MISSING, NotUnderstood

DOTENV = re.compile(
    r"^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)"
    r"(\s*'(?:\\'|[^'])*'|\s*\"(?:\\\"|[^\"])*\"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$",
    re.MULTILINE,
)
"""How Gemini CLI reads it: Node's dotenv 17."""

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


def read(text: str) -> dict[str, str]:
    found = {}
    for name, raw in DOTENV.findall(text):
        value = re.sub(r"^(['\"`])([\s\S]*)\1$", r"\2", raw.strip(), flags=re.MULTILINE)
        found[name] = value.replace("\\n", "\n").replace("\\r", "\r") if raw.strip().startswith('"') else value
    return found


@pytest.mark.parametrize("value", ['a"b\\c', "it's", "it's C:\\new", "a #b", "'", '"', "`", " a ", "$HOME", "a'b`c"])
def test_who_reads_it_finds_the_value_as_it_is(value: str) -> None:
    text = env_edit.put(TEXT, ("KEY",), value)
    assert read(text) == {"KEY": value, "OTHER": "a b", "KEYS": "x"}
    assert env_edit.found(text, ("KEY",)) == value


@pytest.mark.parametrize("value", ["'\"`", "it's \"`", "a b\\"])
def test_what_no_quote_takes_is_not_written(value: str) -> None:
    with pytest.raises(NotUnderstood):
        env_edit.put(TEXT, ("KEY",), value)
