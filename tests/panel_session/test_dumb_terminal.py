"""What a terminal without a screen is told: all at first, then what reads differently."""

import pytest

from gcli2api_tui.panel_session.panel_or_demo import changed


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ((), ("a", "", "b"), ["a", "b"]),
        (("a", "b"), ("a", "b"), []),
        (("a", "b"), ("a", "c", "b"), ["c"]),
        (("a", "b"), ("b",), []),
    ],
)
def test_only_what_was_not_said_a_moment_ago(before: tuple[str, ...], now: tuple[str, ...], told: list[str]) -> None:
    assert changed(before, now) == told
