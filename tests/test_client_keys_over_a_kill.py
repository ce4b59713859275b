"""Client keys with real processes: limits hold among a hundred at once and over a kill, as the stand-in counts it."""

import json
import os
import signal
import urllib.error
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import programs
import pytest

ASKED = {"model": "gemini-2.5-flash", "messages": [{"role": "user", "content": "hi"}]}


def keys(home: Path, *words: str) -> Any:
    done = programs.command("keys", *words, "--home", str(home), "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def ask(url: str, key: str) -> int:
    try:
        programs.fetch(f"{url}/v1/chat/completions", ASKED, key)
    except urllib.error.HTTPError as refused:
        return refused.code
    return 200


def crowd(url: str, key: str, number: int) -> Counter[int]:
    with ThreadPoolExecutor(20) as pool:
        return Counter(pool.map(lambda _: ask(url, key), range(number)))


def kill(home: Path) -> None:
    """As no program can be prepared for."""
    pid = json.loads((home / "run.json").read_text())["pid"]
    os.kill(pid, signal.SIGKILL)
    programs.until(lambda: not programs.lives(pid), "its end")


@pytest.mark.slow
def test_a_limit_holds_among_a_hundred_and_over_a_kill(tmp_path: Path) -> None:
    with programs.simulator_within() as google:
        with programs.server_with_key(tmp_path, google) as url:
            ada, bob = (keys(tmp_path, "add", name, "--rpd", "30")["key"] for name in ("ada", "bob"))
            assert crowd(url, ada, 100) == {200: 30, 429: 70}
            assert crowd(url, bob, 20) == {200: 20}
            kill(tmp_path)
        with programs.server(tmp_path, google) as url:
            assert crowd(url, ada, 5) == {429: 5}
            assert crowd(url, bob, 30) == {200: 10, 429: 20}
            served = [one for one in programs.fetch(f"{google}/sim/journal") if "enerateContent" in one["path"]]
            assert len(served) == 60
            rows = {row["name"]: row for row in keys(tmp_path, "list")}
            assert {name: row["requests_today"] for name, row in rows.items()} == {"ada": 30, "bob": 30}
            assert {row["in_flight"] for row in rows.values()} == {0}
