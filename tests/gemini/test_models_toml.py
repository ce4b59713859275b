"""Entries of models.toml: who replaces whom, and what is wrong in one is told with its field and the way out."""

import pytest

from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.gemini.models_toml import read_catalogue

ONE = '[[model]]\nid = "gemini-x"\nbackends = ["vertex"]\n'


def test_later_files_replace_by_id():
    models = read_catalogue(ONE, ONE.replace('"vertex"]', '"gemini-api"]')).models
    assert models["gemini-x"].backends == {"gemini-api"}


def test_an_own_entry_replaces_and_is_known_as_such():
    models = read_catalogue(
        ONE, '[[model]]\nid = "y"\nbackends = ["vertex"]\nthinking = "budget"\nmin = 1\nmax = 9\n'
    ).models
    assert [(model.id, model.own) for model in models.values()] == [("gemini-x", False), ("y", True)]
    found = models["y"].abilities
    assert (found.budget_min, found.budget_max, models["y"].output_limit) == (1, 9, 65_536)


GOOD = '[[model]]\nid = "a"\nbackends = ["vertex"]\n'


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[[model]", "TOML"),
        ("model = 5\n", "[[model]]"),
        ("model = [5]\n", "[[model]]"),
        ('[[models]]\nid = "a"\n', "'models'"),
        ('[[model]]\nid = "a"\n', "lacks 'backends'"),
        ('[[model]]\nbackends = ["vertex"]\n', "lacks 'id'"),
        ('[[model]]\nid = "a"\nbackends = []\n', "lacks 'backends'"),
        ('[[model]]\nid = "a"\nbackends = ["google"]\n', "names 'google' in 'backends'"),
        ('[[model]]\nid = "a"\nbackends = [1]\n', "wrong 'backends'"),
        ('[[model]]\nid = "a"\nbackends = "vertex"\n', "wrong 'backends'"),
        ('[[model]]\nid = "a b"\nbackends = ["vertex"]\n', "'a b'"),
        (GOOD + 'wire_id = { nope = "x" }\n', "'wire_id'"),
        (GOOD + 'wire_id = { vertex = "a/b" }\n', "'a/b'"),
        (GOOD + 'min = "x"\n', "wrong 'min'"),
        (GOOD + "input_limit = true\n", "wrong 'input_limit'"),
        (GOOD + "output_limit = -1\n", "wrong 'output_limit'"),
        (GOOD + 'zero_ok = "yes"\n', "wrong 'zero_ok'"),
        (GOOD + "context = 5\n", "'context', which does not exist"),
        (GOOD + 'thinking = "deep"\n', "wrong 'thinking'"),
        (GOOD + 'thinking = "level"\n', "wrong 'levels'"),
        (GOOD + 'thinking = "level"\nlevels = ["HIGH", "LOW"]\n', "wrong 'levels'"),
        (GOOD + 'levels = ["LOW"]\n', "wrong 'levels'"),
        (GOOD + 'role = "quick"\n', "wrong 'role'"),
        (GOOD + 'version = "three"\n', "wrong 'version'"),
        (GOOD + 'ends = { vertex = "2026-13-01" }\n', "wrong day in 'ends'"),
        (GOOD + 'ends = { nope = "2026-12-01" }\n', "'ends'"),
        (GOOD + 'successor = "a b"\n', "'a b'"),
        (GOOD + 'thinking = "budget"\n', "wrong 'max'"),
        (GOOD + 'thinking = "budget"\nmin = 9\nmax = 3\n', "wrong 'max'"),
    ],
)
def test_a_bad_file_is_told_with_its_field_and_the_way_out(text, named):
    with pytest.raises(SettingsFault) as caught:
        read_catalogue(ONE, text)
    assert named in caught.value.sentence and caught.value.way_out and caught.value.key == "models.toml"


def of(name: str, successor: str = "") -> str:
    follows = f'successor = "{successor}"\n' if successor else ""
    return f'[[model]]\nid = "{name}"\nbackends = ["vertex"]\n{follows}'


@pytest.mark.parametrize(
    ("packaged", "own", "names"),
    [
        (of("a", "a"), "", ["a, a"]),
        (of("a", "b") + of("b", "a"), "", ["a, b, a"]),
        (of("a", "b") + of("b"), of("b", "a"), ["a, b, a"]),
        (of("x", "a") + of("a", "b") + of("b", "a"), "", ["a, b, a"]),
    ],
)
def test_a_circle_of_successors_is_told_with_those_in_it(packaged, own, names):
    with pytest.raises(SettingsFault) as caught:
        read_catalogue(packaged, own)
    assert caught.value.key == "models.toml" and "successor" in caught.value.sentence
    for name in names:
        assert name in caught.value.sentence


def test_a_circle_can_be_broken_by_an_own_entry():
    models = read_catalogue(of("a", "b") + of("b", "c") + of("c"), of("c", "d")).models
    assert models["c"].successor == "d"
