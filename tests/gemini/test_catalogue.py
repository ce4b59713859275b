import pytest

from gcli2api_tui.events.problems import ClientFault, SettingsFault
from gcli2api_tui.gemini.catalogue import read_catalogue

ONE = '[[model]]\nid = "gemini-x"\nbackends = ["vertex"]\nwire_id = { vertex = "x-1" }\n'


def test_later_files_replace_by_id():
    models = read_catalogue(ONE, ONE.replace('"vertex"]', '"gemini-api"]')).models
    assert models["gemini-x"].backends == {"gemini-api"}


def test_resolve_and_wire_id():
    model = read_catalogue(ONE).resolve("models/gemini-x")
    assert (model.on_wire("vertex"), model.on_wire("gemini-api")) == ("x-1", "gemini-x")


def test_unknown_names_the_nearest():
    with pytest.raises(ClientFault) as caught:
        read_catalogue(ONE).resolve("gemini-y")
    assert (caught.value.status, caught.value.code, caught.value.param) == (404, "model_not_found", "model")
    assert "gemini-x" in caught.value.sentence


@pytest.mark.parametrize(
    "text", ["[[model]", '[[model]]\nid = "a"\n', "model = 5\n", '[[model]]\nid="a"\nbackends=[]\nmin="x"']
)
def test_a_bad_file_is_a_settings_fault(text):
    with pytest.raises(SettingsFault):
        read_catalogue(text)
