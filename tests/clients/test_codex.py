"""The real Codex, in its own sandbox, on a Gemini 3 model: three turns of tools, then an answer.

The stand-in checks as strictly as Google: a signature that was lost on the way would end the session with a 400.
"""

import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import codex
import programs
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.tool("node"), pytest.mark.tool("npm")]
MODEL = "gemini-3.1-pro-preview"
OPENAIS = "gpt-5.6-sol"
"""A name that Codex knows: it sends such a model's tools inside the input."""
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
    with programs.simulator_within() as url:
        yield url


@pytest.fixture(scope="module")
def ours(google: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("codex") / "server"
    with programs.server_with_key(home, google, GCLI2API_ALIASES=f"{OPENAIS}={MODEL}") as url:
        yield f"{url}/v1"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "notes.txt").write_text("The password is swordfish.\n")
    return folder


def asked_of(google: str) -> list[Any]:
    journal = programs.fetch(f"{google}/sim/journal")
    return [entry for entry in journal if entry["rpc"] == "streamGenerateContent"]


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


def test_tools_and_words_inside_the_input_reach_the_model(google: str, ours: str, work: Path, tmp_path: Path) -> None:
    """A name of OpenAI's makes Codex send `additional_tools`, and a task for a sub-agent as an `agent_message`."""
    look = "text(JSON.stringify(await tools.exec_command({cmd: 'cat notes.txt'})))"
    linger = "await tools.exec_command({cmd: 'sleep 1'})"  # whoever takes it: the other agent gets its turn meanwhile
    task = "Reply with DELIVERY_OK only"
    script = [
        {"calls": [{"tool": "^functions__exec$", "args": {"input": look}}]},
        {"calls": [{"tool": "__spawn_agent$", "args": {"message": task, "task_name": "t1"}}]},
        *[{"calls": [{"tool": "^functions__exec$", "args": {"input": linger}}]}] * 2,
        *[{"text": "DELIVERY_OK"}] * 2,
    ]
    already = len(asked_of(google))
    programs.fetch(f"{google}/sim/script", script)
    session = codex.run(tmp_path / "home", work, ours, "Look and delegate.", model=OPENAIS)
    assert session.status == 0, session.errors
    assert "swordfish" in session.items("command_execution")[0]["aggregated_output"]
    bodies = [entry["body"] for entry in asked_of(google)[already:]]
    assert any(content["parts"][-1].get("text") == task for body in bodies for content in body["contents"])
    urllib.request.urlopen(urllib.request.Request(f"{google}/sim/script", method="DELETE"), timeout=5).close()


def test_it_compacts_on_the_server_and_goes_on(google: str, ours: str, work: Path, tmp_path: Path) -> None:
    script = [{"calls": [{"tool": "^exec_command$", "args": {"cmd": "cat notes.txt"}}]}, {"text": "All done."}]
    already = len(asked_of(google))
    programs.fetch(f"{google}/sim/script", script)
    limit = "model_auto_compact_token_limit = 3000"
    session = codex.run(tmp_path / "home", work, ours, "Look.", model=MODEL, provider="OpenAI", settings=limit)
    assert session.status == 0, session.errors
    assert session.items("agent_message")[-1]["text"] == "All done."
    first, summing, last = (entry["body"] for entry in asked_of(google)[already:])
    assert summing["toolConfig"] == {"functionCallingConfig": {"mode": "NONE"}} and summing["tools"] == first["tools"]
    assert calls_in({"parts": [part for one in summing["contents"] for part in one["parts"]]})
    told = [part.get("text", "") for one in last["contents"] for part in one["parts"]]
    assert told[-1].startswith("<summary_of_the_conversation>") and "Look." in told
    assert not calls_in({"parts": [part for one in last["contents"] for part in one["parts"]]})
