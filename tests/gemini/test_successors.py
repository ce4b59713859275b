"""The chain of successors."""

from importlib import resources

from gcli2api_tui.gemini.catalogue import Model, read_catalogue
from gcli2api_tui.gemini.successors import following

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
