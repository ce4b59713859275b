"""Usage sums with real processes: by client key and by credential they are what the stand-in for Google served."""

import json
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import programs
import pytest

NAMES = ("ada", "bob", "eve")
EACH = 6
SLOW = {"kind": "slow_chunks", "delay_s": 0.05, "count": 1}


def told(home: Path, *words: str) -> Any:
    done = programs.command(*words, "--home", str(home), "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def posted(url: str, key: str, text: str, **more: Any) -> Any:
    body = {"model": "gemini-2.5-flash", "messages": [{"role": "user", "content": text}], **more}
    headers = {"content-type": "application/json", "authorization": f"Bearer {key}"}
    return urllib.request.urlopen(
        urllib.request.Request(f"{url}/v1/chat/completions", json.dumps(body).encode(), headers), timeout=60
    )


def whole(url: str, key: str, name: str) -> int:
    """Tokens of the answer, as the client was told."""
    with posted(url, key, f"hi from {name}") as answer:
        return int(json.load(answer)["usage"]["completion_tokens"])


def streamed(url: str, key: str, name: str) -> int:
    with posted(url, key, f"hi from {name}", stream=True, stream_options={"include_usage": True}) as answer:
        events = [json.loads(line[6:]) for line in answer if line.startswith(b"data: {")]
    return int(events[-1]["usage"]["completion_tokens"])


def cut(url: str, key: str, name: str) -> None:
    """Left after its first words."""
    with posted(url, key, f"hi from {name} [sim:words=400]", stream=True) as answer:
        while b"content" not in answer.readline():
            pass


def ended(url: str) -> bool:
    """The server has seen that its client is gone."""
    rows = programs.fetch(f"{url}/admin/api/snapshot", key="pwd")["exchanges"]
    return bool(rows) and all(row["ended_at"] is not None for row in rows)


def served(google: str) -> list[dict[str, Any]]:
    """Those it answered: a key at its minute's limit is refused, and the other one asked."""
    asked = programs.fetch(f"{google}/sim/journal")
    return [one for one in asked if "enerateContent" in one["path"] and one["status"] == 200]


def summed(home: Path) -> int:
    """Requests of all keys; they are written together, a moment later."""
    return sum(row["requests"] for row in told(home, "usage", "--by", "client")["rows"])


@pytest.mark.slow
def test_the_sums_are_what_the_stand_in_served(tmp_path: Path) -> None:
    with programs.simulator_within() as google:
        for key in ("AIza-sim-key-0001", "AIza-sim-key-0002"):
            assert programs.command("creds", "add-key", "--no-check", "--home", str(tmp_path), key).returncode == 0
        with programs.server(tmp_path, google) as url:
            keys = {name: told(tmp_path, "keys", "add", name)["key"] for name in NAMES}
            programs.fetch(f"{google}/sim/faults", SLOW)
            cut(url, keys["eve"], "eve")
            programs.until(lambda: ended(url), "the end of the one that was left")
            calls = [(one, keys[name], name) for name in NAMES for one in (whole, streamed) for _ in range(EACH)]
            with ThreadPoolExecutor(12) as pool:
                outs = list(pool.map(lambda call: call[0](url, call[1], call[2]), calls))
            tokens = Counter[str]()
            for (_, _, name), out in zip(calls, outs, strict=True):
                tokens[name] += out
            programs.until(lambda: summed(tmp_path) == len(calls) + 1, "the sums of all")
            by = {name: {row["id"]: row for row in told(tmp_path, "usage", "--by", name)["rows"]}
                  for name in ("client", "credential")}  # fmt: skip
            rows = {row["name"]: row for row in told(tmp_path, "keys", "list")}
        journal = served(google)
        asked = Counter(next(name for name in NAMES if f"from {name}" in json.dumps(one["body"])) for one in journal)
        assert asked == {"ada": 2 * EACH, "bob": 2 * EACH, "eve": 2 * EACH + 1}
        assert {name: row["requests"] for name, row in by["client"].items()} == asked
        assert {name: rows[name]["requests_today"] for name in NAMES} == asked
        credentials = sorted(Counter(one["credential"] for one in journal).values())
        assert sorted(row["requests"] for row in by["credential"].values()) == credentials and len(credentials) == 2
        assert {name: by["client"][name]["tokens_out"] + by["client"][name]["thoughts"] for name in ("ada", "bob")} == {
            name: tokens[name] for name in ("ada", "bob")
        }
        assert by["client"]["eve"]["tokens_out"] + by["client"]["eve"]["thoughts"] >= tokens["eve"]
        assert sum(row["tokens_out"] for row in by["client"].values()) == sum(
            row["tokens_out"] for row in by["credential"].values()
        )
