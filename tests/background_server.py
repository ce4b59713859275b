"""A server that `serve --background` leaves behind, and an answer of it read to its end."""

import json
from pathlib import Path

import programs

NOWHERE = "http://127.0.0.1:9"


def started(home: Path, port: int, google: str = NOWHERE) -> int:
    """The process that serves, after the one that started it has ended."""
    words = ("serve", "--background", "--home", str(home), "--port", str(port), "--password", "pwd")
    done = programs.command(*words, **programs.towards(google))
    assert done.returncode == 0, done.stderr
    assert f"http://127.0.0.1:{port}/v1" in done.stderr
    assert programs.answers(f"http://127.0.0.1:{port}/healthz")
    return int(json.loads((home / "run.json").read_text())["pid"])


def streamed(url: str, words: int) -> str:
    import httpx

    asked = {"model": "gemini-2.5-flash", "messages": [{"role": "user", "content": f"hi [sim:words={words}]"}]}
    headers = {"authorization": "Bearer pwd"}
    return httpx.post(f"{url}/v1/chat/completions", json={**asked, "stream": True}, headers=headers, timeout=60).text
