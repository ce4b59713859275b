"""What clients call models, as labels that nobody can grow."""

from importlib.resources import files
from types import SimpleNamespace

import pytest

from gcli2api_tui.control.model_rows import KEPT, ModelLabels
from gcli2api_tui.gemini.catalogue import read_catalogue
from gcli2api_tui.gemini.model_variants import with_aliases
from gcli2api_tui.ledger.metrics import OTHER

SHIPPED = read_catalogue(files("gcli2api_tui.gemini").joinpath("models.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("gemini-2.5-pro", "gemini-2.5-pro"),
        ("fake/gemini-2.5-pro-search", "gemini-2.5-pro"),
        ("gpt-4o", "gemini-2.5-flash"),
        ("gemini-77-ultra", OTHER),
        ("", OTHER),
        ("x" * 10_000, OTHER),
    ],
)
def test_wishes_and_aliases_are_the_model_that_is_meant(name: str, label: str) -> None:
    catalogue = with_aliases(SHIPPED, "gpt-4o=gemini-2.5-flash")
    assert ModelLabels(SimpleNamespace(catalogue=catalogue))(name) == label


def test_a_new_catalogue_counts_at_once_and_little_is_kept() -> None:
    known = SimpleNamespace(catalogue=SHIPPED)
    labels = ModelLabels(known)
    assert labels("mine") == OTHER
    known.catalogue = with_aliases(SHIPPED, "mine=gemini-2.5-pro")
    assert labels("mine") == "gemini-2.5-pro"
    for number in range(3 * KEPT):
        labels(f"gemini-2.5-pro-{number}")
        assert len(labels._kept) <= KEPT
