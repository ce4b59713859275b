"""Every pinned client against `demo`, as a person tries it: a greeting ends, and so does one turn of tools.

The stand-in must not take the tools that a client lists in its own texts for the person's wishes: an agent would be
sent from one tool to the next for ever.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anthropic
import claude_code
import codex
import gemini_cli
import npm
import openai
import programs
import pytest
from google import genai
from google.genai import types

pytestmark = pytest.mark.slow

MODEL = "gemini-3-flash-preview"
TALKS = pytest.mark.parametrize("prompt", ["Hello", "Read notes.txt"])
NODE = (pytest.mark.tool("node"), pytest.mark.tool("npm"))
NODE_HELLO = """
import OpenAI from "openai";
const client = new OpenAI({ baseURL: process.argv[1], apiKey: "pwd" });
const answer = await client.chat.completions.create({
  model: process.argv[2], messages: [{ role: "user", content: "Hello" }] });
console.log(JSON.stringify(answer.choices[0]));
"""


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    """The real command; nothing of it is on a screen, because its output is a pipe."""
    port = programs.free_port()
    with programs.running("demo", "--port", str(port)) as process:
        url = f"http://127.0.0.1:{port}"
        programs.until(lambda: programs.answers(f"{url}/healthz", process), "the demo")
        yield url


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "notes.txt").write_text("The password is swordfish.\n")
    return folder


@NODE[0]
@NODE[1]
@TALKS
def test_claude_code(demo: str, work: Path, tmp_path: Path, prompt: str) -> None:
    status, answer = claude_code.ask(tmp_path / "home", work, demo, prompt, model=MODEL)
    assert (status, answer["is_error"]) == (0, False) and answer["result"]
    assert answer["num_turns"] == (1 if prompt == "Hello" else 2)


@NODE[0]
@NODE[1]
@pytest.mark.parametrize("prompt", ["Hello", "Use exec_command once."])
def test_codex(demo: str, work: Path, tmp_path: Path, prompt: str) -> None:
    session = codex.run(tmp_path / "home", work, f"{demo}/v1", prompt, model=MODEL)
    assert session.status == 0, session.errors
    assert session.items("agent_message")[-1]["text"]
    assert len(session.items("command_execution")) == (0 if prompt == "Hello" else 1)


@NODE[0]
@NODE[1]
@TALKS
def test_gemini_cli(demo: str, tmp_path: Path, prompt: str) -> None:
    environment = {"GEMINI_API_KEY": "pwd", "GOOGLE_GEMINI_BASE_URL": demo}
    answer = gemini_cli.ask(tmp_path / "home", prompt, sign_in="gemini-api-key", **environment)
    assert answer["response"]
    assert answer["stats"]["tools"]["totalCalls"] == (0 if prompt == "Hello" else 1)


@NODE[0]
@NODE[1]
def test_openai_node(demo: str) -> None:
    npm.installed("openai", "package.json")
    words = ["node", "--input-type=module", "-e", NODE_HELLO, f"{demo}/v1", MODEL]
    done = subprocess.run(words, cwd=npm.CLIENTS, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout)["finish_reason"] == "stop"


def test_openai_python(demo: str) -> None:
    with openai.OpenAI(base_url=f"{demo}/v1", api_key="pwd") as client:
        said = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "Hello"}])
        assert said.choices[0].finish_reason == "stop"
        assert client.responses.create(model=MODEL, input="Hello").status == "completed"


def test_anthropic_python(demo: str) -> None:
    with anthropic.Anthropic(base_url=demo, api_key="pwd") as client:
        said = client.messages.create(model=MODEL, max_tokens=4_000, messages=[{"role": "user", "content": "Hello"}])
        assert said.stop_reason == "end_turn"


def test_google_genai(demo: str) -> None:
    with genai.Client(api_key="pwd", http_options=types.HttpOptions(base_url=demo)) as client:
        said = client.models.generate_content(model=MODEL, contents="Hello")
        assert said.text and said.candidates and said.candidates[0].finish_reason is types.FinishReason.STOP


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_langchain(demo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
        monkeypatch.setenv(name, "false")
    from langchain_openai import ChatOpenAI

    chat = ChatOpenAI(base_url=f"{demo}/v1", api_key="pwd", model=MODEL)  # type: ignore[arg-type]
    assert chat.invoke("Hello").response_metadata["finish_reason"] == "stop"


async def test_openai_agents(demo: str) -> None:
    from agents import Agent, OpenAIResponsesModel, Runner, function_tool, set_tracing_disabled

    set_tracing_disabled(True)
    asked: list[str] = []

    @function_tool
    def read_file(path: str) -> str:
        """Reads a file."""
        asked.append(path)
        return "The password is swordfish."

    async with openai.AsyncOpenAI(base_url=f"{demo}/v1", api_key="pwd") as client:
        model = OpenAIResponsesModel(model=MODEL, openai_client=client)
        agent: Any = Agent(name="Reader", instructions="Use read_file.", model=model, tools=[read_file])
        assert (await Runner.run(agent, "Hello", max_turns=3)).final_output and asked == []
        assert (await Runner.run(agent, "Read notes.txt", max_turns=3)).final_output and asked == ["notes.txt"]
