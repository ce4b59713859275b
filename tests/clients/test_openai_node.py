"""The official Node SDK: its stream helper assembles more strictly than Python's, and `runTools` loops by itself."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
pytestmark = [pytest.mark.tool("node"), pytest.mark.tool("npm")]


@pytest.fixture(scope="module")
def told(served: Any) -> dict[str, Any]:
    """What the script says of every scenario; the SDK is installed from the lock file where it was not yet."""
    if not (HERE / "node_modules" / "openai" / "package.json").exists():
        words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(words, cwd=HERE, check=True, timeout=180, stdin=subprocess.DEVNULL)
    done = subprocess.run(
        [shutil.which("node") or "node", "openai_node.mjs", served.base_url, served.key],
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_models(told: dict[str, Any]) -> None:
    assert told["models"]["one"]["id"] == "gemini-2.5-pro"
    assert "gemini-3-flash-preview" in told["models"]["ids"]


def test_a_whole_answer(told: dict[str, Any]) -> None:
    (choice,) = told["whole"]["choices"]
    assert (choice["finish_reason"], choice["message"]["role"]) == ("stop", "assistant")
    assert choice["message"]["content"]


def test_a_stream_by_its_helper(told: dict[str, Any]) -> None:
    found = told["streamed"]
    (choice,) = found["final"]["choices"]
    assert (choice["finish_reason"], choice["message"]["role"]) == ("stop", "assistant")
    assert choice["message"]["content"] == found["text"] != ""
    assert found["count"] > 1
    assert found["final"]["usage"]["completion_tokens"] > 0


@pytest.mark.parametrize("scenario", ["tools_whole", "tools_streamed", "tools_signed"])
def test_it_runs_tools_to_the_end(told: dict[str, Any], scenario: str) -> None:
    found = told[scenario]
    assert found.get("asked") == ["Paris", "Paris"], found
    assert "21 degrees in Paris" in found["text"]
    assert found["roles"] == ["user", "assistant", "tool", "tool", "assistant"]


def test_a_cut_stream_is_thrown(told: dict[str, Any]) -> None:
    assert told["cut"]["error"]["code"] == "upstream_error"


def test_an_unknown_model_has_its_class(told: dict[str, Any]) -> None:
    error = told["unknown_model"]["error"]
    assert (error["name"], error["status"], error["code"]) == ("NotFoundError", 404, "model_not_found")


def test_responses_whole_streamed_and_with_tools(told: dict[str, Any]) -> None:
    assert told["responses_whole"]["output_text"]
    streamed = told["responses_streamed"]
    assert streamed["text"] == streamed["output_text"] != ""
    assert (streamed["kinds"][0], streamed["kinds"][-1]) == ("response.created", "response.completed")
    tools = told["responses_tools"]
    assert tools["kinds"] == ["reasoning", "function_call", "function_call"]
    assert "21 degrees" in tools["text"]
