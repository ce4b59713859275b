"""The real Claude Code on a Gemini 3 model: three turns of tools, then an answer.

The stand-in checks as strictly as Google: a signature that was lost on the way would end the session with a 400.
"""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import claude_code
import programs
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.tool("node"), pytest.mark.tool("npm")]
MODEL = "gemini-3.1-pro-preview"


def script(work: Path) -> list[dict[str, Any]]:
    """What the model does: read and run at once, fail, edit, answer."""
    notes = str(work / "notes.txt")
    edit = {"file_path": notes, "old_string": "swordfish", "new_string": "tuna"}
    return [
        {
            "text": "Two things at once.",
            "calls": [
                {"tool": "^Read$", "args": {"file_path": notes}},
                {"tool": "^Bash$", "args": {"command": "wc -l notes.txt > lines.txt", "description": "Count"}},
            ],
        },
        {"calls": [{"tool": "^Bash$", "args": {"command": "cat missing.txt", "description": "Look"}}]},
        {"calls": [{"tool": "^Edit$", "args": edit}]},
        {"text": "The fish is a tuna now."},
    ]


@pytest.fixture(scope="module")
def google() -> Iterator[str]:
    with programs.simulator_within() as url:
        yield url


@pytest.fixture(scope="module")
def ours(google: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("claude") / "server"
    with programs.server_with_key(home, google) as url:
        yield url


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "notes.txt").write_text("The password is swordfish.\n")
    return folder


def of(content: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [part for part in content["parts"] if kind in part]


def test_it_reads_runs_edits_and_answers(google: str, ours: str, work: Path, tmp_path: Path) -> None:
    programs.fetch(f"{google}/sim/script", script(work))
    status, answer = claude_code.ask(tmp_path / "home", work, ours, "Make the fish in notes.txt a tuna.", model=MODEL)
    assert status == 0, answer
    assert (answer["result"], answer["is_error"]) == ("The fish is a tuna now.", False)
    assert (work / "notes.txt").read_text() == "The password is tuna.\n"
    assert (work / "lines.txt").read_text().startswith("1 ")
    assert answer["usage"]["input_tokens"] > 1000 and answer["usage"]["output_tokens"] > 0
    assert programs.fetch(f"{google}/sim/script") == {"waiting": 0}

    journal = programs.fetch(f"{google}/sim/journal")
    asked = [entry for entry in journal if entry["model"] == MODEL and entry["rpc"] == "streamGenerateContent"]
    assert [entry["status"] for entry in asked] == [200] * 4
    contents = asked[-1]["body"]["contents"]
    steps = [of(content, "functionCall") for content in contents if of(content, "functionCall")]
    assert [[bool(call.get("thoughtSignature")) for call in step] for step in steps] == [[True, False], [True], [True]]
    assert "skip_thought_signature_validator" not in str(contents), "the client kept every real one"
    results = [part["functionResponse"]["response"] for one in contents for part in of(one, "functionResponse")]
    assert [next(iter(one)) for one in results] == ["result", "result", "error", "result"]
    assert "swordfish" in results[0]["result"] and "No such file" in results[2]["error"]


def test_what_it_sends_begins_alike_in_every_turn(google: str, ours: str, work: Path, tmp_path: Path) -> None:
    """For Google's implicit cache: nothing that changes may stand before the conversation."""
    programs.fetch(f"{google}/sim/script", script(work))
    before = len(programs.fetch(f"{google}/sim/journal"))
    status, answer = claude_code.ask(tmp_path / "home", work, ours, "Make the fish in notes.txt a tuna.", model=MODEL)
    assert status == 0, answer
    bodies = [entry["body"] for entry in programs.fetch(f"{google}/sim/journal")[before:] if entry["model"] == MODEL]
    assert len(bodies) == 4 and "x-anthropic-billing" not in json.dumps(bodies)
    for earlier, later in itertools.pairwise(bodies):
        for name in ("systemInstruction", "tools"):
            assert json.dumps(earlier[name]) == json.dumps(later[name])
        begun = json.dumps(earlier["contents"])[:-1]
        assert json.dumps(later["contents"]).startswith(begun)


def test_a_wrong_key_ends_it_at_once(ours: str, work: Path, tmp_path: Path) -> None:
    status, answer = claude_code.ask(tmp_path / "home", work, ours, "Hello.", model=MODEL, key="bad")
    assert status == 1 and "key is wrong" in str(answer)


def test_a_web_search_finds_pages(google: str, ours: str, work: Path, tmp_path: Path) -> None:
    """It asks for its search tool first, then searches with a request of its own."""
    look = {"tool": "^ToolSearch$", "args": {"query": "select:WebSearch", "max_results": 1}}
    search = {"tool": "^WebSearch$", "args": {"query": "harbour bridge"}}
    already = len(programs.fetch(f"{google}/sim/journal"))
    programs.fetch(f"{google}/sim/script", [{"calls": [look]}, {"calls": [search]}, {"text": "Found it."}])
    status, answer = claude_code.ask(tmp_path / "home", work, ours, "Search for the bridge.", model=MODEL)
    assert status == 0, answer
    assert answer["result"] == "Found it."
    assert answer["modelUsage"][MODEL]["webSearchRequests"] == 1
    bodies = [entry["body"] for entry in programs.fetch(f"{google}/sim/journal")[already:] if entry["model"] == MODEL]
    assert [one["tools"] for one in bodies].count([{"googleSearch": {}}]) == 1
    found = of(bodies[-1]["contents"][-1], "functionResponse")[0]["functionResponse"]["response"]["result"]
    assert 'Links: [{"title":"example.com","url":"https://example.com/found"}]' in found
