"""Which notice is true, and when it is due."""

import pytest

from gcli2api_tui.control.terms_notice import notice
from gcli2api_tui.control.verb_results import Notice


@pytest.mark.parametrize(
    ("own_client", "own_project", "text"),
    [
        (False, False, "public client"),
        (False, True, "public client"),
        (True, False, "own client"),
        (True, True, "own project"),
    ],
)
def test_the_notice_says_what_is_true(own_client: bool, own_project: bool, text: str) -> None:
    for shown_at in ("", "2026-11-24T17:00:00+00:00"):
        due = not shown_at and text != "own project"
        assert notice(shown_at, own_client=own_client, own_project=own_project) == Notice(text, due)  # type: ignore[arg-type]
