"""docs/compared.md: what is claimed there is shown by a test or a picture that exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "compared.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("|") and not line.startswith(("| |", "|--"))
]


def test_all_features_of_the_study_are_there() -> None:
    assert len(ROWS) == 39
    assert {len(row) for row in ROWS} == {9}


@pytest.mark.parametrize("row", [row for row in ROWS if row[7] in "●◐"], ids=lambda row: row[0])
def test_what_is_claimed_is_shown(row: list[str]) -> None:
    if named := re.fullmatch(r"`(tests/[\w/]+\.py)::(test_\w+)`", row[8]):
        path, name = named.groups()
        assert re.search(rf"^(?:async )?def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
    else:
        (target,) = re.findall(r"\]\(([\w/.]+)\)", row[8])
        assert (ROOT / "docs" / target).exists()
