"""The official Gemini CLI against the stand-in: what it accepts as Google is faithful enough for us.

Token refresh, set-up, quota and a whole tool turn, in Code Assist mode, without patching the client.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gemini_cli
import programs
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.tool("node"), pytest.mark.tool("npm")]


@pytest.fixture
def google() -> Iterator[str]:
    with programs.simulator_within() as url:
        yield url


def ask(google: str, home: Path, prompt: str) -> Any:
    """One run as alice, whose access token has to be refreshed first."""
    credential = home.parent / "adc.json"
    values = {
        "type": "external_account_authorized_user",
        "refresh_token": "1//sim-alice",
        "token_url": f"{google}/token",
        "client_id": "sim-client.apps.googleusercontent.com",
        "client_secret": "sim-client-secret",
    }
    credential.write_text(json.dumps(values))
    return gemini_cli.ask(
        home,
        prompt,
        sign_in="oauth-personal",
        CODE_ASSIST_ENDPOINT=google,
        GOOGLE_APPLICATION_CREDENTIALS=str(credential),
        GOOGLE_CLOUD_PROJECT="sim-alice",
    )


def calls(google: str) -> list[dict[str, Any]]:
    journal: list[dict[str, Any]] = programs.fetch(f"{google}/sim/journal")
    return journal


def test_it_finishes_a_tool_turn(google: str, tmp_path: Path) -> None:
    answer = ask(google, tmp_path / "home", "Read the file notes.txt and tell me what it says.")
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
