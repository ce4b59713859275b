"""docs/api.md tells the truth: its fields are those that the code reads, and the tests that it names exist."""

import ast
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from gcli2api_tui.dialects import openai_chat
from gcli2api_tui.gemini.models_toml import read_catalogue

ROOT = Path(__file__).parent.parent
ROW = re.compile(r"\| (?:`(\w+)`|anything else) \| (used|ignored) \| .*\| `(tests/[\w/]+\.py)::(\w+)` \|")
TABLE = [line for line in (ROOT / "docs" / "api.md").read_text("utf-8").splitlines() if line.startswith("| ")][1:]
CATALOGUE = read_catalogue(files("gcli2api_tui.gemini").joinpath("models.toml").read_text("utf-8"))
HELLO = {"model": "gemini-2.5-pro", "messages": [{"role": "user", "content": "hi"}]}
FUNCTION = {"name": "f"}


class Watched(dict[str, Any]):
    """A body that remembers which of its fields were asked for."""

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__(fields)
        self.read: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.read.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> Any:
        self.read.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.read.add(str(key))
        return super().__contains__(key)


def rows() -> list[tuple[str, str, str, str]]:
    """(field, used or ignored, file, test) of every line of the table."""
    found = [ROW.fullmatch(line) for line in TABLE]
    return [tuple(match.groups(default="made_up_field")) for match in found if match]  # type: ignore[misc]


def fields(state: str) -> set[str]:
    return {field for field, today, _, _ in rows() if today == state}


def test_every_line_is_whole_and_there_once() -> None:
    assert len(rows()) == len(TABLE)
    assert len({field for field, *_ in rows()}) == len(TABLE)


def test_what_the_code_reads_is_what_the_page_calls_used() -> None:
    """Some fields are read only where others are absent."""
    read = set()
    for more in ({}, {"tools": [{"type": "function", "function": FUNCTION}]}, {"functions": [FUNCTION]}):
        body = Watched({**HELLO, **more})
        openai_chat.parse(body, {}, CATALOGUE)
        read |= body.read
    assert read == fields("used")


@pytest.mark.parametrize("field", sorted(fields("ignored")))
def test_what_is_ignored_changes_nothing(field: str) -> None:
    plain = openai_chat.parse(HELLO, {}, CATALOGUE)
    for value in (None, True, 3, "low", [1], {"a": [None]}):
        assert openai_chat.parse({**HELLO, field: value}, {}, CATALOGUE) == plain


def test_captured_requests_hold_no_field_that_the_page_leaves_out() -> None:
    sent = set()
    for path in (ROOT / "tests" / "captured").glob("*chat-completions.json"):
        sent |= set(json.loads(path.read_text("utf-8"))["body"])
    assert sent
    assert sent <= fields("used") | fields("ignored")


@pytest.mark.parametrize(("path", "name"), sorted({(path, name) for _, _, path, name in rows()}))
def test_the_tests_it_names_exist(path: str, name: str) -> None:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    found = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert name in found
