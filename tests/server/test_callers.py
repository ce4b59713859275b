"""What the server tells of how its callers are set up: the fault by its kind, with the way out, and no key."""

import pytest

from gcli2api_tui.messages.message import in_words_of
from gcli2api_tui.messages.translations import SENTENCES
from gcli2api_tui.server.mistyped_base_urls import hint

GOOD = {"model": "gemini-2.5-pro", "messages": [{"role": "user", "content": "hi"}]}
OPENAI = {"User-Agent": "OpenAI/Python 2.8.0"}
LONG = "sk-" + "Qz7" * 8 + "end9"


async def snag(runtime, path="/v1/chat/completions", **asked):
    await runtime.ask(path, **{"json": GOOD, **asked, "headers": {**OPENAI, **asked.get("headers", {})}})
    assert len(runtime.recorder.callers) == 1
    return runtime.recorder.callers[0].snag


@pytest.mark.parametrize(
    ("asked", "key", "told"),
    [
        ({"key": ""}, "caller.no_key", "sent no key"),
        ({"key": "short"}, "caller.wrong_key", "a wrong key: paste"),
        ({"key": LONG}, "caller.wrong_key_end", "ends …end9"),
        ({"key": "sk-ant-api03-" + "x" * 30 + "tail"}, "caller.others_key", "a key of Anthropic (…tail)"),
        ({"key": "panel-key"}, "caller.panel_key", "sent the panel key"),
        ({"json": {**GOOD, "model": "gpt-4o-nano"}}, "caller.no_model", "gpt-4o-nano"),
        ({"path": "/v1/nope"}, "caller.no_path", "/v1/nope"),
        ({"path": "/v1/api/chat"}, "caller.no_path", "Ollama"),
        ({"method": "GET"}, "caller.no_method", "GET /v1/chat/completions"),
        ({"path": "/v1/v1/chat/completions"}, "caller.forgiven", "drop one /v1 "),
        ({"path": "//v1/chat/completions"}, "caller.forgiven", "drop one / "),
        ({"path": "/v1/v1beta/models/gemini-2.5-pro:generateContent"}, "caller.forgiven", "drop one /v1 "),
        ({"headers": {"Host": "host.docker.internal:7861"}}, "caller.host", "host.docker.internal"),
        (
            {"method": "OPTIONS", "headers": {"Origin": "https://a.b", "Access-Control-Request-Method": "POST"}},
            "caller.cors",
            "https://a.b",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_is_off_is_told_with_the_way_out(runtime, asked, key, told):
    found = await snag(runtime, **asked)
    assert found.key == key and told in found
    assert in_words_of(SENTENCES["zh"], found) != found
    caller = runtime.recorder.callers[0]
    assert caller.program == "OpenAI Python 2.8.0" and caller.answered is (key == "caller.forgiven")
    assert not asked.get("key") or len(asked["key"]) < 6 or asked["key"] not in repr(runtime.recorder.events)


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1beta/openai/chat/completions"])
async def test_an_exchange_tells_of_its_caller_itself(runtime, path):
    assert (await runtime.ask(path, json=GOOD)).status_code == 200
    assert runtime.recorder.callers == []


async def test_a_list_of_models_is_a_call_too(runtime):
    await runtime.ask("/v1/models", method="GET", headers=OPENAI)
    (caller,) = runtime.recorder.callers
    assert caller.answered and not caller.snag and not caller.opened


@pytest.mark.parametrize("path", ["/", "/healthz", "/admin/api/snapshot", "/auth/callback"])
async def test_the_panels_own_doors_are_no_client(runtime, path):
    await runtime.ask(path, method="GET", key="wrong")
    assert runtime.recorder.callers == []


async def test_who_is_sent_from_websocket_to_http_is_not_at_fault(runtime):
    await runtime.ask("/v1/responses", method="GET", headers={"Upgrade": "websocket"})
    assert runtime.recorder.callers == []


async def test_the_refusal_itself_knows_the_way_too(runtime):
    answer = await runtime.ask("/api/tags", method="GET")
    assert "Ollama" in (await answer.get_data()).decode()


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/api/generate", "http.is_ollama"),
        ("/openai/deployments/x/chat/completions", "http.is_azure"),
        ("/model/anthropic.claude/converse-stream", "http.is_bedrock"),
        ("/v1/projects/p/locations/l/publishers/google/models/m:generateContent", "http.is_vertex"),
        ("/mcp", "http.is_mcp"),
        ("/v1/chat/completions/chat/completions", "http.end_at_v1"),
        ("/v1/chat/completions/models", "http.end_at_v1"),
        ("/v1/messages/v1/messages", "http.end_before_v1"),
        ("/whatever", "http.where_to_point"),
    ],
)
def test_a_path_says_what_the_client_is_set_up_for(path, key):
    assert hint(path).key == key
