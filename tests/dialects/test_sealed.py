import pytest

from gcli2api_tui.dialects.sealed import Sealed, seal, unseal

ONE = Sealed("gemini-3", "c2ln+/=", "toolu_a")


@pytest.mark.parametrize("sealed", [ONE, Sealed("gemini-2", "_-"), Sealed("gemini-3", "x", "odd:id\n")])
def test_it_comes_back_as_it_was(sealed):
    assert unseal(seal(sealed)) == sealed


@pytest.mark.parametrize(
    "value", [None, 5, [], "", "g1", "EqQBCkgIARABGAIiQL", seal(ONE)[:-1], seal(ONE).replace("toolu_a", "toolu_b")]
)
def test_what_is_not_ours_or_not_whole_is_nothing(value):
    assert unseal(value) is None
