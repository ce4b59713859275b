"""A person's other names: for a model or a variant, with affixes and patterns; what leads nowhere is named."""

import pytest

from gcli2api_tui.events.problems import ClientFault, SettingsFault
from gcli2api_tui.gemini.catalogue import Catalogue, Model
from gcli2api_tui.gemini.model_choices import listed
from gcli2api_tui.gemini.model_names import read_aliases, resolve, with_aliases

PRO, FLASH = Model("pro", frozenset({"gemini-api"})), Model("flash", frozenset({"code-assist"}))
TWO = Catalogue({PRO.id: PRO, FLASH.id: FLASH})
PATTERNS = "claude-*=pro, claude-haiku*=flash-high, claude-opus=flash, gpt-*=pro-fake, *-mini=flash"


def test_an_alias_leads_to_a_model_or_a_variant() -> None:
    catalogue = with_aliases(TWO, "gpt-4o=pro, gpt-4o-mini = flash-fake-high ,")
    assert resolve("gpt-4o", catalogue).model is PRO
    mini = resolve("gpt-4o-mini", catalogue)
    assert (mini.model, mini.fake, mini.effort) == (FLASH, True, "high")


def test_an_alias_takes_affixes_like_a_model() -> None:
    catalogue = with_aliases(TWO, "gpt=pro-high")
    found = resolve("models/fake/gpt-search", catalogue)
    assert (found.model, found.fake, found.search, found.effort) == (PRO, True, True, "high")
    with pytest.raises(ClientFault) as fault:
        resolve("gpt-low", catalogue)
    assert fault.value.status == 400


def test_an_exact_id_wins_over_an_alias_and_an_alias_over_its_own_affix() -> None:
    catalogue = with_aliases(TWO, "pro=flash, flash-low=pro")
    assert resolve("pro", catalogue).model is PRO
    assert (resolve("flash-low", catalogue).model, resolve("flash-low", catalogue).effort) == (PRO, "")


@pytest.mark.parametrize(
    ("text", "named"),
    [("gpt=pr", "'gpt' points to 'pr'"), ("a=pro, b=a", "'b' points to 'a', which is another alias"),
     ("a=a", "'a' points to 'a'"), ("a=pro, b=fake/a", "'b'"), ("gpt", "'gpt'"), ("=pro", "'=pro'"),
     ("gpt=", "'gpt='"), ("gpt=pro, gpt=flash", "'gpt'"), ("a=pro-low-high", "'a'")],
)  # fmt: skip
def test_a_wrong_alias_is_named(text: str, named: str) -> None:
    with pytest.raises(SettingsFault) as fault:
        with_aliases(TWO, text)
    assert fault.value.key == "aliases"
    assert named in fault.value.message


def test_nothing_is_no_alias() -> None:
    assert read_aliases(" , ,") == {}


def test_an_alias_is_among_the_nearest_names() -> None:
    with pytest.raises(ClientFault) as fault:
        resolve("gpt-4p", with_aliases(TWO, "gpt-4o=pro"))
    assert "gpt-4o" in fault.value.way_out


@pytest.mark.parametrize(
    ("name", "model", "effort"),
    [
        ("claude-sonnet-4-5", "pro", ""),
        ("claude-haiku-4-5-20251001", "flash", "high"),
        ("claude-opus", "flash", ""),
        ("claude-opus-4-1", "pro", ""),
        ("models/claude-sonnet-low", "pro", "low"),
        ("claude-opus-low", "flash", "low"),
        ("claude-high", "pro", ""),
        ("o4-mini", "flash", ""),
        ("pro", "pro", ""),
    ],
)
def test_a_pattern_stands_for_many_names_and_the_closest_wins(name: str, model: str, effort: str) -> None:
    found = resolve(name, with_aliases(TWO, PATTERNS))
    assert (found.model.id, found.effort) == (model, effort)


def test_a_pattern_keeps_the_wishes_of_its_target_and_is_in_no_list() -> None:
    catalogue = with_aliases(TWO, PATTERNS)
    assert resolve("gpt-5", catalogue).fake and resolve("fake/claude-x", catalogue).fake
    assert listed(catalogue, []) == ["pro", "flash", "claude-opus"]
    with pytest.raises(ClientFault):
        resolve("o4", catalogue)
    with pytest.raises(SettingsFault) as fault:
        with_aliases(TWO, "a*=pro, b=abc")
    assert "'abc'" in fault.value.message
