"""The whole path with real processes: `simulate`, `creds import`, `serve`, and the official OpenAI SDK."""

import contextlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openai
import programs
import pytest
from openai.types.chat import ChatCompletionChunk

SIM_CLIENT = {"GCLI2API_OAUTH_CLIENT_ID": "sim-client.apps.googleusercontent.com",
              "GCLI2API_OAUTH_CLIENT_SECRET": "sim-client-secret"}  # fmt: skip
HELLO: Any = [{"role": "user", "content": "Say hello in one sentence."}]


@pytest.fixture
def google() -> Iterator[str]:
    with programs.simulator_within() as url:
        yield url


def reference_file(name: str) -> dict[str, object]:
    """As the reference system writes it."""
    return {
        "client_id": SIM_CLIENT["GCLI2API_OAUTH_CLIENT_ID"],
        "client_secret": SIM_CLIENT["GCLI2API_OAUTH_CLIENT_SECRET"],
        "token": "ya29.expired",
        "refresh_token": f"1//sim-{name}",
        "scopes": ["https://www.googleapis.com/auth/cloud-platform"],
        "token_uri": "https://oauth2.googleapis.com/token",
        "project_id": f"sim-{name}",
        "expiry": "2020-01-01T00:00:00+00:00",
    }


def gemini_cli_file(name: str) -> dict[str, object]:
    """As Gemini CLI writes it: no client, no project, milliseconds."""
    return {
        "access_token": "ya29.expired",
        "refresh_token": f"1//sim-{name}",
        "scope": "https://www.googleapis.com/auth/cloud-platform",
        "token_type": "Bearer",
        "expiry_date": 1577836800000,
    }


def fill(home: Path, *credentials: dict[str, object] | str) -> None:
    """Through the command line, as a person would."""
    home.mkdir(exist_ok=True)
    for number, credential in enumerate(credentials):
        if isinstance(credential, str):
            done = programs.command("creds", "add-key", "--no-check", "--home", str(home), credential, **SIM_CLIENT)
        else:
            file = home.parent / f"import-{number}.json"
            file.write_text(json.dumps(credential))
            done = programs.command("creds", "import", "--home", str(home), str(file), **SIM_CLIENT)
        assert done.returncode == 0, done.stderr


@contextlib.contextmanager
def client(url: str, key: str = "pwd") -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0) as sdk:
        yield sdk


def journal(google: str, path: str) -> list[dict[str, Any]]:
    entries = programs.fetch(f"{google}/sim/journal")
    return [entry for entry in entries if path in entry["path"]]


def snapshot(home: Path) -> Any:
    done = programs.command("status", "--home", str(home), "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def states(home: Path) -> dict[str, str]:
    return {row["label"]: row["state"] for row in snapshot(home)["credentials"]}


def test_every_kind_of_credential_serves_and_rotation_spreads(google: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    fill(home, reference_file("alice"), gemini_cli_file("bob"), "AIza-sim-key-0002")
    with programs.server(home, google) as url, client(url) as sdk:
        for _ in range(6):
            answer = sdk.chat.completions.create(model="gemini-3-flash-preview", messages=HELLO)
            assert answer.choices[0].message.content
            assert answer.usage is not None and answer.usage.total_tokens > 0
        rows = snapshot(home)["credentials"]
    assert sorted(row["used_today"] for row in rows) == [2, 2, 2]


def test_a_stream_is_valid_chunk_by_chunk(google: str, tmp_path: Path) -> None:
    fill(tmp_path / "home", "AIza-sim-key-0002")
    with programs.server(tmp_path / "home", google) as url, client(url) as sdk:
        stream = sdk.chat.completions.create(
            model="gemini-2.5-flash", messages=HELLO, stream=True, stream_options={"include_usage": True}
        )
        chunks = list(stream)
    for chunk in chunks:
        ChatCompletionChunk.model_validate(chunk.model_dump(), strict=True)
    deltas = [choice for chunk in chunks for choice in chunk.choices]
    assert [choice.delta.role for choice in deltas if choice.delta.role] == ["assistant"]
    assert [choice.finish_reason for choice in deltas if choice.finish_reason] == ["stop"]
    assert "".join(choice.delta.content or "" for choice in deltas)
    assert [bool(chunk.usage) for chunk in chunks] == [False] * (len(chunks) - 1) + [True]


def test_a_tool_turn_is_served(google: str, tmp_path: Path) -> None:
    fill(tmp_path / "home", "AIza-sim-key-0002")
    tools: Any = [{"type": "function", "function": {"name": "get_weather", "parameters": {
        "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}]  # fmt: skip
    messages: Any = [{"role": "user", "content": "What is the weather in Paris?"}]
    with programs.server(tmp_path / "home", google) as url, client(url) as sdk:
        for model in ("gemini-2.5-pro", "gemini-3.1-pro-preview"):
            first = sdk.chat.completions.create(model=model, messages=messages, tools=tools)
            assert first.choices[0].finish_reason == "tool_calls"
            calls = first.choices[0].message.tool_calls
            assert calls
            turn = [
                *messages,
                # As most clients send it: without the thought signature.
                {"role": "assistant", "content": None, "tool_calls": [
                    {"id": call.id, "type": "function", "function": {
                        "name": call.function.name, "arguments": call.function.arguments}} for call in calls]},
                *({"role": "tool", "tool_call_id": call.id, "content": '{"t": 21}'} for call in calls),
            ]  # fmt: skip
            last = sdk.chat.completions.create(model=model, messages=turn, tools=tools)
            assert last.choices[0].finish_reason == "stop"


def test_a_signature_that_the_client_drops_is_put_back_even_after_a_restart(google: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    fill(home, "AIza-sim-key-0002")
    tools: Any = [{"type": "function", "function": {"name": "get_weather", "parameters": {
        "type": "object", "properties": {"city": {"type": "string"}}}}}]  # fmt: skip
    messages: Any = [{"role": "user", "content": "What is the weather in Paris?"}]
    with programs.server(home, google) as url, client(url) as sdk:
        first = sdk.chat.completions.create(model="gemini-3.1-pro-preview", messages=messages, tools=tools)
    (call,) = first.choices[0].message.tool_calls or ()
    said = call.model_dump()
    real = said.pop("extra_content")["google"]["thought_signature"]
    turn = [*messages, {"role": "assistant", "tool_calls": [said]},
            {"role": "tool", "tool_call_id": call.id, "content": "21"}]  # fmt: skip
    with programs.server(home, google) as url, client(url) as sdk:
        sdk.chat.completions.create(model="gemini-3.1-pro-preview", messages=turn, tools=tools)
    asked = journal(google, ":generateContent")[-1]["body"]["contents"]
    assert [part.get("thoughtSignature") for part in asked[1]["parts"]] == [real]


def test_a_models_name_may_ask_for_fake_streaming_and_no_thinking(google: str, tmp_path: Path) -> None:
    fill(tmp_path / "home", "AIza-sim-key-0002")
    name = "假流式/gemini-2.5-flash-lite-nothinking"
    with programs.server(tmp_path / "home", google) as url, client(url) as sdk:
        chunks = list(sdk.chat.completions.create(model=name, messages=HELLO, stream=True))
        assert sdk.models.retrieve("gemini-2.5-flash-lite-fake").id == "gemini-2.5-flash-lite-fake"
    assert {chunk.model for chunk in chunks} == {name}
    assert "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    (asked,) = journal(google, ":generateContent")
    assert asked["path"].endswith("/models/gemini-2.5-flash-lite:generateContent")
    assert asked["body"]["generationConfig"]["thinkingConfig"]["thinkingBudget"] == 0


def test_a_limited_account_is_skipped_and_a_dead_one_never_asked_again(google: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    fill(home, reference_file("alice"), reference_file("bob"), reference_file("erin"))
    fault = {"kind": "rate_limit", "credential": "alice@example.com", "method": "generateContent", "delay_s": 600}
    programs.fetch(f"{google}/sim/faults", fault)
    with programs.server(home, google) as url, client(url) as sdk:
        for _ in range(8):
            assert sdk.chat.completions.create(model="gemini-2.5-pro", messages=HELLO).choices
        assert states(home) == {"sim-alice": "cooling", "sim-bob": "ready", "sim-erin": "needs login"}
    refreshes = [entry for entry in journal(google, "/token") if entry["status"] == 400]
    assert len(refreshes) == 1
    asked = [entry["status"] for entry in journal(google, "generateContent")]
    assert asked.count(429) == 1
    assert asked.count(200) == 8


def test_twenty_requests_with_an_expired_token_refresh_once(google: str, tmp_path: Path) -> None:
    fill(tmp_path / "home", reference_file("alice"))
    with programs.server(tmp_path / "home", google) as url, client(url) as sdk, ThreadPoolExecutor(20) as crowd:
        asked = [crowd.submit(sdk.chat.completions.create, model="gemini-2.5-flash", messages=HELLO) for _ in range(20)]
        assert all(request.result().choices for request in asked)
    assert len(journal(google, "/token")) == 1


def test_without_credentials_the_client_is_told_what_to_do(google: str, tmp_path: Path) -> None:
    with (
        programs.server(tmp_path / "home", google) as url,
        client(url) as sdk,
        pytest.raises(openai.APIStatusError) as error,
    ):
        sdk.chat.completions.create(model="gemini-2.5-flash", messages=HELLO)
    assert error.value.status_code == 503
    assert "credential" in str(error.value)


def test_a_port_in_use_is_one_line_and_status_2(google: str, tmp_path: Path) -> None:
    port = google.rpartition(":")[2]
    done = programs.command("serve", "--home", str(tmp_path / "home"), "--port", port, "--password", "pwd")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert f"Port {port}" in done.stderr


def test_a_guessable_key_is_refused_where_others_can_reach_it(tmp_path: Path) -> None:
    words = ("serve", "--home", str(tmp_path), "--host", "0.0.0.0", "--port", "0", "--password", "pwd")
    done = programs.command(*words)
    assert done.returncode == 2
    assert "guessable" in done.stderr
