"""Which program asks, by what real ones send."""

import pytest
from werkzeug.datastructures import Headers

from gcli2api_tui.server.program import program_of


@pytest.mark.parametrize(
    ("headers", "program"),
    [
        ({"User-Agent": "OpenAI/Python 2.8.0"}, "OpenAI/Python"),
        ({"User-Agent": "Python/3.11 aiohttp/3.13.2"}, "aiohttp/3.13.2"),
        ({"User-Agent": "google-genai-sdk/1.55.0 gl-python/3.11.7"}, "google-genai-sdk/1.55.0"),
        ({"User-Agent": "ls/JS 5.23.2", "X-Title": "Cherry Studio"}, "Cherry Studio"),
        ({"User-Agent": "ls/JS 5.23.2", "x-stainless-lang": "js"}, "OpenAI/JS"),
        ({"User-Agent": "t/JS 0.71", "x-stainless-lang": "js", "anthropic-version": "2023-06-01"}, "Anthropic/JS"),
        ({"User-Agent": "claude-cli/2.0.55 (external, cli)"}, "claude-cli/2.0.55"),
        ({"User-Agent": "codex_exec/0.63.0 (Linux)", "originator": "codex_exec"}, "codex_exec"),
        ({"User-Agent": "Python/3.11"}, "Python/3.11"),
        ({"User-Agent": "x" * 500}, "x" * 40),
        ({}, ""),
    ],
)
def test_the_program_is_named(headers: dict[str, str], program: str) -> None:
    assert program_of(Headers(headers)) == program
