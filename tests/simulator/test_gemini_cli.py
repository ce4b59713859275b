"""The official Gemini CLI against the stand-in: what it accepts as Google is faithful enough for us.

Token refresh, set-up, quota and a whole tool turn, in Code Assist mode, without patching the client.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import programs
import pytest

CLIENTS = Path(__file__).parent.parent / "clients"
pytestmark = [pytest.mark.tool("node"), pytest.mark.tool("npm")]


@pytest.fixture(scope="module")
def cli() -> Path:
    """Its entry point; installed from the lock file where that was not done yet."""
    entry = CLIENTS / "node_modules" / "@google" / "gemini-cli" / "bundle" / "gemini.js"
    if not entry.exists():
        words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(words, cwd=CLIENTS, check=True, timeout=180, stdin=subprocess.DEVNULL)
    return entry


@pytest.fixture
def google() -> Iterator[str]:
    with programs.simulator() as url:
        yield url


def ask(cli: Path, google: str, home: Path, prompt: str, *words: str) -> dict[str, Any]:
    """One headless run as alice; its JSON answer."""
    (home / ".gemini").mkdir(parents=True)
    settings = {
        "general": {"enableAutoUpdate": False, "enableAutoUpdateNotification": False},
        "privacy": {"usageStatisticsEnabled": False},
        "telemetry": {"enabled": False},
        "security": {"auth": {"selectedType": "oauth-personal"}},
    }
    (home / ".gemini" / "settings.json").write_text(json.dumps(settings))
    credential = home / "adc.json"
    credential.write_text(
        json.dumps(
            {
                "type": "external_account_authorized_user",
                "refresh_token": "1//sim-alice",
                "token_url": f"{google}/token",
                "client_id": "sim-client.apps.googleusercontent.com",
                "client_secret": "sim-client-secret",
            }
        )
    )
    work = home / "work"
    work.mkdir()
    (work / "notes.txt").write_text("The password of the day is swordfish.\n")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "GEMINI_CLI_HOME": str(home),
        "GEMINI_CLI_TRUST_WORKSPACE": "true",
        "CODE_ASSIST_ENDPOINT": google,
        "GOOGLE_APPLICATION_CREDENTIALS": str(credential),
        "GOOGLE_CLOUD_PROJECT": "sim-alice",
    }
    node = shutil.which("node") or "node"
    done = subprocess.run(
        [node, str(cli), "-m", "gemini-2.5-flash", "-p", prompt, "-o", "json", *words],
        cwd=work,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, Any] = json.loads(done.stdout[done.stdout.index("{") :])
    return answer


def calls(google: str) -> list[dict[str, Any]]:
    journal: list[dict[str, Any]] = programs.fetch(f"{google}/sim/journal")
    return journal


def test_it_finishes_a_tool_turn(cli: Path, google: str, tmp_path: Path) -> None:
    answer = ask(cli, google, tmp_path / "home", "Read the file notes.txt and tell me what it says.")
    assert answer["response"]
    journal = calls(google)
    assert all(entry["status"] == 200 for entry in journal), [(e["path"], e["status"]) for e in journal]
    turns = [entry["body"] for entry in journal if entry["rpc"] == "streamGenerateContent"]
    results = [
        part["functionResponse"]
        for content in turns[-1]["request"]["contents"]
        for part in content["parts"]
        if "functionResponse" in part
    ]
    assert any("swordfish" in json.dumps(result) for result in results)
    assert [entry["rpc"] for entry in journal].count("token") == 1
