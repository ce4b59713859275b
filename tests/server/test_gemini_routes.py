import asyncio
import json

import pytest

from gcli2api_tui.events.problems import FaultKind, NoCredential, UpstreamFault

GOOD = {"contents": [{"parts": [{"text": "hi"}]}]}
PREFIXES = ["/v1beta", "/v1", ""]
MODEL = "gemini-2.5-pro"


async def body_of(answer, status=200):
    raw = await answer.get_data()
    assert answer.status_code == status, raw
    assert answer.headers["x-request-id"].startswith("req_")
    return json.loads(raw)


async def error_of(answer, status, word):
    assert answer.headers["Content-Type"] == "application/json"
    error = (await body_of(answer, status))["error"]
    assert set(error) <= {"code", "message", "status", "details"}
    assert (error["code"], error["status"]) == (status, word)
    return error


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("name", [MODEL, f"models/{MODEL}"])
async def test_an_answer_in_one_piece(runtime, prefix, name):
    answer = await runtime.ask(f"{prefix}/models/{name}:generateContent", json=GOOD)
    said = await body_of(answer)
    assert said["candidates"][0]["content"]["parts"] == [{"text": "hello"}]
    assert answer.headers["Content-Length"]
    call = runtime.relay.calls[0]
    assert (call.dialect, call.model, call.stream) == ("gemini", MODEL, False)


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_a_stream_of_events(runtime, prefix):
    answer = await runtime.ask(f"{prefix}/models/{MODEL}:streamGenerateContent?alt=sse", json=GOOD)
    assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["X-Accel-Buffering"] == "no"
    event = (await answer.get_data()).strip()
    assert json.loads(event.removeprefix(b"data: "))["candidates"][0]["finishReason"] == "STOP"
    assert runtime.relay.calls[0].stream


async def test_a_stream_as_an_array_grows(runtime):
    answer = await runtime.ask(f"/v1beta/models/{MODEL}:streamGenerateContent", json=GOOD)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert [item["candidates"][0]["finishReason"] for item in await body_of(answer)] == ["STOP"]


async def test_the_first_item_of_an_array_does_not_wait_for_the_last(runtime):
    runtime.relay.hold = "after"
    path = f"/v1beta/models/{MODEL}:streamGenerateContent"
    headers = {"x-goog-api-key": "client-key", "Host": "127.0.0.1"}
    async with asyncio.timeout(10), runtime.client.request(path, method="POST", headers=headers) as connection:
        await connection.send(json.dumps(GOOD).encode())
        await connection.send_complete()
        assert b"hello" in await connection.receive()
        await connection.disconnect()


@pytest.mark.parametrize("prefix", PREFIXES)
async def test_counting(runtime, prefix):
    answer = await runtime.ask(f"{prefix}/models/{MODEL}:countTokens", json=GOOD)
    assert await body_of(answer) == {"totalTokens": 5}
    assert runtime.relay.calls[0].request["contents"][0]["parts"] == [{"text": "hi"}]
    runtime.relay.counted = NoCredential("All rest.", retry_after_s=3)
    answer = await runtime.ask(f"{prefix}/models/{MODEL}:countTokens", json=GOOD)
    await error_of(answer, 429, "RESOURCE_EXHAUSTED")
    assert answer.headers["Retry-After"] == "3"


async def test_embeddings_need_a_key(runtime):
    body, path = {"content": {"parts": [{"text": "hi"}]}, "output_dimensionality": 3}, "/v1beta/models/models/any-001"
    for method in ("embedContent", "batchEmbedContents"):
        assert (await body_of(await runtime.ask(f"{path}:{method}", json=body)))["of"] == method
    call = runtime.relay.calls[0]
    assert (call.model, call.request, call.backends) == ("any-001", body, {"gemini-api", "vertex"})
    runtime.relay.counted = NoCredential("none")
    error = await error_of(await runtime.ask(f"{path}:embedContent", json=body), 501, "UNIMPLEMENTED")
    assert "API key" in error["message"]
    runtime.relay.counted = NoCredential("later", retry_after_s=2)
    await error_of(await runtime.ask(f"{path}:embedContent", json=body), 429, "RESOURCE_EXHAUSTED")
    runtime.relay.counted = UpstreamFault(FaultKind.MODEL, "no such model", status=404)
    await error_of(await runtime.ask(f"{path}:embedContent", json=body), 404, "NOT_FOUND")
    runtime.relay.counted = UpstreamFault(FaultKind.SERVER, "trouble", status=500)
    await error_of(await runtime.ask(f"{path}:embedContent", json=body), 502, "UNAVAILABLE")


async def test_models_in_googles_shape(runtime):
    listed = await body_of(await runtime.ask("/v1beta/models?pageSize=1", method="GET"))
    assert [model["name"] for model in listed["models"]] == ["models/gemini-2.5-pro"]
    rest = await body_of(await runtime.ask(f"/v1beta/models?pageToken={listed['nextPageToken']}", method="GET"))
    assert [model["name"] for model in rest["models"]] == ["models/gemini-2.5-flash"]
    one = await body_of(await runtime.ask("/v1beta/models/gemini-2.5-flash", method="GET"))
    assert one == rest["models"][0]
    assert {"version", "displayName", "inputTokenLimit", "outputTokenLimit", "supportedGenerationMethods"} <= set(one)
    assert "object" in await body_of(await runtime.ask("/v1/models", method="GET"))
    assert "object" in await body_of(await runtime.ask("/v1/models/gemini-2.5-pro", method="GET"))


@pytest.mark.parametrize("header", ["x-goog-api-client", "X-Goog-Api-Key"])
async def test_googles_sdk_is_known_by_its_header_on_the_shared_paths(runtime, header):
    for path in ("/v1/models", "/models"):
        listed = await body_of(await runtime.ask(path, method="GET", headers={header: "x"}))
        assert listed["models"][0]["name"] == f"models/{MODEL}"
        one = await body_of(await runtime.ask(f"{path}/{MODEL}", method="GET", headers={header: "x"}))
        assert one == listed["models"][0]
        answer = await runtime.ask(f"{path}/nope", method="GET", headers={header: "x"})
        await error_of(answer, 404, "NOT_FOUND")
    error = (await body_of(await runtime.ask("/v1/nope", headers={header: "x"}), 404))["error"]
    assert "type" in error


async def test_errors_in_googles_shape(runtime):
    good = f"/v1beta/models/{MODEL}:generateContent"
    for path in (good, f"/v1/models/{MODEL}:countTokens", "/v1beta/nope"):
        answer = await runtime.ask(path, json=GOOD, key="wrong")
        await error_of(answer, 401, "UNAUTHENTICATED")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    await error_of(await runtime.ask("/v1beta/models/nope", method="GET"), 404, "NOT_FOUND")
    await error_of(await runtime.ask("/v1beta/nope", method="GET"), 404, "NOT_FOUND")
    await error_of(await runtime.ask("/models/nope:generateContent", json=GOOD), 404, "NOT_FOUND")
    await error_of(await runtime.ask(f"/v1/models/{MODEL}:doIt", json=GOOD), 404, "NOT_FOUND")
    await error_of(await runtime.ask("/v1beta/models?pageToken=x", method="GET"), 400, "INVALID_ARGUMENT")
    await error_of(await runtime.ask(f"/v1beta/models/{MODEL}:predict", json=GOOD), 501, "UNIMPLEMENTED")
    await error_of(await runtime.ask("/v1beta/models", json=GOOD), 405, "UNIMPLEMENTED")
    await error_of(await runtime.ask(good, data=b"{nope"), 400, "INVALID_ARGUMENT")
    await error_of(await runtime.ask(good, json=[]), 400, "INVALID_ARGUMENT")
    await error_of(await runtime.ask(good, data=b"x" * 1_100_000), 413, "INVALID_ARGUMENT")
    assert runtime.relay.calls == []


async def test_other_paths_keep_openais_errors(runtime):
    for path in ("/v1/models/nope", "/models/nope", "/v1/chat/completions:x", "/v1betamax"):
        error = (await body_of(await runtime.ask(path, method="GET"), 404))["error"]
        assert "type" in error
    error = (await body_of(await runtime.ask(f"/v1/models/{MODEL}", json={}), 405))["error"]
    assert "type" in error


@pytest.mark.parametrize(("headers", "query"), [({"x-goog-api-key": "client-key"}, ""), ({}, "?key=client-key")])
async def test_the_key_where_googles_clients_put_it(runtime, headers, query):
    path = f"/v1beta/models/{MODEL}:generateContent{query}"
    assert (await runtime.ask(path, json=GOOD, key="", headers=headers)).status_code == 200
