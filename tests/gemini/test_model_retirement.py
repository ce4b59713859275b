"""Google's word on the end of a model, the chain of successors, and a request as the successor takes it."""

from importlib import resources
from typing import Any

import pytest

from gcli2api_tui.gemini.abilities import Abilities
from gcli2api_tui.gemini.catalogue import Model, named
from gcli2api_tui.gemini.model_retirement import Retirement, following, for_successor, retirement
from gcli2api_tui.gemini.models_toml import read_catalogue

AT = "2027-05-07T00:00:00Z"


def told(version: Any = None, at: Any = AT) -> Retirement | None:
    status = {"modelStatus": {"modelStage": "LEGACY", "retirementTime": at}}
    return retirement([{}, {**status, **({} if version is None else {"modelVersion": version})}], "gemini-x")


@pytest.mark.parametrize(
    ("version", "model"),
    [
        (None, "gemini-x"),
        ("gemini-x", "gemini-x"),
        ("models/gemini-x", "gemini-x"),
        ("gemini-x-001", "gemini-x"),
        ("gemini-x-lite", "gemini-x-lite"),  # another one answered, as for a model that has ended
        ("gemini-y", "gemini-y"),
        (5, "gemini-x"),
    ],
)
def test_it_is_about_the_model_that_answered(version: Any, model: str) -> None:
    assert told(version) == Retirement(model, "2027-05-07")


def test_a_name_for_the_newest_does_not_retire_with_the_model_behind_it() -> None:
    status = {"modelStatus": {"retirementTime": AT}}
    assert retirement([status], "gemini-flash-latest") is None
    assert retirement([{**status, "modelVersion": "gemini-x"}], "gemini-flash-latest") == Retirement(
        "gemini-x", "2027-05-07"
    )


@pytest.mark.parametrize("at", [None, "", "soon", 5, {}, "2027-13-01T00:00:00Z", "0001-01-01T00:00:00+23:00"])
def test_what_is_no_time_tells_nothing(at: Any) -> None:
    assert told(at=at) is None


@pytest.mark.parametrize("status", [None, 5, [], {}, {"modelStage": "STABLE"}])
def test_what_is_no_status_tells_nothing(status: Any) -> None:
    assert retirement([{"modelStatus": status}], "gemini-x") is None


def test_the_day_is_that_of_utc() -> None:
    assert told(at="2027-05-06T17:00:00-07:00") == Retirement("gemini-x", "2027-05-07")
    assert told(at="2027-05-07T00:00:00.123456789Z") == Retirement("gemini-x", "2027-05-07")


KEYS = frozenset({"gemini-api"})
PACKAGED = read_catalogue(resources.files("gcli2api_tui.gemini").joinpath("models.toml").read_text("utf-8"))


def chain(of: str, **successors: str) -> list[str]:
    models = {name: Model(name, KEYS, successor=follows) for name, follows in successors.items()}
    return [model.id for model in following(of, models)]


def test_one_after_the_other_as_far_as_they_are_known() -> None:
    assert chain("a", a="b", b="c", c="") == ["b", "c"]
    assert chain("a", a="b", b="unknown") == ["b"]
    assert chain("c", c="") == chain("unknown") == []


def test_a_circle_ends_where_it_would_begin_again() -> None:
    assert chain("a", a="b", b="a") == ["b"]
    assert chain("a", a="a") == []
    assert chain("z", z="a", a="b", b="a") == ["a", "b"]


def test_all_successors_of_the_packaged_models_are_packaged_too() -> None:
    named = {model.successor for model in PACKAGED.models.values() if model.successor}
    assert named <= PACKAGED.models.keys()
    ending = [model.id for model in PACKAGED.models.values() if model.ends]
    assert all(list(following(name, PACKAGED.models)) for name in ending)


SHOWN, HIDDEN = {"includeThoughts": True}, {"includeThoughts": False}
LEVELS, STRICT = named("gemini-3.8-l", KEYS), named("gemini-4-s", KEYS)
BUDGETS = Model("b", KEYS, abilities=Abilities("b", "budget", budget_min=128, budget_max=9000), version=(2, 5))
PLAIN = Model("p", KEYS)


@pytest.mark.parametrize(
    ("heir", "asked", "sent"),
    [
        (LEVELS, {"thinkingBudget": 1024}, {"thinkingLevel": "LOW", **SHOWN}),
        (LEVELS, {"thinkingBudget": 0}, {"thinkingLevel": "LOW", **HIDDEN}),
        (LEVELS, {"thinkingBudget": 32768, **HIDDEN}, {"thinkingLevel": "HIGH", **HIDDEN}),
        (LEVELS, {"thinkingBudget": -1, **SHOWN}, {**SHOWN}),
        (LEVELS, {"thinkingBudget": -1}, None),
        (LEVELS, {"thinkingLevel": "MINIMAL"}, {"thinkingLevel": "LOW", **SHOWN}),
        (STRICT, {"thinkingLevel": "XHIGH"}, {"thinkingLevel": "HIGH", **SHOWN}),
        (BUDGETS, {"thinkingLevel": "LOW", **HIDDEN}, {"thinkingBudget": 1024, **HIDDEN}),
        (PLAIN, {"thinkingBudget": 1024, **SHOWN}, None),
    ],
)  # fmt: skip
def test_thinking_is_told_in_the_words_that_the_successor_knows(heir: Model, asked: Any, sent: Any) -> None:
    config = {"temperature": 1, "thinkingConfig": asked}
    found: Any = for_successor(heir, {"contents": [], "generationConfig": config})["generationConfig"]
    assert found.get("thinkingConfig") == sent and found["temperature"] == 1
    assert config["thinkingConfig"] is asked


@pytest.mark.parametrize(
    "odd", [{}, {"contents": []}, {"generationConfig": []}, {"generationConfig": {"thinkingConfig": 5}}]
)
def test_odd_bodies_of_googles_own_protocol_are_left_to_google(odd: Any) -> None:
    assert for_successor(LEVELS, odd) == odd
