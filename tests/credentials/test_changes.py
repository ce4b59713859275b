import json

import pytest

from gcli2api_tui.credentials.cli_arguments import changed
from gcli2api_tui.credentials.credential import CredentialSettings
from gcli2api_tui.credentials.import_reader import read_bytes
from gcli2api_tui.events.problems import Problem

MODELS = ("gemini-a", "gemini-b")


@pytest.fixture
def ann(client):
    content = {"refresh_token": "rt", "email": "ann@example.org", "project_id": "p"}
    return read_bytes(json.dumps(content).encode(), "ann.json", client).credentials[0]


def test_all_that_can_be_decided(ann):
    wanted = ["weight=2.5", "daily_limit=250", "max-in-flight=4", "models=gemini-a, gemini-b", "label=安", "project=q"]
    after = changed(ann, wanted, MODELS)
    assert after.settings == CredentialSettings(True, 250, 2.5, 4, MODELS)
    assert (after.label, after.project, after.id, after.secret) == ("安", "q", ann.id, ann.secret)


def test_none_takes_it_back(ann):
    after = changed(ann, ["weight=3", "daily_limit=5", "max_in_flight=1", "models=gemini-a"], MODELS)
    assert changed(after, ["weight=none", "daily_limit=", "max_in_flight=None", "models=none"], MODELS) == ann
    assert [changed(ann, [f"project={word}"], MODELS).project for word in ("", "none")] == ["", ""]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("weight=0", "weight: This must be a number above 0."),
        ("weight=much", "weight: "),
        ("weight=nan", "weight: "),
        ("daily_limit=-1", "daily_limit: This must be a whole number"),
        ("daily_limit=1.5", "daily_limit: "),
        ("max_in_flight=x", "max_in_flight: "),
        ("label=", "label: This field is missing or empty."),
        ("models=gemini-x", "models: gemini-x is not known. Known are: gemini-a, gemini-b."),
        ("enabled=false", "'enabled' cannot be changed. KEY=VALUE is expected"),
        ("id=1", "'id' cannot be changed"),
        ("weight", "'weight' cannot be changed. KEY=VALUE is expected"),
    ],
)
def test_bad_changes_name_the_key(ann, change, says):
    with pytest.raises(Problem) as refused:
        changed(ann, ["weight=2", change], MODELS)
    assert refused.value.sentence.startswith(says)


def test_a_value_is_never_repeated_where_the_key_is_wrong(ann):
    with pytest.raises(Problem) as refused:
        changed(ann, ["proxi=http://me:SENTINEL@host"], MODELS)
    assert "SENTINEL" not in refused.value.sentence
