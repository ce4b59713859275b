import json

import pytest

from gcli2api_tui.credentials.cli_arguments import Named, changed, select
from gcli2api_tui.credentials.credential import CredentialSettings
from gcli2api_tui.credentials.import_reader import read_bytes
from gcli2api_tui.events.problems import Problem
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.messages.chinese import CHINESE
from gcli2api_tui.messages.message import in_words_of

ANN = Named(CredentialId("aa11" + "0" * 28), "ann@example.org", "ann-example-org-aa1100.json")
ANNA = Named(CredentialId("bb22" + "0" * 28), "anna", "anna-bb2200.json")
TWIN = Named(CredentialId("cc33" + "0" * 28), "anna", "anna-cc3300.json")
KNOWN = [ANN, ANNA, TWIN]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        (ANN.id, ANN),
        ("aa1", ANN),
        ("ann@example.org", ANN),
        ("ANN@Example.org", ANN),
        ("ann@", ANN),
        (" ann@ ", ANN),
        ("anna-bb2200.json", ANNA),
        ("anna-bb2200", ANNA),
        ("anna-cc", TWIN),
    ],
)
def test_a_name_or_the_beginning_of_one(word, meant):
    assert select([word], KNOWN) == [meant]


def test_an_exact_name_wins_over_the_beginning_of_another():
    assert select(["anna"], [ANNA, Named(CredentialId("d" * 32), "annabel", "f.json")]) == [ANNA]


def test_each_once_in_the_order_of_the_words():
    assert select(["cc", "aa", "anna-cc"], KNOWN) == [TWIN, ANN]


def test_all_of_them():
    assert select([], KNOWN, everything=True) == KNOWN
    assert select([], [], everything=True) == []


@pytest.mark.parametrize(
    ("words", "everything", "says"),
    [
        (["anna"], False, ["'anna' fits 2 credentials", "anna (bb220000), anna (cc330000)", "id in brackets"]),
        (["an"], False, ["fits 3 credentials"]),
        (["bob"], False, ["'bob' is no credential", "ann@example.org (aa110000)"]),
        ([" "], False, ["empty name"]),
        ([], False, ["No credential was named"]),
        (["aa"], True, ["names and --all"]),
    ],
)
def test_nothing_is_guessed(words, everything, says):
    with pytest.raises(Problem) as refused:
        select(words, KNOWN, everything=everything)
    assert all(part in refused.value.sentence for part in says)


def test_where_there_is_none_the_way_out_is_to_add_one():
    with pytest.raises(Problem, match="there are none yet"):
        select(["x"], [])


def test_a_long_list_is_cut():
    many = [Named(CredentialId(f"{number:032x}"), f"c{number}", f"c{number}.json") for number in range(30)]
    with pytest.raises(Problem) as refused:
        select(["nobody"], many)
    assert "and 20 more" in refused.value.way_out
    assert "等另外 20 个" in in_words_of(CHINESE, refused.value.way_out)


def test_of_many_the_first_are_named_and_the_rest_counted():
    few = [Named(CredentialId(f"{n:032}"), f"anna{n}", f"{n}.json") for n in range(3)]
    with pytest.raises(Problem) as said:
        select(["zoe"], few)
    assert "more" not in said.value.sentence
    with pytest.raises(Problem) as said:
        select(["zoe"], [Named(CredentialId(f"{n:032}"), f"anna{n}", f"{n}.json") for n in range(100)])
    assert " more" in said.value.sentence and "anna99" not in said.value.sentence


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
