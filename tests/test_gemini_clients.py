"""Google's own clients against `serve`, with the stand-in behind it: the SDK for Python, and Gemini CLI."""

import io
import json
import urllib.error
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gemini_cli
import programs
import pytest
from google import genai
from google.genai import errors, types

MODEL = "gemini-2.5-flash"
ALICE = {
    "client_id": "sim-client.apps.googleusercontent.com",
    "client_secret": "sim-client-secret",
    "token": "ya29.expired",
    "refresh_token": "1//sim-alice",
    "project_id": "sim-alice",
    "expiry": "2020-01-01T00:00:00+00:00",
}
WEATHER = types.Tool(
    function_declarations=[
        types.FunctionDeclaration(
            name="get_weather",
            parameters=types.Schema(
                type=types.Type.OBJECT, properties={"city": types.Schema(type=types.Type.STRING)}, required=["city"]
            ),
        )
    ]
)
NO_CALLING = types.AutomaticFunctionCallingConfig(disable=True)


@pytest.fixture(scope="module")
def google() -> Iterator[str]:
    with programs.simulator_within() as url:
        yield url


@pytest.fixture(scope="module")
def ours(google: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with one API key."""
    home = tmp_path_factory.mktemp("gemini") / "home"
    with programs.server_with_key(home, google) as url:
        yield url


@pytest.fixture(params=["v1", "v1beta"])
def sdk(ours: str, request: pytest.FixtureRequest) -> Iterator[genai.Client]:
    """Newer ones ask /v1 by themselves, older ones /v1beta."""
    options = types.HttpOptions(base_url=ours, api_version=request.param)
    client = genai.Client(api_key="pwd", http_options=options)
    yield client
    client.close()


def test_the_sdk_generates_and_streams(sdk: genai.Client) -> None:
    config = types.GenerateContentConfig(
        system_instruction="Be brief.",
        temperature=0.5,
        max_output_tokens=500,
        thinking_config=types.ThinkingConfig(thinking_budget=128, include_thoughts=True),
    )
    whole = sdk.models.generate_content(model=MODEL, contents="Say hello in one sentence.", config=config)
    assert whole.text
    assert whole.model_version
    assert whole.usage_metadata is not None and whole.usage_metadata.total_token_count
    chunks = list(sdk.models.generate_content_stream(model=MODEL, contents="Say hello in one sentence."))
    assert "".join(chunk.text or "" for chunk in chunks)
    ends = [candidate.finish_reason for chunk in chunks for candidate in chunk.candidates or ()]
    assert ends[-1] == types.FinishReason.STOP


def test_the_sdk_counts_and_lists(sdk: genai.Client) -> None:
    short, long = (sdk.models.count_tokens(model=MODEL, contents=text).total_tokens for text in ("hi", "hi " * 500))
    assert short and long and short < long
    listed = [model.name for model in sdk.models.list(config={"page_size": 3})]
    assert len(listed) == len(set(listed)) > 3
    assert "models/gemini-3-flash-preview" in listed
    programs.until(
        lambda: "models/gemini-flash-lite-latest" in {one.name for one in sdk.models.list()}, "Google's list"
    )
    one = sdk.models.get(model=MODEL)
    assert one.input_token_limit and one.display_name == "Gemini 2.5 Flash"


@pytest.mark.parametrize("model", [MODEL, "gemini-3.1-pro-preview"])
def test_the_sdk_finishes_a_tool_turn(sdk: genai.Client, model: str) -> None:
    config = types.GenerateContentConfig(tools=[WEATHER], automatic_function_calling=NO_CALLING)
    question = types.Content(role="user", parts=[types.Part(text="What is the weather in Paris?")])
    first = sdk.models.generate_content(model=model, contents=[question], config=config)
    assert first.function_calls and first.candidates and first.candidates[0].content
    results = [
        types.Part(function_response=types.FunctionResponse(id=call.id, name=call.name, response={"t_max": 21}))
        for call in first.function_calls
    ]
    turn: Any = [question, first.candidates[0].content, types.Content(role="user", parts=results)]
    last = sdk.models.generate_content(model=model, contents=turn, config=config)
    assert last.text


def test_the_sdk_understands_our_errors(sdk: genai.Client, ours: str) -> None:
    with pytest.raises(errors.ClientError) as missing:
        sdk.models.generate_content(model="gemini-nope", contents="hi")
    assert (missing.value.code, missing.value.status) == (404, "NOT_FOUND")
    with pytest.raises(errors.ClientError) as wrong:
        sdk.models.generate_content(model=MODEL, contents="hi", config={"temperature": 9})
    assert (wrong.value.code, wrong.value.status) == (400, "INVALID_ARGUMENT")
    stranger = genai.Client(api_key="wrong", http_options=types.HttpOptions(base_url=ours))
    with pytest.raises(errors.ClientError) as unknown:
        stranger.models.list()
    stranger.close()
    assert (unknown.value.code, unknown.value.status) == (401, "UNAUTHENTICATED")


def test_the_sdk_sees_a_stream_that_breaks(sdk: genai.Client) -> None:
    with pytest.raises(errors.APIError) as broken:
        list(sdk.models.generate_content_stream(model=MODEL, contents="Tell a long story. [sim:fault=cut]"))
    assert broken.value.code == 502


def test_the_sdk_embeds(sdk: genai.Client) -> None:
    answer = sdk.models.embed_content(
        model="gemini-embedding-001", contents=["one", "two"], config={"output_dimensionality": 8}
    )
    assert answer.embeddings is not None
    assert all(embedding.values and len(embedding.values) == 8 for embedding in answer.embeddings)
    with pytest.raises(errors.ClientError) as unknown:
        sdk.models.embed_content(model="gemini-nope", contents="one")
    assert unknown.value.code == 404


def test_the_sdk_uploads_in_pieces_over_the_wire(sdk: genai.Client) -> None:
    """Of 8 MiB, without a key: our address of the upload is the ticket."""
    size = 9 * 2**20
    file = sdk.files.upload(file=io.BytesIO(bytes(size)), config={"mime_type": "text/plain"})
    assert (file.size_bytes, file.state) == (size, types.FileState.ACTIVE)
    assert file.name and sdk.models.generate_content(model=MODEL, contents=[file, "what is it?"]).text
    sdk.files.delete(name=file.name)


def test_code_assist_answers_and_counts_too(google: str, tmp_path: Path) -> None:
    """As Google's own examples ask: without a role, with an object for a list of one."""
    file = tmp_path / "alice.json"
    file.write_text(json.dumps(ALICE))
    home = tmp_path / "home"
    done = programs.command("creds", "import", "--home", str(home), str(file))
    assert done.returncode == 0, done.stderr
    body = {"system_instruction": {"parts": {"text": "Be brief."}}, "contents": [{"parts": [{"text": "Say hello."}]}]}
    with programs.server(home, google) as url:
        path = f"{url}/v1beta/models/{MODEL}"
        whole = programs.fetch(f"{path}:generateContent", body, "pwd")
        items = programs.fetch(f"{path}:streamGenerateContent", body, "pwd")
        with pytest.raises(urllib.error.HTTPError) as refused:
            programs.fetch(f"{url}/v1beta/models/gemini-embedding-001:embedContent", {"content": {}}, "pwd")
        count = programs.fetch(f"{path}:countTokens", {"generateContentRequest": body}, "pwd")
    assert whole["candidates"][0]["finishReason"] == items[-1]["candidates"][0]["finishReason"] == "STOP"
    assert "response" not in whole
    assert all("response" not in item for item in items)
    assert count["totalTokens"] > 0
    refused.value.close()
    assert refused.value.code == 501


@pytest.mark.slow
@pytest.mark.tool("node")
@pytest.mark.tool("npm")
def test_gemini_cli_finishes_a_tool_turn(ours: str, google: str, tmp_path: Path) -> None:
    answer = gemini_cli.ask(
        tmp_path,
        "Read the file notes.txt and tell me what it says.",
        sign_in="gemini-api-key",
        model=MODEL,
        GOOGLE_GEMINI_BASE_URL=ours,
        GEMINI_API_KEY="pwd",
    )
    assert answer["response"]
    journal = programs.fetch(f"{google}/sim/journal")
    turns = [entry["body"] for entry in journal if entry["rpc"] == "streamGenerateContent"]
    parts = [part for content in turns[-1]["contents"] for part in content["parts"]]
    assert any("swordfish" in json.dumps(part["functionResponse"]) for part in parts if "functionResponse" in part)


def session(work: Path) -> list[dict[str, Any]]:
    """What the model does: read and run at once, fail, edit, answer."""
    notes = str(work / "notes.txt")
    edit = {"file_path": notes, "old_string": "swordfish", "new_string": "tuna", "instruction": "Change the fish."}
    return [
        {
            "text": "Two things at once.",
            "calls": [
                {"tool": "^read_file$", "args": {"file_path": notes}},
                {"tool": "^run_shell_command$", "args": {"command": "wc -l notes.txt > lines.txt"}},
            ],
        },
        {"calls": [{"tool": "^run_shell_command$", "args": {"command": "cat missing.txt"}}]},
        {"calls": [{"tool": "^replace$", "args": edit}]},
        {"text": "The fish is a tuna now."},
    ]


@pytest.mark.slow
@pytest.mark.tool("node")
@pytest.mark.tool("npm")
def test_gemini_cli_reads_runs_edits_and_answers(ours: str, google: str, tmp_path: Path) -> None:
    """On a Gemini 3 model, where a signature that was lost on the way would end the session with a 400."""
    model, work = "gemini-3.1-pro-preview", tmp_path / "work"
    programs.fetch(f"{google}/sim/script", session(work))
    before = len(programs.fetch(f"{google}/sim/journal"))
    answer = gemini_cli.ask(
        tmp_path,
        "Make the fish in notes.txt a tuna.",
        "--approval-mode",
        "yolo",
        sign_in="gemini-api-key",
        model=model,
        GOOGLE_GEMINI_BASE_URL=ours,
        GEMINI_API_KEY="pwd",
    )
    assert answer["response"] == "The fish is a tuna now."
    assert (work / "notes.txt").read_text() == gemini_cli.NOTES.replace("swordfish", "tuna")
    assert (work / "lines.txt").read_text().startswith("1 ")
    assert programs.fetch(f"{google}/sim/script") == {"waiting": 0}

    journal = programs.fetch(f"{google}/sim/journal")[before:]
    asked = [entry for entry in journal if entry["rpc"] == "streamGenerateContent" and entry["model"] == model]
    assert [entry["status"] for entry in asked] == [200] * 4
    contents = asked[-1]["body"]["contents"]
    steps = [[part for part in content["parts"] if "functionCall" in part] for content in contents]
    assert [[bool(call.get("thoughtSignature")) for call in step] for step in steps if step] == [
        [True, False],
        [True],
        [True],
    ]
    assert "skip_thought_signature_validator" not in str(contents)
    parts = [
        part["functionResponse"] for content in contents for part in content["parts"] if "functionResponse" in part
    ]
    assert [part["name"] for part in parts] == ["read_file", "run_shell_command", "run_shell_command", "replace"]
    assert "swordfish" in json.dumps(parts[0]) and "No such file" in json.dumps(parts[2])
