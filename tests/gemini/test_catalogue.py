import pytest

from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.catalogue import named
from gcli2api_tui.gemini.models_toml import read_catalogue

ONE = '[[model]]\nid = "gemini-x"\nbackends = ["vertex"]\nwire_id = { vertex = "x-1" }\n'


def test_resolve_and_wire_id():
    model = read_catalogue(ONE).resolve("models/gemini-x")
    assert (model.on_wire("vertex"), model.on_wire("gemini-api")) == ("x-1", "gemini-x")


def test_unknown_names_the_nearest():
    with pytest.raises(ClientFault) as caught:
        read_catalogue(ONE).resolve("gemini-y")
    assert (caught.value.status, caught.value.code, caught.value.param) == (404, "model_not_found", "model")
    assert "gemini-x" in caught.value.sentence


@pytest.mark.parametrize(("name", "most"), [("gemini-3.8-flash", 65_536), ("gemini-4-neon", 1_048_576)])
def test_an_answer_in_hops_may_be_as_long_as_the_window(name: str, most: int):
    assert named(name, frozenset()).longest_answer == most


def test_the_last_day_of_a_model():
    ends = '\nends = { vertex = "2027-01-01", gemini-api = "2027-02-01" }\n'
    model = read_catalogue('[[model]]\nid = "a"\nbackends = ["vertex", "gemini-api", "code-assist"]' + ends).models["a"]
    assert model.last_day({"vertex"}) == "2027-01-01"
    assert model.last_day({"vertex", "gemini-api"}) == "2027-02-01"
    assert model.last_day({"vertex", "code-assist"}) == ""
    assert model.last_day(()) == "", "without credentials all of its backends count"
