"""What a search finds, and what it puts first."""

import pytest

from gcli2api_tui.tui.screens.finder import fits, found


@pytest.mark.parametrize(
    ("search", "text", "fits_it"),
    [("", "x", True), ("clear cool", "Clear cooldown", True), ("cool clear", "Clear cooldown", True),
     ("CRDT", "Credentials", True), ("cr", "Cursor", False), ("zq", "Puzzle queue", False), ("凭据", "打开凭据", True),
     ("clear stop", "Clear cooldown", False)],
)  # fmt: skip
def test_every_word_of_a_search_must_be_found(search: str, text: str, fits_it: bool) -> None:
    assert (fits(search, text) is not None) is fits_it


def test_the_beginning_counts_more_than_the_middle_and_gaps_least() -> None:
    assert found("use", ["Pause", "Unseen ease", "The use", "Use"], str) == ["Use", "The use", "Pause", "Unseen ease"]
    assert found("", ["b", "a"], str) == ["b", "a"], "what fits equally stays in its order"
