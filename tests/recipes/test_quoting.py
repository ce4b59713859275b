"""What is typed says what was meant, whatever stands in key, address and model: each recipe is read by who reads it."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import yaml

from gcli2api_tui.recipes.all_recipes import RECIPES
from gcli2api_tui.recipes.quoting import LANGUAGES, Quoted
from gcli2api_tui.recipes.recipe import Recipe, Target

KEY = """k"e\\y\\n 'it' $HOME `id` $(id) {x} #é\x7f"""
TARGET = Target("http://[::1]:7861", KEY, "b\"e'\\s: #t $x", "f\"a'\\s: #t $x", "c\"h'\\e: #p $x")
COMMANDS = ("claude", "codex", "gemini", "qwen", "aider", "llm", "cline", "open-webui", "litellm", "curl")
STUB = """\
#!/bin/sh
if [ "$1 $2" = "logs path" ]; then echo "$0"; exit; fi
/usr/bin/env -0; printf '%s\\0' "$@"
"""
DIALOGS = re.compile(r"\A(?:[^#\n].*\n?)+")
"""The fields of a dialog, up to a comment."""


def strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from (*strings(name), *strings(one))
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)
    else:
        yield str(value)


def read_by_python(text: str) -> list[str]:
    return [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)]


def read_by_javascript(text: str) -> list[str]:
    """Its strings are JSON's."""
    return [json.loads(one) for one in re.findall(r'"(?:[^"\\]|\\.)*"', text)]


def read_by_shell(text: str, folder: Path) -> list[str]:
    """Words and variables of the commands that it starts, and what it writes."""
    for name in COMMANDS:
        (folder / name).write_text(STUB)
        (folder / name).chmod(0o755)
    place = {"PATH": f"{folder}:/usr/bin:/bin", "HOME": str(folder)}
    done = subprocess.run(["sh", "-eu", "-c", text], env=place, capture_output=True, check=True)
    words = [word.partition("=")[2] if word[:1].isupper() else word for word in done.stdout.decode().split("\0")]
    return [*words, *(text for file in folder.glob("*.yaml") for text in strings(yaml.safe_load(file.read_text())))]


def found(recipe: Recipe, folder: Path) -> list[str]:
    before, mark, after = TARGET.filled(recipe.typed).rpartition("in a shell:")
    if recipe.id in ("openai", "ai-sdk"):
        line, _, code = after.partition("\n")
        read = read_by_python if recipe.id == "openai" else read_by_javascript
        return [*read(code), *read_by_shell(f"{line}\n/usr/bin/env -0", folder)]
    file: dict[str, Any] = {"codex": tomllib.loads, "litellm": yaml.safe_load}
    if recipe.id in file:
        return [*strings(file[recipe.id](before + mark)), *read_by_shell(after, folder)]
    if recipe.id in ("opencode", "continue"):
        read_all = json.loads if recipe.id == "opencode" else yaml.safe_load
        return list(strings(read_all(after.partition("\n")[2])))
    told = read_by_shell(DIALOGS.sub("", after) if recipe.kind == "chat" else after, folder)
    return told + [one for word in told if word[:2] == '{"' for one in strings(json.loads(word))]


@pytest.mark.skipif(sys.platform == "win32", reason="another shell")
@pytest.mark.parametrize("name", RECIPES)
def test_who_reads_it_finds_every_value_as_it_is(name: str, tmp_path: Path) -> None:
    recipe = RECIPES[name]
    quoted = {place for _, place, language, _ in Formatter().parse(recipe.typed) if place and language}
    told = found(recipe, tmp_path)
    for place in quoted:
        value = getattr(TARGET, place)
        ends = {"url": ("", "/v1", "/v1/chat/completions"), "key": ("",)}.get(place, ("",))
        begins = ("", "openai/", "gcli2api/", "Authorization: Bearer ")
        assert {begin + value + end for begin in begins for end in ends} & {*told}, f"{place} in {told}"


@pytest.mark.parametrize("name", RECIPES)
def test_only_fields_of_dialogs_hold_values_as_they_are(name: str) -> None:
    recipe = RECIPES[name]
    typed = DIALOGS.sub("", recipe.typed) if recipe.kind == "chat" else recipe.typed
    assert not [place for _, place, language, _ in Formatter().parse(typed) if place and language not in LANGUAGES]


def test_a_masked_key_is_shown_without_quotes() -> None:
    assert f"{Quoted('sk-••••wxyz'):shell}" == "sk-••••wxyz"
