"""What a server says first: each note once, wherever it is read."""

from pathlib import Path

import pytest

from gcli2api_tui.bootstrap import prepare
from gcli2api_tui.lifecycle import announcement


@pytest.mark.parametrize(
    ("more", "said"),
    [({}, True), ({"log_format": "text"}, False), ({"log_format": "json", "log_level": "error"}, True)],
)
def test_notes_that_are_lines_of_the_log_are_not_said_beside_it(
    tmp_path: Path, more: dict[str, str], said: bool
) -> None:
    setup = prepare({"home": str(tmp_path), "password": "given-for-all-to-see", **more}, {})
    assert setup.notes
    lines = announcement.first_words(setup, "http://127.0.0.1:1", screen=False)
    assert set(setup.notes).issubset(lines) is said
    assert "gcli2api-tui serves on http://127.0.0.1:1/v1" in lines
    assert set(setup.notes) <= {*announcement.first_words(setup, "http://127.0.0.1:1", screen=True)}
