"""Vertex AI over the whole path with real processes: import each form, serve, and stream a chat through each alone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import programs
import pytest

HELLO: Any = [{"role": "user", "content": "Say hello in one sentence."}]
EXPRESS = {"vertex_api_key": "AIza-sim-key-0002", "label": "express"}
SIGN_IN = {
    "type": "authorized_user",
    "client_id": "sim-client.apps.googleusercontent.com",
    "client_secret": "sim-client-secret",
    "refresh_token": "1//sim-alice",
    "quota_project_id": "sim-alice",
    "token_uri": "https://evil.example/token",
    "universe_domain": "evil.example",
}


@pytest.fixture
def google() -> Iterator[str]:
    with programs.simulator_within() as url:
        yield url


def imported(home: Path, credential: Any, *words: str) -> None:
    file = home.parent / "credential.json"
    file.write_text(json.dumps(credential))
    done = programs.command("creds", "import", str(file), "--home", str(home), *words)
    assert done.returncode == 0, done.stderr


def streamed(url: str, model: str = "gemini-3.6-flash") -> str:
    with openai.OpenAI(base_url=f"{url}/v1", api_key="pwd", max_retries=0) as sdk:
        chunks = list(sdk.chat.completions.create(model=model, messages=HELLO, stream=True))
    ends = [choice.finish_reason for chunk in chunks for choice in chunk.choices if choice.finish_reason]
    assert ends == ["stop"]
    return "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)


def journal(google: str, part: str) -> list[dict[str, Any]]:
    return [entry for entry in programs.fetch(f"{google}/sim/journal") if part in entry["path"]]


@pytest.mark.parametrize(
    ("form", "words", "path"),
    [
        ("express", (), "/v1/publishers/google/models/"),
        ("service account", (), "/v1/projects/sim-robots/locations/global/publishers/google/models/"),
        ("service account", ("--location", "us-central1"), "/v1/projects/sim-robots/locations/us-central1/"),
        ("sign-in", (), "/v1/projects/sim-alice/locations/global/publishers/google/models/"),
    ],
)
def test_each_form_is_imported_and_streams(
    google: str, tmp_path: Path, form: str, words: tuple[str, ...], path: str
) -> None:
    account = programs.fetch(f"{google}/sim/service-account", {}) if form == "service account" else None
    home = tmp_path / "home"
    imported(home, {"express": EXPRESS, "sign-in": SIGN_IN}.get(form, account), *words)
    with programs.server(home, google) as url:
        assert streamed(url)
        assert streamed(url)
        (row,) = json.loads(programs.command("status", "--json", "--home", str(home)).stdout)["credentials"]
    assert (row["state"], row["used_today"], row["limit"]) == ("ready", 2, None)
    asked = journal(google, ":streamGenerateContent")
    assert [entry["status"] for entry in asked] == [200, 200] and all(path in entry["path"] for entry in asked)
    assert len(journal(google, "/token")) == (0 if form == "express" else 1)


def test_a_tool_turn_and_embeddings_go_through_vertex(google: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    imported(home, programs.fetch(f"{google}/sim/service-account", {}))
    tools: Any = [{"type": "function", "function": {"name": "get_weather", "parameters": {
        "type": "object", "properties": {"city": {"type": "string"}}}}}]  # fmt: skip
    messages: Any = [{"role": "user", "content": "What is the weather in Paris?"}]
    with (
        programs.server(home, google) as url,
        openai.OpenAI(base_url=f"{url}/v1", api_key="pwd", max_retries=0) as sdk,
    ):
        first = sdk.chat.completions.create(model="gemini-3.1-pro-preview", messages=messages, tools=tools)
        (call,) = first.choices[0].message.tool_calls or ()
        turn = [*messages, first.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": "21"}]
        last = sdk.chat.completions.create(model="gemini-3.1-pro-preview", messages=turn, tools=tools)
        assert last.choices[0].finish_reason == "stop"
        vectors = sdk.embeddings.create(model="gemini-embedding-001", input=["a", "bc"], dimensions=3)
    assert [len(one.embedding) for one in vectors.data] == [3, 3] and vectors.usage.prompt_tokens == 2
    parts = [
        part for content in journal(google, ":generateContent")[-1]["body"]["contents"] for part in content["parts"]
    ]
    assert all("id" not in part.get("functionCall", part.get("functionResponse", {})) for part in parts)


def test_a_wrong_project_is_a_state_with_a_way_out_and_the_next_credential_serves(google: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    imported(home, {**programs.fetch(f"{google}/sim/service-account", {}), "project_id": "somebody-elses"})
    imported(home, EXPRESS)
    with programs.server(home, google) as url:
        for _ in range(3):
            assert streamed(url)
        rows = json.loads(programs.command("status", "--json", "--home", str(home)).stdout)["credentials"]
    assert {row["kind"]: row["state"] for row in rows} == {
        "service-account": "wrong project",
        "vertex-express": "ready",
    }
    assert len([entry for entry in journal(google, "somebody-elses") if entry["status"] == 403]) == 1
