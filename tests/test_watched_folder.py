"""The credentials folder of a server that runs: what people put there, change there and take away."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import programs
import pytest

SIM = {"client_id": "sim-client.apps.googleusercontent.com", "client_secret": "sim-client-secret"}
ALICE = {**SIM, "refresh_token": "1//sim-alice", "email": "alice@example.com", "project_id": "sim-alice"}
PROMPT = 4.0
"""Seconds: two as promised, and two for a busy machine."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    with programs.simulator_within() as google, programs.server(tmp_path, google) as url:
        yield tmp_path / "credentials", url


def pool(url: str) -> dict[str, dict]:
    rows = programs.fetch(f"{url}/admin/api/credentials", key="pwd")["credentials"]
    return {row["label"]: row for row in rows}


def log(url: str) -> list[str]:
    return [row["text"] for row in programs.fetch(f"{url}/admin/api/snapshot", key="pwd")["log"]]


def soon(holds, what: str) -> None:
    began = time.monotonic()
    programs.until(holds, what)
    assert time.monotonic() - began < PROMPT


def test_what_people_do_in_the_folder(served: tuple[Path, str]) -> None:
    folder, url = served
    text = json.dumps(ALICE)
    (folder / "half.json").write_text(text[: len(text) // 2])
    (folder / "half.json").write_text(text)
    soon(lambda: "alice@example.com" in pool(url), "the dropped file")
    assert (folder / "imported" / "half.json").read_text() == text
    file = folder / pool(url)["alice@example.com"]["file"]
    asked = {"model": "gemini-2.5-pro", "messages": [{"role": "user", "content": "hi"}]}
    assert programs.fetch(f"{url}/v1/chat/completions", asked, "pwd")["choices"]

    soon(lambda: json.loads(file.read_text())["secret"]["access_token"], "the token, which is kept after the answer")
    content = json.loads(file.read_text())
    file.write_text(json.dumps({**content, "label": "Alice", "settings": {"daily_limit": 7}}))
    soon(lambda: pool(url).get("Alice", {}).get("limit") == 7, "the changed file")
    assert pool(url)["Alice"]["used_today"] == 1

    (folder / "bad.json").write_text("{nonsense")
    soon(lambda: any("bad.json: Not valid JSON" in line for line in log(url)), "the bad file")

    file.unlink()
    soon(lambda: "Alice" not in pool(url), "the removed file")
    file.write_text(json.dumps(content))
    soon(lambda: "alice@example.com" in pool(url), "the file that came back")
    assert pool(url)["alice@example.com"]["used_today"] == 1
    assert sum("bad.json" in line for line in log(url)) == 1
