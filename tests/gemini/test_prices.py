"""prices.toml: the shipped list is whole and dated; a person's own replaces; what is wrong is told with its place."""

import tomllib
from importlib import resources

import pytest

from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.gemini.models_toml import read_entries
from gcli2api_tui.gemini.prices import Prices, Tokens, read_prices

GEMINI = resources.files("gcli2api_tui.gemini")
SHIPPED = GEMINI.joinpath("prices.toml").read_text(encoding="utf-8")
MILLION = Tokens(1_000_000, 0, 0, 0)
NONE = Tokens(0, 0, 0, 0)


def one(extra: str = "") -> Prices:
    return read_prices(f'[[price]]\nmodel = "m"\ninput = 2\noutput = 10\n{extra}')


def test_each_shipped_price_has_a_source_of_its_own_or_the_lists() -> None:
    file = tomllib.loads(SHIPPED)
    assert file["date"] and file["source"].startswith("https://")
    assert all(entry.get("source", file["source"]) for entry in file["price"])


def test_models_of_ours_that_are_sold_have_one() -> None:
    """gemini-3-pro-preview ended in March; nobody tells its price any more."""
    ids = {entry["id"] for entry in read_entries(GEMINI.joinpath("models.toml").read_text(encoding="utf-8"))}
    assert ids - read_prices(SHIPPED).by_model.keys() == {"gemini-3-pro-preview"}


def test_cached_input_is_cheaper_and_output_dearer_in_every_shipped_price() -> None:
    for model, prices in read_prices(SHIPPED).by_model.items():
        for price in prices:
            for rate in (price.rate, price.long):
                assert rate.cached <= rate.input, model
                assert rate.output == 0 or rate.output >= rate.input, model
            assert price.long.input >= price.rate.input and price.long.output >= price.rate.output, model


def test_a_dated_change_holds_from_its_day_on() -> None:
    prices = read_prices(SHIPPED)
    assert prices.cost("gemini-4-argon", "2026-11-30", MILLION, NONE) == 2.0
    assert prices.cost("gemini-4-argon", "2026-12-01", MILLION, NONE) == 4.0


def test_all_kinds_of_tokens_count_once() -> None:
    """Cached ones are among the input, thoughts are not among the output."""
    tokens = Tokens(prompt=1_000_000, cached=400_000, thoughts=100_000, output=200_000)
    assert one("cached = 0.5").cost("m", "2026-01-01", tokens, NONE) == pytest.approx(0.6 * 2 + 0.4 * 0.5 + 0.3 * 10)
    assert one("thoughts = 1.0").cost("m", "2026-01-01", tokens, NONE) == pytest.approx(2 + 0.1 + 0.2 * 10)


def test_long_prompts_cost_more_and_only_they_do() -> None:
    prices = one("long = { input = 4, output = 18 }")
    tokens, long = Tokens(1_000_000, 0, 0, 100_000), Tokens(300_000, 0, 0, 50_000)
    assert prices.cost("m", "2026-01-01", tokens, long) == pytest.approx(0.7 * 2 + 0.05 * 10 + 0.3 * 4 + 0.05 * 18)


def test_what_is_not_known_costs_nothing_that_could_be_told() -> None:
    assert one().cost("other", "2026-01-01", MILLION, NONE) is None
    assert one('from = "2026-06-01"').cost("m", "2026-05-31", MILLION, NONE) is None


def test_a_persons_own_file_replaces_all_prices_of_its_models_and_no_other() -> None:
    own = 'date = "2027-01-01"\n[[price]]\nmodel = "gemini-4-argon"\ninput = 1\noutput = 1\n'
    prices = read_prices(SHIPPED, own)
    assert prices.cost("gemini-4-argon", "2027-06-01", MILLION, NONE) == 1.0
    assert prices.cost("gemini-2.5-pro", "2026-06-01", MILLION, NONE) == 1.25
    assert prices.date == "2027-01-01"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("price = 3", "'price' in prices.toml is not understood"),
        ("[[prices]]", "'prices' in prices.toml is not understood"),
        ("[[price]]\ninput = 1", "lacks 'model'"),
        ('[[price]]\nmodel = "m"\ninput = 1', "The price of 'm' in prices.toml lacks 'output'"),
        ('[[price]]\nmodel = "m"\ninput = "1"\noutput = 2', "wrong 'input'"),
        ('[[price]]\nmodel = "m"\ninput = -1\noutput = 2', "wrong 'input'"),
        ('[[price]]\nmodel = "m"\ninput = nan\noutput = 2', "wrong 'input'"),
        ('[[price]]\nmodel = "m"\ninput = true\noutput = 2', "wrong 'input'"),
        ('[[price]]\nmodel = "m"\ninput = 1\noutput = 2\nlong = 3', "wrong 'long'"),
        ('[[price]]\nmodel = "m"\ninput = 1\noutput = 2\nlong = { input = 3 }', "lacks 'output'"),
        ('[[price]]\nmodel = "m"\ninput = 1\noutput = 2\nfrom = "soon"', "wrong day in 'from': 'soon'"),
        ('[[price]]\nmodel = "m"\ninput = 1\noutput = 2\neuro = 2', "a field 'euro'"),
        ('date = "2026-13-01"', "no day: '2026-13-01'"),
        ("[[price]", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_the_way_out(text: str, said: str) -> None:
    with pytest.raises(SettingsFault, match="price") as refused:
        read_prices(SHIPPED, text)
    assert said in str(refused.value.message) and refused.value.way_out


def test_a_day_may_be_one_of_tomls_own() -> None:
    assert one("from = 2026-06-01").cost("m", "2026-06-01", MILLION, NONE) == 2.0
