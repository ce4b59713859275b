"""Lists of models: what the backends serve, the names that lead there, and which one is suggested."""

from dataclasses import replace
from importlib import resources

import pytest

from gcli2api_tui.gemini.catalogue import Catalogue, Model, named
from gcli2api_tui.gemini.model_choices import listed, probes, suggested
from gcli2api_tui.gemini.model_names import resolve, with_aliases
from gcli2api_tui.gemini.models_toml import read_catalogue

PRO, FLASH = Model("pro", frozenset({"gemini-api"})), Model("flash", frozenset({"code-assist"}))
CATALOGUE = with_aliases(Catalogue({PRO.id: PRO, FLASH.id: FLASH}), "gpt=pro, mini=flash-fake, pro=flash")


def test_without_backends_all_is_listed_once() -> None:
    assert listed(CATALOGUE, set()) == ["pro", "flash", "gpt", "mini"]


def test_only_what_a_backend_serves() -> None:
    assert listed(CATALOGUE, {"code-assist"}) == ["flash", "mini"]


def test_what_no_list_names_is_not_shown_nor_what_leads_there() -> None:
    assert listed(replace(CATALOGUE, unlisted=frozenset({"flash"})), set()) == ["pro", "gpt"]


def test_an_alias_to_a_model_that_passes_unknown_is_listed() -> None:
    catalogue = with_aliases(replace(CATALOGUE, aliases={}, pass_unknown=True), "new=gemini-9")
    assert listed(catalogue, {"code-assist"}) == ["flash", "new"]


def test_variants_follow_and_each_can_be_asked_for() -> None:
    packaged = read_catalogue(resources.files("gcli2api_tui.gemini").joinpath("models.toml").read_text("utf-8"))
    names = listed(packaged, {"code-assist"}, variants=True)
    assert {
        "fake/gemini-2.5-pro",
        "full/gemini-2.5-pro",
        "gemini-2.5-flash-nothinking",
        "gemini-3-flash-preview-minimal",
    } <= set(names)
    assert not {"gemini-2.5-pro-nothinking", "gemini-3.1-pro-preview-minimal", "gemini-3.6-flash-search"} & set(names)
    assert len(names) == len(set(names))
    assert names[0] == "gemini-pro-latest", "the preferred ones come first"
    models = listed(packaged, {"code-assist"})
    assert {resolve(name, packaged).model.id for name in names} == set(models)


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
