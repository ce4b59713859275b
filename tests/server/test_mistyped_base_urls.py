"""Paths as people type them: one meaning each, the same for guard, routes and errors."""

import json

import pytest

from gcli2api_tui.server.guard import door_of
from gcli2api_tui.server.mistyped_base_urls import forgiven

MEANT = {
    "/v1/v1/chat/completions": "/v1/chat/completions",
    "/v1//chat/completions": "/v1/chat/completions",
    "//v1/chat/completions": "/v1/chat/completions",
    "/v1/v1/v1/messages": "/v1/messages",
    "/v1/v1beta/models/m:generateContent": "/v1beta/models/m:generateContent",
    "/v1beta/v1beta/models": "/v1beta/models",
    "/v1beta/v1/models": "/v1/models",
    "/v1alpha/models/m:countTokens": "/v1beta/models/m:countTokens",
    "/v1beta/openai/chat/completions": "/v1/chat/completions",
    "/v1beta/openai//models/google/m": "/v1/models/google/m",
    "/v1beta/openai/v1/embeddings": "/v1/embeddings",
    "/v1/openai/models": "/v1/models",
    "/openai/v1/responses": "/v1/responses",
    "/v1beta/upload/v1beta/files": "/upload/v1beta/files",
    "/v1/upload/v1beta/files": "/upload/v1beta/files",
}
AS_IT_IS = [
    "/", "/v1", "/v1/", "/v1beta/models/models/m:generateContent", "/v1/models/openai/m", "/models/v1/openai/x",
    "/v1beta/files/v1", "/admin/api/v1/v1/x", "/openai", "/v1beta/openai", "/chat/completions",
]  # fmt: skip


@pytest.mark.parametrize("path", MEANT)
def test_it_means_the_one_path(path):
    assert forgiven(path) == MEANT[path]
    assert forgiven(MEANT[path]) == MEANT[path]


@pytest.mark.parametrize("path", AS_IT_IS)
def test_others_stay(path):
    assert forgiven(path) == path


@pytest.mark.parametrize("path", ["//admin/api/snapshot", "/v1/v1//admin", "/openai/admin/api/snapshot"])
def test_no_way_of_writing_it_opens_the_panels_door(path):
    """Whatever comes out, its own door is asked for."""
    meant = forgiven(path)
    assert door_of(meant) == ("panel" if meant.startswith("/admin") else "client")


@pytest.mark.parametrize(
    "path", ["/v1/v1/chat/completions", "/v1beta/openai/chat/completions", "/v1//chat/completions"]
)
async def test_a_chat_is_answered(runtime, path):
    body = {"model": "google/gemini-2.5-pro", "messages": [{"role": "user", "content": "hi"}]}
    answer = await runtime.ask(path, json=body)
    assert json.loads(await answer.get_data())["choices"][0]["message"]["content"] == "hello"
    assert runtime.relay.clients[0].path == "/v1/chat/completions"


async def test_errors_have_the_shape_of_what_is_meant(runtime):
    openai = json.loads(await (await runtime.ask("/v1beta/openai/chat/completions", json={})).get_data())
    google = json.loads(await (await runtime.ask("/v1/v1alpha/models/gemini-2.5-pro:nothing", json={})).get_data())
    assert set(openai["error"]) == {"message", "type", "param", "code"} and google["error"]["status"] == "NOT_FOUND"
