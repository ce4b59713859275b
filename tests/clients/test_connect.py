"""After nothing but `connect CLIENT` in an empty home the real client answers through us, and `--undo` leaves nothing.

The pinned ones; `python -m tests.client_runs.connected FOLDER` tries all whose files are written.
"""

from pathlib import Path

import pytest
from client_runs.connected import tried
from npm import installed

pytestmark = [pytest.mark.slow, pytest.mark.tool("node"), pytest.mark.tool("npm")]


@pytest.mark.parametrize("client", ["codex", "claude", "gemini"])
def test_a_client_answers_after_it_was_connected(client: str, tmp_path: Path) -> None:
    installed("@openai", "codex", "bin", "codex.js")
    assert tried(client, tmp_path) == ""
