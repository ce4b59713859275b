"""The clients: where they come from, and how each is played.

In: a Client and one scenario. Out: Played. Python's SDKs have a driver each beside this file, in an environment of
their own; programs with a command line of their own are started in an empty home and a folder to work in.
"""

import json
import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .scenarios import SMALL, Played, Scenario

LONGEST_S = 240
"""Claude Code tries for two and a half minutes before it shows an error of the server's."""
DRIVERS = Path(__file__).parent / "drivers"


@dataclass(frozen=True)
class Place:
    """Where a client is played: our server, its folder, and where clients are installed."""

    url: str
    installed: Path
    home: Path
    work: Path


@dataclass(frozen=True)
class Client:
    """One row of the table."""

    name: str
    package: str
    """As its registry calls it."""
    registry: str
    """`npm` or `pypi`."""
    words: Callable[[Place, Scenario], Sequence[str]]
    plays: tuple[str, ...] = ("story", "tools", "structured")
    environment: Callable[[Place, Scenario], Mapping[str, str]] = lambda place, scenario: {}
    prepare: Callable[[Place, Scenario], None] = lambda place, scenario: None
    turns: Callable[[Path], tuple[Mapping[str, object], ...]] | None = None
    """What the model plays with tools that are the client's own, in its folder."""


def played(client: Client, scenario: Scenario, place: Place) -> Played:
    """One scenario; what the client printed is what its user would see."""
    client.prepare(place, scenario)
    began = time.monotonic()
    environment = {"PATH": os.environ["PATH"], "HOME": str(place.home), "TERM": "dumb", "NO_COLOR": "1"}
    try:
        done = subprocess.run(
            list(client.words(place, scenario)),
            cwd=place.work,
            env={**environment, **client.environment(place, scenario)},
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Played(error=f"not ended after {LONGEST_S} s", seconds=LONGEST_S, ended=False)
    seconds = time.monotonic() - began
    found = _result(done.stdout)
    if found is not None:
        return Played(**{"seconds": seconds, **found})  # a client that starts slowly counts from then on
    output = f"{done.stdout}\n{done.stderr}"
    return Played(text=done.stdout, error=output[-3000:] if done.returncode else "", seconds=seconds)


def _result(output: str) -> dict[str, object] | None:
    last = next((line for line in reversed(output.splitlines()) if line.startswith("RESULT ")), None)
    found = json.loads(last.removeprefix("RESULT ")) if last else None
    return found if isinstance(found, dict) else None


def _driver(package: str, name: str, *way: str) -> Callable[[Place, Scenario], Sequence[str]]:
    def words(place: Place, scenario: Scenario) -> Sequence[str]:
        python = place.installed / "py" / package / "bin" / "python"
        asked = (place.url, scenario.key, scenario.model, scenario.play)
        return [str(python), str(DRIVERS / f"{name}.py"), *way, *asked]

    return words


PYTHON = (
    *(
        Client(f"pydantic-ai ({way})", "pydantic-ai", "pypi", _driver("pydantic-ai", "pydantic_ai_", way))
        for way in ("openai", "responses", "anthropic", "google")
    ),
    *(
        Client(
            f"instructor ({mode.lower()})",
            "instructor",
            "pypi",
            _driver("instructor", "instructor_", mode),
            ("structured",),
        )
        for mode in ("TOOLS", "JSON_SCHEMA")
    ),
    *(
        Client(f"LiteLLM SDK ({way})", "litellm", "pypi", _driver("litellm", "litellm_", way))
        for way in ("openai", "anthropic", "gemini")
    ),
    Client("LlamaIndex", "llama-index-core", "pypi", _driver("llama-index", "llama_index_")),
    *(
        Client(f"OpenAI Agents ({way})", "openai-agents", "pypi", _driver("openai-agents", "openai_agents_", way))
        for way in ("chat", "responses")
    ),
    Client(
        "Claude Agent SDK",
        "claude-agent-sdk",
        "pypi",
        _driver("claude-agent-sdk", "claude_agent_sdk_", SMALL),
        ("story", "tools"),
    ),
    *(
        Client(f"Open WebUI ({way})", "open-webui", "pypi", _driver("open-webui", "open_webui_", way), plays)
        for way, plays in (("page", ("story", "tools")), ("api", ("story", "tools", "structured")))
    ),
)


def _node(script: str, folder: str, way: str) -> Callable[[Place, Scenario], Sequence[str]]:
    def words(place: Place, scenario: Scenario) -> Sequence[str]:
        asked = (place.url, scenario.key, scenario.model, scenario.play)
        return ["node", str(DRIVERS / script), str(place.installed / folder), way, *asked]

    return words


NODE = (
    *(
        Client(f"AI SDK {version} ({way})", f"ai@{version}", "npm", _node("ai_sdk.mjs", f"ai{version}", way))
        for version in (5, 6, 7)
        for way in ("compatible", "openai", "anthropic", "google")
    ),
    *(
        Client(f"@openai/agents ({way})", "@openai/agents", "npm", _node("openai_agents.mjs", "node", way))
        for way in ("chat", "responses")
    ),
)
SDKS = (*PYTHON, *NODE)
