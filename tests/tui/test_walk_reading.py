"""What the walk (walk.py) reads from a capture: the rows of the list, whether it stands in a frame or not."""

import pytest

from .walk import Walk

FRAMED = """
 all  live  errors  429  slow                                 ╭───────────────╮
╭─ Requests 2  following ────────────────────────────────────╮│#2 flash       │
│time     model            cred      state  ttft  took       ││bob ░░░░       │
│22:58:44 3-flash-preview  alice     200    1.3s  3.1s       ││ Answer  Prompt│
│23:04:02 3.5-flash-lite   bob       →      0.9s  0.9s      ▅││Nothing yet    │
╰────────────────────────────────────────────────────────────╯╰───────────────╯
tab Part  ? more"""
RULED = """
 all  live  errors  429  slow
Requests 2  following
time     model            cred      state
22:58:44 3-flash-preview  alice     200
23:04:02 3.5-flash-lite   bob       →
────────────────────────────────────────────
#2 flash
tab Part  ? more"""


@pytest.mark.parametrize("screen", [FRAMED, RULED], ids=["framed", "ruled"])
def test_the_rows_are_those_of_the_list(screen: str) -> None:
    rows = Walk(160, 50)._rows(screen)
    assert [row[:8] for row in rows] == ["22:58:44", "23:04:02"]
    assert "3.5-flash-lite" in rows[-1]
