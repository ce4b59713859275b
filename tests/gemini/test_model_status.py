"""Google's word on the end of the model that answered."""

from typing import Any

import pytest

from gcli2api_tui.gemini.model_status import Retirement, retirement

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
