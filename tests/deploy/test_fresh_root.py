"""The walk over a bare Debian types what README says; the walk itself is run by hand (tests/deploy/fresh_root.py)."""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import fresh_root

INSTALL_PAGE = (fresh_root.ROOT / "docs" / "install.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("typed", fresh_root.FROM_README)
def test_a_newcomer_finds_each_command_in_readme(typed: str) -> None:
    assert re.search(rf"(^|`){re.escape(typed)}($|`)", fresh_root.README, re.M)


@pytest.mark.parametrize("typed", [fresh_root.CLONE, *fresh_root.FROM_README])
def test_what_was_typed_stands_beside_what_was_measured(typed: str) -> None:
    assert typed.splitlines()[0].removesuffix(" \\") in INSTALL_PAGE


def test_the_title_before_a_prompt_tells_the_status_and_is_not_read() -> None:
    seen = b"ls\r\n\x1b]0;status:2\x07mia$ \x1b[1mbold\x1b[0m \x1b]0;status:0\x07"
    assert [int(found) for found in fresh_root.STATUS.findall(seen)] == [2, 0]
    assert re.sub(r"\s+", " ", fresh_root.plain(seen)) == "ls mia$ bold "
