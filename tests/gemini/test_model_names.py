"""Names with wishes: every order and spelling, exact ids first, contradictions refused."""

import itertools
from dataclasses import replace
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.catalogue import Catalogue, Model
from gcli2api_tui.gemini.model_names import PREFIXES, SUFFIXES, resolve, without_provider
from gcli2api_tui.gemini.models_toml import read_catalogue

CATALOGUE = read_catalogue(resources.files("gcli2api_tui.gemini").joinpath("models.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", ["假流式/gemini-2.5-pro", "gemini-2.5-pro-假流式", "fake/gemini-2.5-pro",
                                  "gemini-2.5-pro-fake", "models/gemini-2.5-pro-fake"])  # fmt: skip
def test_old_and_new_spellings_of_fake_streaming(name: str) -> None:
    variant = resolve(name, CATALOGUE)
    assert (variant.model.id, variant.fake) == ("gemini-2.5-pro", True)


@pytest.mark.parametrize("name", ["流式抗截断/gemini-2.5-pro", "gemini-2.5-pro-流式抗截断", "full/gemini-2.5-pro",
                                  "gemini-2.5-pro-full", "models/full/gemini-2.5-pro-full"])  # fmt: skip
def test_old_and_new_spellings_of_full_answers(name: str) -> None:
    variant = resolve(name, CATALOGUE)
    assert (variant.model.id, variant.full, variant.fake) == ("gemini-2.5-pro", True, False)


@pytest.mark.parametrize(
    "name", ["fake/gemini-2.5-pro-full", "流式抗截断/假流式/gemini-2.5-pro", "gemini-2.5-pro-fake-full"]
)
def test_fake_and_full_together_contradict(name: str) -> None:
    with pytest.raises(ClientFault) as fault:
        resolve(name, CATALOGUE)
    assert (fault.value.status, fault.value.param) == (400, "model")


def test_the_order_of_suffixes_does_not_matter() -> None:
    meant = {resolve("gemini-2.5-flash" + "".join(order), CATALOGUE).effort for order in
             itertools.permutations(["-fake", "-search", "-nothinking"])}  # fmt: skip
    assert meant == {"none"}


def test_an_exact_id_wins_over_a_suffix() -> None:
    odd = Model("gemini-high", frozenset({"gemini-api"}))
    plain = Model("gemini", frozenset({"gemini-api"}))
    catalogue = Catalogue({odd.id: odd, plain.id: plain})
    assert resolve("gemini-high", catalogue).effort == ""
    assert resolve("gemini-low", catalogue).effort == "low"


def test_a_base_name_asks_for_nothing() -> None:
    variant = resolve("gemini-2.5-pro", CATALOGUE)
    assert (variant.fake, variant.full, variant.search, variant.effort) == (False, False, False, "")


def test_two_kinds_of_thinking_contradict() -> None:
    with pytest.raises(ClientFault) as fault:
        resolve("gemini-2.5-pro-nothinking-high", CATALOGUE)
    assert (fault.value.status, fault.value.param) == (400, "model")


@pytest.mark.parametrize("name", ["google/gemini-2.5-pro", "gemini/gemini-2.5-pro", "models/gemini-2.5-pro",
                                  "google/models/gemini-2.5-pro", "fake/google/gemini-2.5-pro-high"])  # fmt: skip
def test_whose_model_it_is_may_be_said(name: str) -> None:
    assert resolve(name, CATALOGUE).model.id == "gemini-2.5-pro"
    assert without_provider(name.removeprefix("fake/")).removesuffix("-high") == "gemini-2.5-pro"


def test_an_exact_id_and_an_alias_win_over_a_provider() -> None:
    odd = Model("google/gemini", frozenset({"gemini-api"}))
    plain = Model("gemini", frozenset({"gemini-api"}))
    catalogue = Catalogue({odd.id: odd, plain.id: plain}, aliases={"gemini/gemini": "google/gemini"})
    assert resolve("google/gemini", catalogue).model is odd
    assert resolve("gemini/gemini", catalogue).model is odd


@pytest.mark.parametrize("name", ["gpt-4o", "fake/gpt-4o", "gemini-2.5-prr-search", "", "-fake", "fake/"])
def test_no_model_is_404_and_names_the_nearest(name: str) -> None:
    with pytest.raises(ClientFault) as fault:
        resolve(name, CATALOGUE)
    assert (fault.value.status, fault.value.param) == (404, "model")
    assert "prr" not in name or "gemini-2.5-pro" in fault.value.way_out


@given(st.lists(st.sampled_from([*PREFIXES, *SUFFIXES, "gemini-2.5-pro", "x", "/"]), max_size=8).map("".join))
def test_any_name_resolves_or_is_refused(name: str) -> None:
    try:
        assert resolve(name, CATALOGUE).model.id in CATALOGUE.models
    except ClientFault as fault:
        assert fault.param == "model"


def test_unknown_names_pass_when_told_so() -> None:
    passing = replace(CATALOGUE, pass_unknown=True)
    found = resolve("models/fake/gemini-9-ultra", passing)
    assert (found.model.id, found.fake, found.model.abilities.thinking) == ("gemini-9-ultra", True, "level")
    assert found.model.backends == {"gemini-api", "vertex", "code-assist"}
    assert resolve("gemini-2.5-pro-search", passing).model is CATALOGUE.models["gemini-2.5-pro"]


@pytest.mark.parametrize("name", ["", "fake/", "a/b", "..", "a b", "x" * 101, "[red]"])
def test_what_can_be_no_model_never_passes(name: str) -> None:
    with pytest.raises(ClientFault) as fault:
        resolve(name, replace(CATALOGUE, pass_unknown=True))
    assert fault.value.status == 404
