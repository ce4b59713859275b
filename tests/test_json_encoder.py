"""`json_encoder.encoder` beside `json.dumps`: the same text, with Python's encoder in C and without it."""

import json
import json.encoder
import math
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from any_schema import JSON
from hypothesis import given

from gcli2api_tui.json_encoder import encoder

FORMS: list[dict[str, Any]] = [
    {},
    {"ensure_ascii": False, "separators": (",", ":")},
    {"separators": (",", ":")},
    {"ensure_ascii": False},
    {"sort_keys": True},
]


IN_C = json.encoder.c_make_encoder


def another(*given: object) -> Callable[..., Iterable[str]]:
    """Called otherwise, in a Python to come."""
    return lambda value, level: IN_C(*given)(value, level)


@pytest.fixture(params=["in C", "without it", "another"])
def python(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param != "in C":
        made = None if request.param == "without it" else another
        monkeypatch.setattr(json.encoder, "c_make_encoder", made)
    return str(request.param)


VALUES = [
    None,
    True,
    1,
    1.5,
    "",
    'a "b" \\ \n \x7f é 中 😀 \u2028',
    [],
    {},
    [[], {"a": [1, {"b": None}]}],
    {"b": 1, "a": 2},
]
ODD = [
    {"b": 1, "a": 2},
    {1: "a", None: 2, False: 3},
    [math.inf, -math.inf],
    ("a", ("b",)),
    "\ud83d",
    {"\ud83d": "\udc00"},
]


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_the_text_is_that_of_dumps(form: dict[str, Any], python: str) -> None:
    pieces = encoder(**form)
    for value in [*VALUES, *ODD]:
        if not (form.get("sort_keys") and value == ODD[1]):
            assert "".join(pieces(value)) == json.dumps(value, **form)


@given(JSON)
def test_any_json(value: object) -> None:
    for form in FORMS:
        assert "".join(encoder(**form)(value)) == json.dumps(value, **form)


def test_what_has_no_form_is_written_as_told(python: str) -> None:
    assert "".join(encoder(default=lambda value: sorted(value))([{2, 1}])) == "[[1, 2]]"
    with pytest.raises(TypeError):
        list(encoder()({1, 2}))


def test_an_encoder_goes_on_after_a_value_that_it_could_not_write(python: str) -> None:
    pieces = encoder(ensure_ascii=False)
    around: list[object] = []
    around.append(around)
    for _ in range(2):
        with pytest.raises(RecursionError):
            list(pieces(around))
    inside: list[object] = [object()]
    for _ in range(2):
        with pytest.raises(TypeError):
            list(pieces(inside))
    inside[:] = ["a"]
    assert "".join(pieces(inside)) == '["a"]'
