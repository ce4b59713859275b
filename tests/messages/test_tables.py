"""Both tables say the same things, every sentence of the program is in them, and nothing in them is dead."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import get_type_hints

import pytest

import gcli2api_tui
from gcli2api_tui.control import verb_results
from gcli2api_tui.events import problems, records
from gcli2api_tui.ledger import credential_rows, exchange_rows, snapshot
from gcli2api_tui.messages.chinese import CHINESE
from gcli2api_tui.messages.english import ENGLISH
from gcli2api_tui.messages.message import Message

PACKAGE = Path(gcli2api_tui.__file__).parent
OURS = {"messages", "simulator", "tui", "demo/instance.py"}
"""The tables themselves, those that play Google, and the screen, whose own words are in tui/words/."""


def places(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


@pytest.fixture(scope="module", autouse=True)
def parsed_once() -> Iterator[None]:
    """For all tests of this file: half a million nodes, which no other test is to carry along."""
    yield
    trees.cache_clear()


@cache
def trees() -> tuple[tuple[Path, ast.Module], ...]:
    files = (path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
    return tuple(
        (path, ast.parse((PACKAGE / path).read_text("utf-8")))
        for path in files
        if not OURS & {path.parts[0], path.as_posix()}
    )


def calls(*names: str) -> Iterator[tuple[Path, ast.Call]]:
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names:
                yield path, node


def keys_of(node: ast.expr) -> list[str]:
    """The keys that an expression may be; a pattern where it is an f-string."""
    if isinstance(node, ast.IfExp):
        return keys_of(node.body) + keys_of(node.orelse)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [re.escape(node.value)]
    if isinstance(node, ast.JoinedStr):
        parts = (re.escape(part.value) if isinstance(part, ast.Constant) else "[^.]+" for part in node.values)
        return ["".join(parts)]
    return []


def test_both_languages_have_the_same_keys_and_places() -> None:
    singular = {key for key in ENGLISH if key.endswith(".one")}
    assert ENGLISH.keys() - CHINESE.keys() <= singular, "Chinese has no forms for one thing; all else it has"
    assert CHINESE.keys() <= ENGLISH.keys()
    assert {key: places(CHINESE[key]) for key in CHINESE} == {key: places(ENGLISH[key]) for key in CHINESE}


@pytest.mark.parametrize("folder", ["messages.english", "messages.chinese", "tui.words.english", "tui.words.chinese"])
def test_a_keys_first_letter_says_in_which_module_it_stands(folder: str) -> None:
    names = [path.stem for path in PACKAGE.joinpath(*folder.split(".")).glob("*.py") if path.stem != "__init__"]
    for name in names:
        texts = importlib.import_module(f"gcli2api_tui.{folder}.{name}").TEXTS
        assert not [key for key in texts if not name[0] <= key[0] <= name[-1]], f"{folder}.{name}"


def test_the_chinese_is_chinese() -> None:
    same = {key for key, text in CHINESE.items() if not re.search(r"[\u4e00-\u9fff]", re.sub(r"{[^}]*}", "", text))}
    no_words = {key for key in same if not re.search("[A-Za-z]{2}", re.sub(r"{[^}]*}", "", CHINESE[key]))}
    assert same == no_words, "only what is all places and marks may be without Chinese"


def test_a_form_for_one_has_places_of_the_other() -> None:
    for key in ENGLISH:
        if one := ENGLISH.get(f"{key}.one"):
            assert places(one) <= places(ENGLISH[key]), key


def test_every_sentence_said_is_in_the_tables_with_its_values() -> None:
    for path, call in calls("say"):
        given = {keyword.arg for keyword in call.keywords}
        for pattern in keys_of(call.args[0]) if call.args else ():
            named = [key for key in ENGLISH if re.fullmatch(pattern, key)]
            assert named, f"{path}:{call.lineno}: no key {pattern}"
            if len(named) == 1:
                assert places(ENGLISH[named[0]]) == given, f"{path}:{call.lineno}: {named[0]} has other places"


def test_no_sentence_in_the_tables_is_dead() -> None:
    patterns = {pattern for _, call in calls("say") if call.args for pattern in keys_of(call.args[0])}
    constants = {node.value for _, tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    inside = {"joined", "ended", "listed"}
    dead = {
        key
        for key in ENGLISH
        if not key.endswith(".one") and key not in constants | inside
        and not any(re.fullmatch(pattern, key) for pattern in patterns)
    }  # fmt: skip
    assert not dead


SAID = {
    "Problem": ("message", "way_out"),
    "ClientFault": ("message", "way_out"),
    "NoCredential": ("message", "way_out"),
    "UpstreamFault": ("message", "way_out"),
    "ImportRefused": ("message", "way_out"),
    "SettingsFault": ("message", "way_out"),
    "StartFault": ("message", "way_out"),
}
"""Errors; what they say is a Message, which mypy holds them to."""
RECORDS = {
    "AttemptStarted": ("reason",),
    "AttemptEnded": ("message",),
    "ExchangeFailed": ("message",),
    "CredentialChanged": ("change",),
    "CooldownSet": ("why",),
    "CooldownCleared": ("by",),
    "StateDegraded": ("message",),
    "LogLine": ("text",),
    "Hop": ("failure", "reason"),
    "ExchangeRow": ("error",),
    "ModelCooldown": ("why",),
    "CredentialRow": ("why", "last_error"),
    "LogRow": ("text",),
    "Snapshot": ("degraded",),
    "Done": ("message",),
    "Refused": ("reason", "way_out"),
    "LoginStatus": ("message",),
}


@pytest.mark.parametrize("name", SAID)
def test_an_error_takes_a_message_and_no_bare_text(name: str) -> None:
    wanted = inspect.signature(getattr(problems, name)).parameters
    assert {parameter: wanted[parameter].annotation for parameter in SAID[name]} == dict.fromkeys(SAID[name], Message)


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_for_people_holds_a_message_and_no_bare_text(name: str) -> None:
    homes = (records, exchange_rows, credential_rows, snapshot, verb_results)
    home = next(module for module in homes if hasattr(module, name))
    hints = get_type_hints(getattr(home, name))
    assert {field: hints[field] for field in RECORDS[name]} == dict.fromkeys(RECORDS[name], Message)


def test_nothing_of_ours_is_given_out_as_words_of_others() -> None:
    """`quoted` and `Message` around a text that stands in the code would be a sentence that no table has."""
    for path, call in calls("quoted", "Message"):
        for node in ast.walk(call.args[0]) if call.args else ():
            text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            assert " " not in text.strip(), f"{path}:{call.lineno}: {text!r} belongs into messages/"


def test_no_sentence_is_said_past_the_tables() -> None:
    """A text with a blank that goes where a sentence is wanted; mypy finds the same, this names the line."""
    for path, call in calls(*SAID, *RECORDS):
        texts = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg in ("message", "way_out"))]
        for node in texts:
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            said = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
            assert not any(" " in text.strip() for text in said), f"{path}:{call.lineno} says {said}"
