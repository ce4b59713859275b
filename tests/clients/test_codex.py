"""The real Codex, in its own sandbox, on a Gemini 3 model: three turns of tools, then an answer.

The stand-in checks as strictly as Google: a signature that was lost on the way would end the session with a 400.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import codex
import programs
import pytest

pytestmark = [pytest.mark.tool("node"), pytest.mark.tool("npm")]
MODEL = "gemini-3.1-pro-preview"
SCRIPT = [
    {"calls": [{"tool": "^exec_command$", "args": {"cmd": "cat notes.txt"}}]},
    {
        "text": "Two things at once.",
        "calls": [
            {"tool": "^exec_command$", "args": {"cmd": "wc -l notes.txt"}},
            {"tool": "^exec_command$", "args": {"cmd": "cat missing.txt"}},
        ],
    },
    {"calls": [{"tool": "^exec_command$", "args": {"cmd": "sed -i s/swordfish/tuna/ notes.txt"}}]},
    {"text": "The fish is a tuna now."},
]


@pytest.fixture(scope="module")
def google() -> Iterator[str]:
    with programs.simulator() as url:
        yield url


@pytest.fixture(scope="module")
def ours(google: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("codex") / "server"
    with programs.server_with_key(home, google) as url:
        yield f"{url}/v1"


def calls_in(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [part for part in content["parts"] if "functionCall" in part]


def test_it_reads_runs_edits_and_answers(google: str, ours: str, tmp_path: Path) -> None:
    programs.fetch(f"{google}/sim/script", SCRIPT)
    work = tmp_path / "work"
    work.mkdir()
    (work / "notes.txt").write_text("The password is swordfish.\n")
    session = codex.run(tmp_path / "home", work, ours, "Make the fish in notes.txt a tuna.", model=MODEL)
    assert session.status == 0, session.errors
    assert (work / "notes.txt").read_text() == "The password is tuna.\n"
    ran = session.items("command_execution")
    assert sorted(command["exit_code"] for command in ran) == [0, 0, 0, 1]
    assert "swordfish" in ran[0]["aggregated_output"]
    assert session.items("agent_message")[-1]["text"] == SCRIPT[-1]["text"]
    assert session.items("reasoning"), "the summaries of thoughts are shown"
    assert programs.fetch(f"{google}/sim/script") == {"waiting": 0}

    asked = [entry for entry in programs.fetch(f"{google}/sim/journal") if entry["rpc"] == "streamGenerateContent"]
    assert [entry["status"] for entry in asked] == [200] * 4
    steps = [content for content in asked[-1]["body"]["contents"] if content["role"] == "model"]
    assert [[bool(call.get("thoughtSignature")) for call in calls_in(step)] for step in steps] == [
        [True],
        [True, False],
        [True],
    ]
    results = [
        part["functionResponse"]["response"]["result"]
        for content in asked[-1]["body"]["contents"]
        for part in content["parts"]
        if "functionResponse" in part
    ]
    assert len(results) == 4 and "No such file" in results[2]


def test_a_model_that_does_not_exist_ends_it_at_once(google: str, ours: str, tmp_path: Path) -> None:
    """A clear refusal, and Codex does not ask again and again."""
    before = len(programs.fetch(f"{google}/sim/journal"))
    (tmp_path / "work").mkdir()
    session = codex.run(tmp_path / "home", tmp_path / "work", ours, "Hello.", model="gpt-9")
    assert session.status == 1
    assert "gpt-9" in str(session.events[-1])
    assert len(programs.fetch(f"{google}/sim/journal")) == before
