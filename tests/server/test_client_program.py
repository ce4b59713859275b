"""Which program asks, as its user would say it: by what real ones send, wherever that was seen."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from gcli2api_tui.server.client_program import LONGEST
from gcli2api_tui.server.client_request import program_of
from gcli2api_tui.state.usage_by_day import without_version

CAPTURED = Path(__file__).parent.parent / "captured"
ELECTRON = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) {} "
    "Chrome/140.0.7339.249 Electron/38.7.0 Safari/537.36"
)

CAPTURES = {
    "claude-code__02": "Claude Code 2.1.197",
    "codex-responses__01": "Codex 0.169.0",
    "gemini-cli-apikey__01": "Gemini CLI 0.61.0",
    "node-openai__01": "OpenAI JS 6.49.0",
    "py-anthropic__01": "Anthropic Python 2.12.0",
    "py-genai__01": "Google Gen AI SDK 2.34.0",
    "py-langchain__01": "OpenAI Python 3.3.0",
    "py-openai__01": "OpenAI Python 3.3.0",
}
"""Requests of real clients: LangChain says no more of itself than the SDK that it uses."""


@pytest.mark.parametrize("name", CAPTURES)
def test_captured_requests(name: str) -> None:
    (path,) = CAPTURED.glob(f"{name}__*.json")
    assert program_of(Headers(json.loads(path.read_text("utf-8"))["headers"])) == CAPTURES[name]


OPENROUTER = [
    # HTTP-Referer, X-Title, User-Agent, the name; where it was seen.
    ("https://cline.bot", "Cline", "Cline/3.0.47", "Cline 3.0.47"),  # cline: src/services/EnvUtils.ts, zai.ts
    (
        "https://github.com/RooVetGit/Roo-Cline",
        "Roo Code",
        "RooCode/3.53.0",
        "Roo Code 3.53.0",
    ),  # Roo: providers/constants.ts
    (
        "https://kilocode.ai",
        "Kilo Code",
        "Kilo-Code/4.99.1",
        "Kilo Code 4.99.1",
    ),  # kilocode: src/api/providers/constants.ts
    (
        "https://opencode.ai/",
        "opencode",
        "opencode/1.18.31 ai-sdk/provider-utils/4.0.23 runtime/bun/1.3.14",
        "opencode 1.18.31",
    ),  # opencode: provider.ts
    (
        "https://www.continue.dev/",
        "Continue",
        "OpenAI/JS 6.49.0",
        "Continue",
    ),  # continue: openai-adapters OpenRouter.ts
    ("http://aider.chat", "Aider", "OpenAI/Python 1.99.1", "Aider"),  # aider: main.py
    ("https://zed.dev", "Zed Editor", "Zed/0.219.4+stable.119 (macos; aarch64)", "Zed Editor"),  # zed: open_router.rs
    ("https://goose-docs.ai", "goose", "goose/1.52.0", "Goose 1.52.0"),  # goose: declarative providers
    (
        "https://cherry-ai.com",
        "Cherry Studio",
        ELECTRON.format("CherryStudio/1.7.17"),
        "Cherry Studio 1.7.17",
    ),  # cherry-studio: shared headers
    ("https://lobehub.com", "LobeHub", "OpenAI/JS 4.104.0", "LobeHub"),  # lobe-chat: model-runtime openrouter
    ("https://sillytavern.app", "SillyTavern", "node-fetch", "SillyTavern"),  # SillyTavern: src/constants.js
    ("https://librechat.ai", "LibreChat", "OpenAI/JS 5.12.2", "LibreChat"),  # LibreChat: endpoints/openai/llm.ts
    (
        "https://openwebui.com/",
        "Open WebUI",
        "Python/3.11 aiohttp/3.13.2",
        "Open WebUI",
    ),  # open-webui: routers/openai.py
    ("https://n8n.io/", "n8n", "OpenAI/JS 5.12.2", "n8n"),  # n8n: LmChatOpenAi, OpenRouterApi.credentials.ts
    ("https://dify.ai/", "Dify", "python-requests/2.32.3", "Dify"),  # dify: openrouter plugin
    (
        "https://chatboxai.app",
        "Chatbox AI",
        "ai-sdk/openai-compatible/1.0.27",
        "Chatbox AI",
    ),  # chatbox: models/custom-openai
    ("https://pageassist.xyz/", "Page Assist", ELECTRON.format(""), "Page Assist"),  # page-assist: models/index.ts
    ("https://zcode.z.ai", "Z Code@cli", "ZCode/0.13.3 ai-sdk/openai-compatible/2.0.60", "Z Code@cli"),
]


@pytest.mark.parametrize(("referer", "title", "agent", "said"), OPENROUTER)
def test_programs_that_openrouter_knows(referer: str, title: str, agent: str, said: str) -> None:
    assert program_of(Headers({"HTTP-Referer": referer, "X-Title": title, "User-Agent": agent})) == said


AGENTS = {
    "claude-cli/2.1.196 (external, claude-vscode, agent-sdk/0.3.196)": "Claude Code 2.1.196",
    "codex_vscode/0.137.0-alpha.4 (Mac OS 26.5.0; arm64) unknown (VS Code; 26.602.40724)": "Codex 0.137.0-alpha.4",
    "codex_cli_rs/0.20.0 (Ubuntu 24.4.0; x86_64) WindowsTerminal": "Codex 0.20.0",
    "GeminiCLI-vscode/0.1.7/some-model (darwin; arm64; ide)": "Gemini CLI 0.1.7",
    "GeminiCLI/0.30.0 (linux; x64) google-api-nodejs-client/10.9.0": "Gemini CLI 0.30.0",
    "QwenCode/0.14.1 (linux; x64)": "Qwen Code 0.14.1",  # qwen-code: openaiContentGenerator/provider/default.ts
    "Zed/0.219.4+stable.119.abc123 (macos; aarch64)": "Zed 0.219.4+stable.119.abc123",
    "Charm Crush/0.48.0": "Crush 0.48.0",  # crush: since 0.48.0
    "Charm-Crush/0.2.0 (https://charm.land/crush)": "Crush 0.2.0",
    "GitHubCopilotChat/0.35.0": "GitHub Copilot 0.35.0",
    "litellm/1.101.0": "LiteLLM 1.101.0",  # litellm: custom_httpx/http_handler.py
    "pydantic-ai/2.68.0": "Pydantic AI 2.68.0",  # pydantic-ai: models/__init__.py get_user_agent
    "Agents/Python 0.24.0": "OpenAI Agents Python 0.24.0",  # openai-agents: models/openai_chatcompletions.py
    "AsyncOpenAI/Python 3.57.0": "OpenAI Python 3.57.0",  # LlamaIndex, instructor and LangChain send this, too
    "AsyncAnthropic/Python 2.14.0": "Anthropic Python 2.14.0",
    "ai/7.0.2 ai-sdk/openai-compatible/3.0.41 runtime/node.js/22": "AI SDK 7.0.2",
    "ai-sdk/openai-compatible/2.0.91 ai-sdk/provider-utils/4.0.23 runtime/node.js/22": "AI SDK 2.0.91",
    "google-genai-sdk/3.6.1 gl-python/3.11.7 langchain-google-genai/4.2.3": "LangChain 4.2.3",
    "google-genai-sdk/1.55.0 gl-node/v22.1.0": "Google Gen AI SDK 1.55.0",
    ELECTRON.format("Cursor/1.4.5"): "Cursor 1.4.5",
    ELECTRON.format("CherryStudio/1.7.17"): "Cherry Studio 1.7.17",
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0": "Firefox 143.0",
    "Python/3.11 aiohttp/3.13.2": "aiohttp 3.13.2",
    "python-httpx/0.28.1": "python-httpx 0.28.1",
    "python-httpx/0.28.1 my-robot/2.1": "my-robot 2.1",
    "curl/8.10.1": "curl 8.10.1",
    "Go-http-client/1.1": "Go-http-client 1.1",
    "Bun/1.4.0": "Bun 1.4.0",
    "Python/3.11": "Python 3.11",
    "my-robot": "my-robot",
}


@pytest.mark.parametrize("agent", AGENTS)
def test_by_the_user_agent_alone(agent: str) -> None:
    assert program_of(Headers({"User-Agent": agent})) == AGENTS[agent]


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"User-Agent": "ls/JS 5.23.2", "x-stainless-lang": "js"}, "OpenAI JS 5.23.2"),
        ({"User-Agent": "t/JS 0.71", "x-stainless-lang": "js", "anthropic-version": "2023-06-01"}, "Anthropic JS 0.71"),
        ({"User-Agent": "Python/3.11 aiohttp/3.13.2", "X-OpenWebUI-User-Id": "u"}, "Open WebUI"),
        ({"User-Agent": "OpenAI/JS 6.49.0", "Referer": "https://www.my-page.example/chat?x=1"}, "my-page.example"),
        ({"User-Agent": "my-robot/2", "Referer": "https://my-page.example"}, "my-robot 2"),
        ({"X-OpenRouter-Title": "Continue", "User-Agent": "OpenAI/JS 6"}, "Continue"),
        ({"X-Client-Name": "Jan", "User-Agent": "reqwest/0.12"}, "Jan"),
        ({"originator": "codex_exec", "User-Agent": "codex_exec/0.63.0 (Linux)"}, "Codex 0.63.0"),
        ({"X-Title": "客户端".encode().decode("latin-1")}, "客户端"),
        ({"X-Title": "caf\xe9"}, "café"),
        ({"X-Title": " two\twords\x1b[31m "}, "two words [31m"),
        ({"X-Title": "[@click=app.quit]x[/]"}, "[@click=app.quit]x[/]"),
        ({"X-Title": "left\u202eright".encode().decode("latin-1")}, "left right"),
        ({"X-Title": "x" * 500}, "x" * LONGEST),
        ({"X-Title": "n" * 38, "User-Agent": f"{'n' * 38}/1.2.3"}, "n" * 38),
        ({"User-Agent": "(only a comment)"}, ""),
        ({"HTTP-Referer": "http://[half"}, ""),
        ({}, ""),
    ],
)
def test_by_all_headers_together(headers: dict[str, str], said: str) -> None:
    assert program_of(Headers(headers)) == said


HEADER = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=600)


@given(st.dictionaries(st.sampled_from(["x-title", "user-agent", "referer", "originator", "x-stainless-lang"]), HEADER))
def test_any_headers_give_a_short_printable_line(headers: Any) -> None:
    said = program_of(Headers(headers))
    assert len(said) <= LONGEST and said.isprintable() and said == said.strip()


def test_the_usage_of_a_program_is_counted_over_its_versions() -> None:
    named = {
        "Claude Code 2.1.197": "Claude Code",
        "OpenAI Python 3.3.0": "OpenAI Python",
        "Codex 0.137.0-alpha.4": "Codex",
        "Cherry Studio": "Cherry Studio",
        "Studio 54": "Studio 54",
        "claude-cli/2.0.55": "claude-cli",
        "42": "42",
        "": "",
    }
    assert {one: without_version(one) for one in named} == named
