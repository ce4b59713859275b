"""Lists of models: what the backends serve, and the names that lead there."""

from dataclasses import replace
from importlib import resources

from gcli2api_tui.gemini.aliases import with_aliases
from gcli2api_tui.gemini.catalogue import Catalogue, Model, read_catalogue
from gcli2api_tui.gemini.listing import listed
from gcli2api_tui.gemini.variants import resolve

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
