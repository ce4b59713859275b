"""What is not built says so: 501, in words, in its path's own dialect, and no SDK tries it again."""

import json

import anthropic
import openai
import pytest
from sdk_http import library_of

ANTHROPIC = {"anthropic-version": "2023-06-01"}
GOOGLE = {"x-goog-api-client": "google-genai-sdk/3.6.1"}
OPENAIS = [
    ("POST", "/v1/images/edits"), ("POST", "/v1/images/variations"), ("POST", "/v1/audio/speech"),
    ("POST", "/audio/transcriptions"), ("POST", "/v1/batches"), ("GET", "/v1/batches/b_1"),
    ("POST", "/v1/batches/b_1/cancel"), ("POST", "/v1/conversations"), ("GET", "/v1/conversations/c_1/items"),
    ("GET", "/v1/files"), ("DELETE", "/v1/files/file-1"), ("GET", "/v1/files/file-1/content"),
    ("POST", "/v1/uploads"), ("POST", "/v1/vector_stores"), ("POST", "/v1/assistants"), ("POST", "/v1/threads/runs"),
    ("POST", "/v1/moderations"), ("POST", "/v1/fine_tuning/jobs"), ("POST", "/v1/videos"), ("POST", "/v1/evals"),
    ("POST", "/v1/realtime/client_secrets"), ("POST", "/v1/containers"), ("POST", "/v1beta/openai/batches"),
]  # fmt: skip
ANTHROPICS = [("POST", "/v1/messages/batches"), ("GET", "/v1/messages/batches/b/results"), ("POST", "/v1/complete"),
              ("GET", "/v1/files"), ("POST", "/v1/skills")]  # fmt: skip
GOOGLES = [
    ("GET", "/v1beta/batches"), ("POST", "/v1beta/tunedModels"), ("GET", "/v1beta/tunedModels/t"),
    ("POST", "/v1beta/tunedModels/t:generateContent"), ("POST", "/v1beta/fileSearchStores"),
    ("POST", "/upload/v1beta/fileSearchStores/s:uploadToFileSearchStore"), ("GET", "/v1beta/corpora"),
    ("GET", "/v1beta/operations/o"), ("POST", "/v1beta/models/gemini-2.5-pro:batchGenerateContent"),
    ("POST", "/v1alpha/auth_tokens"),
]  # fmt: skip


async def refused(runtime, method, path, headers=None):
    answer = await runtime.ask(path, method=method, headers=headers, **({"json": {}} if method == "POST" else {}))
    assert answer.status_code == 501
    assert headers is GOOGLE or answer.headers["x-should-retry"] == "false"
    return json.loads(await answer.get_data())["error"]


@pytest.mark.parametrize(("method", "path"), OPENAIS)
async def test_in_openais_words(runtime, method, path):
    error = await refused(runtime, method, path)
    assert set(error) == {"message", "type", "param", "code"} and error["message"].count(".") >= 2


@pytest.mark.parametrize(("method", "path"), ANTHROPICS)
async def test_in_anthropics_words(runtime, method, path):
    error = await refused(runtime, method, path, ANTHROPIC)
    assert error["type"] == "api_error" and error["message"].count(".") >= 2


@pytest.mark.parametrize(("method", "path"), GOOGLES)
async def test_in_googles_words(runtime, method, path):
    error = await refused(runtime, method, path, GOOGLE)
    assert (error["code"], error["status"]) == (501, "UNIMPLEMENTED")


async def test_nobody_without_a_key_learns_what_there_is(runtime):
    assert (await runtime.ask("/v1/batches", key="")).status_code == 401


async def test_what_only_openais_servers_do_names_its_field(runtime):
    for field in ({"background": True}, {"conversation": "conv_1"}, {"prompt": {"id": "pmpt_1"}}):
        answer = await runtime.ask("/v1/responses", json={"model": "gemini-2.5-pro", "input": "hi", **field})
        error = json.loads(await answer.get_data())["error"]
        assert (answer.status_code, error["param"]) == (501, next(iter(field)))


def sdk_client(sdk, asked):
    """An SDK's own HTTP client in front of nothing but our answer."""
    library = library_of(sdk)

    def handle(request):
        asked.append(request.url.path)
        return library.Response(501, headers={"x-should-retry": "false"}, json={"error": {"message": "Not here."}})

    return library.Client(transport=library.MockTransport(handle))


def test_the_sdks_ask_once():
    """They would send a 5xx three times in all: the header must be one that they obey."""
    asked: list[str] = []
    http = sdk_client(openai, asked)
    with (
        pytest.raises(openai.InternalServerError),
        openai.OpenAI(base_url="http://x/v1", api_key="k", http_client=http) as client,
    ):
        client.batches.list()
    http = sdk_client(anthropic, asked)
    with (
        pytest.raises(anthropic.InternalServerError),
        anthropic.Anthropic(base_url="http://x", api_key="k", http_client=http) as sdk,
    ):
        sdk.messages.batches.list()
    assert asked == ["/v1/batches", "/v1/messages/batches"]
