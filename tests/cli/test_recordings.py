"""`record` and `replay` as a person uses them: a server is recorded, and the file replayed at the stand-in and live."""

import json
import stat
from pathlib import Path
from typing import Any

import programs
import pytest
from click.testing import CliRunner
from openai import OpenAI

from gcli2api_tui.cli.commands import main
from gcli2api_tui.ledger.recording_format import MARK

PROMPT = "Planted prompt about a purple elephant"
TOOL: Any = {"type": "function", "function": {"name": "get_weather", "parameters": {
    "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}  # fmt: skip


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, words)
    return done.exit_code, done.output


def same(done: tuple[int, str]) -> bool:
    return done[0] == 0 and done[1].splitlines()[-1] == "4 of 4 the same."


def ask(url: str) -> None:
    client = OpenAI(base_url=f"{url}/v1", api_key="pwd", max_retries=0)
    said: Any = [{"role": "user", "content": PROMPT}]
    client.chat.completions.create(model="gemini-3.5-flash", messages=said)
    [*client.chat.completions.create(model="gemini-2.5-pro", messages=said, stream=True)]
    client.chat.completions.create(model="gemini-3.5-flash", messages=said, tools=[TOOL], tool_choice="required")
    client.responses.create(model="gemini-2.5-flash", input=PROMPT)
    client.close()


def recorded(home: Path, url: str, *more: str) -> Path:
    code, said = run("record", "on", *more, "--home", str(home))
    assert code == 0, said
    ask(url)
    row = json.loads(run("record", "off", "--json", "--home", str(home))[1])
    assert (row["on"], row["exchanges"]) == (False, 4)
    return Path(row["file"])


@pytest.mark.slow
def test_recorded_and_replayed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with programs.simulator_within() as google, programs.server_with_key(home, google) as url:
        masked, whole = recorded(home, url), recorded(home, url, "--whole")
        live = run("replay", str(whole), "--live", "--yes", "--home", str(home))
        unasked = run("replay", str(whole), "--live", "--home", str(home))
    assert same(live), live
    assert unasked[0] == 1 and "4 times" in unasked[1]
    assert PROMPT in whole.read_text() and "elephant" not in masked.read_text()
    assert stat.S_IMODE(masked.stat().st_mode) == 0o600
    for file in (masked, whole):
        again = run("replay", str(file))
        assert same(again), again
    changed = tmp_path / "changed.jsonl"
    head, first, *_ = whole.read_text().splitlines()
    line = json.loads(first)
    line["answer"] |= {"status": 429, "finish": ""}
    changed.write_text(f"{head}\n{json.dumps(line)}\n")
    code, said = run("replay", str(changed), "--json")
    (one,) = json.loads(said)["exchanges"]
    assert code == 1 and not one["same"]
    assert {"what": "status", "before": "429", "now": "200"} in one["differences"]


def test_without_a_server_recording_says_so(tmp_path: Path) -> None:
    code, said = run("record", "on", "--home", str(tmp_path))
    assert code == 1 and "No server" in said


def test_what_is_no_recording_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text("{}\n")
    code, said = run("replay", str(file))
    assert code == 1 and "x.jsonl is no recording" in said


def test_numbers_that_are_not_in_it_are_named(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text(json.dumps({MARK: 1, "mode": "masked"}) + "\n")
    code, said = run("replay", str(file), "--only", "7")
    assert code == 2 and "7 is not in it" in said
