"""Which model is suggested, and with which a credential is tried."""

from importlib import resources

import pytest

from gcli2api_tui.gemini.catalogue import Catalogue, Model, named, read_catalogue
from gcli2api_tui.gemini.listing import listed
from gcli2api_tui.gemini.roles import probes, suggested

KEYS = frozenset({"gemini-api"})
PACKAGED = read_catalogue(resources.files("gcli2api_tui.gemini").joinpath("models.toml").read_text("utf-8"))


def catalogue(*models: Model) -> Catalogue:
    return Catalogue({model.id: model for model in models})


@pytest.mark.parametrize("backend", ["gemini-api", "vertex", "code-assist"])
@pytest.mark.parametrize("day", ["2026-11-29", "2027-06-01"])
def test_every_backend_has_a_living_model_for_each_role(backend: str, day: str) -> None:
    chosen = suggested(PACKAGED, listed(PACKAGED, {backend}, day=day))
    assert len(set(chosen.values())) == 3
    for name in chosen.values():
        model = PACKAGED.models[name]
        assert backend in model.backends and not model.ended(backend, day)


def test_the_first_of_a_role_that_is_served() -> None:
    two = catalogue(Model("a", KEYS, role="best"), Model("b", KEYS, role="best"), Model("c", KEYS, role="fast"))
    assert suggested(two, ["a", "b", "c"])["best"] == "a"
    assert suggested(two, ["b", "c"]) == {"best": "b", "fast": "c", "cheap": "c"}


def test_models_that_only_a_list_names_are_known_by_their_names() -> None:
    new = catalogue(*(named(name, KEYS) for name in ("gemini-9-flash-lite", "gemini-9-flash", "gemini-9-pro")))
    assert suggested(new, list(new.models)) == {
        "best": "gemini-9-pro",
        "fast": "gemini-9-flash",
        "cheap": "gemini-9-flash-lite",
    }


def test_what_does_not_chat_is_never_suggested() -> None:
    embeds = Model("gemini-9-flash-embedding", KEYS, methods=("embedContent",))
    assert set(suggested(catalogue(embeds), [embeds.id]).values()) == {""}
    assert suggested(catalogue(embeds, Model("odd", KEYS)), [embeds.id, "odd", "an-alias"])["best"] == "odd"


def test_probes_outlive_any_one_of_them() -> None:
    found = probes(PACKAGED, "vertex", "2026-11-29")
    assert len(found) > 2 and not [name for name in found if PACKAGED.models[name].ended("vertex", "2026-11-29")]
    assert not [name for name in found if "preview" in name], "only one location has those"
    assert probes(catalogue(Model("x-preview", frozenset({"vertex"}))), "vertex", "") == ["x-preview"]
