"""OpenAI's paths beside chat: embeddings; responses, asked for, come back to, kept or not; and errors of all kinds."""

import asyncio
import json
from concurrent.futures import Future

import pytest
from examples import examples
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openai.types.responses import Response, ResponseItemList
from whole_path import Google, Proxy, said

from gcli2api_tui.events.problems import FaultKind, NoCredential, UpstreamFault
from gcli2api_tui.server.response_store import KeptResponses

EMBED = {"model": "gemini-embedding-001", "input": ["a"]}


async def test_embeddings(runtime):
    runtime.relay.counted = {"embeddings": [{"values": [0.5]}]}
    for path in ("/v1/embeddings", "/embeddings"):
        answer = await runtime.ask(path, json=EMBED)
        assert answer.status_code == 200
        assert (await answer.get_json())["data"] == [{"object": "embedding", "index": 0, "embedding": [0.5]}]


async def test_embeddings_without_a_key_that_can(runtime):
    runtime.relay.counted = NoCredential("none")
    answer = await runtime.ask("/v1/embeddings", json=EMBED)
    error = (await answer.get_json())["error"]
    assert (answer.status_code, set(error)) == (501, {"message", "type", "param", "code"})
    assert "API key" in error["message"]
    assert answer.headers["x-should-retry"] == "false"


async def test_completions(runtime):
    for path in ("/v1/completions", "/completions"):
        answer = await runtime.ask(path, json={"model": "gemini-2.5-pro", "prompt": "hi"})
        body = await answer.get_json()
        assert (answer.status_code, body["object"], body["choices"][0]["text"]) == (200, "text_completion", "hello")
        assert body["id"].startswith("cmpl-")
    assert runtime.relay.clients[0].path == "/v1/completions"


ASK = {"model": "gemini-2.5-pro", "input": "hi"}


class Shelf:
    """A store in memory."""

    def __init__(self):
        self.contents = {}

    def put_response(self, response, content):
        self.contents[response] = content

    def drop_response(self, response):
        self.contents = {} if response is None else {one: c for one, c in self.contents.items() if one != response}

    def response(self, response):
        told = Future()
        told.set_result(self.contents.get(response))
        return told


class Client:
    """Asks as OpenAI's SDK would."""

    def __init__(self, *scripts, keeping=True):
        self.shelf = Shelf()
        self.google = Google(*scripts)
        self.proxy = Proxy(self.google, responses=KeptResponses(self.shelf if keeping else None))

    async def ask(self, path="/v1/responses", method="POST", key="key", **body):
        answer = await self.proxy.client.open(
            path,
            method=method,
            headers={"Authorization": f"Bearer {key}"},
            **({"json": {**ASK, **body}} if method == "POST" else {}),
        )
        return answer.status_code, await answer.get_data()

    async def json(self, *args, **kwargs):
        status, raw = await self.ask(*args, **kwargs)
        return status, json.loads(raw)

    async def events(self, **body):
        _, raw = await self.ask(stream=True, **body)
        return [json.loads(line[6:]) for line in raw.decode().split("\n") if line.startswith("data: ")]


@pytest.fixture
def make():
    return Client


@pytest.mark.parametrize("path", ["/v1/responses", "/responses"])
async def test_asking(make, path):
    status, body = await make().json(path)
    Response.model_validate(body, strict=True)
    assert (status, body["status"], body["store"]) == (200, "completed", True)
    assert body["output"][0]["content"][0]["text"] == "hello"


async def test_a_conversation_goes_on_and_can_be_read_and_forgotten(make):
    client = make()
    _, first = await client.json(instructions="Be brief.")
    _, second = await client.json(previous_response_id=first["id"], input="and then?", stream=False)
    assert second["previous_response_id"] == first["id"]
    asked = client.google.asked[-1][1]
    assert [content["parts"][0]["text"] for content in asked["contents"]] == ["hi", "hello", "and then?"]
    assert "systemInstruction" not in asked, "instructions hold for one response, as at OpenAI"

    assert await client.json(f"/v1/responses/{second['id']}", "GET") == (200, second)
    _, items = await client.json(f"/v1/responses/{second['id']}/input_items?order=asc", "GET")
    ResponseItemList.model_validate(items, strict=True)
    assert [item["role"] for item in items["data"]] == ["user", "assistant", "user"]
    _, page = await client.json(f"/v1/responses/{second['id']}/input_items?limit=2", "GET")
    assert (page["has_more"], page["data"][0]["content"][0]["text"]) == (True, "and then?")
    _, rest = await client.json(f"/v1/responses/{second['id']}/input_items?limit=2&after={page['last_id']}", "GET")
    assert (rest["has_more"], len(rest["data"])) == (False, 1)
    for limit in ("0", "9" * 5000):
        assert (await client.ask(f"/v1/responses/{second['id']}/input_items?limit={limit}", "GET"))[0] == 400
    assert (await client.ask(f"/v1/responses/{second['id']}/input_items?after=x", "GET"))[0] == 400

    status, gone = await client.json(f"/v1/responses/{first['id']}", "DELETE")
    assert (status, gone) == (200, {"id": first["id"], "object": "response", "deleted": True})
    assert (await client.ask(f"/v1/responses/{first['id']}", "GET"))[0] == 404
    assert (await client.ask(previous_response_id=first["id"]))[0] == 400
    assert (await client.ask(previous_response_id=second["id"]))[0] == 200


async def test_a_streamed_response_is_kept_before_its_end_is_told(make):
    client = make()
    *_, last = await client.events()
    assert last["type"] == "response.completed"
    assert await client.json(f"/v1/responses/{last['response']['id']}", "GET") == (200, last["response"])


async def test_store_false_keeps_nothing(make):
    client = make()
    _, body = await client.json(store=False)
    assert (body["store"], client.shelf.contents) == (False, {})


async def test_where_no_texts_are_kept_no_response_is(make):
    client = make(keeping=False)
    _, body = await client.json()
    assert body["store"] is False
    status, refused = await client.json(previous_response_id=body["id"])
    assert (status, refused["error"]["code"]) == (400, "previous_response_not_found")


def test_turned_off_what_was_kept_before_is_forgotten():
    shelf = Shelf()
    shelf.put_response("resp_1", "text")
    assert KeptResponses(shelf, keeping=False).keeping is False
    assert shelf.contents == {}


async def test_what_failed_is_not_kept(make):
    client = make([said({"text": "Once upon"})])
    assert (await client.events())[-1]["type"] == "response.failed"
    assert client.shelf.contents == {}


async def test_errors_before_and_after_the_first_byte(make):
    refused = UpstreamFault(FaultKind.CLIENT, "No such thing.", status=400)
    status, body = await make([refused]).json()
    assert (status, body["error"]["type"]) == (400, "invalid_request_error")
    status, body = await make([refused]).json(stream=True)
    assert (status, set(body["error"])) == (400, {"message", "type", "param", "code"})
    events = await make([said({"text": "Once"}), UpstreamFault(FaultKind.NETWORK, "Gone.")]).events()
    assert [event["type"] for event in events][-3:] == ["response.output_text.delta", "error", "response.failed"]
    assert events[-1]["response"]["error"]["code"] == "server_error"
    assert [event["sequence_number"] for event in events] == list(range(len(events)))


async def test_a_wrong_key_and_what_is_not_offered(make):
    client = make()
    status, body = await client.json(key="wrong")
    assert (status, body["error"]["code"]) == (401, "invalid_api_key")
    status, body = await client.json(background=True)
    assert (status, body["error"]["param"]) == (501, "background")
    _, made = await client.json()
    assert (await client.ask(f"/v1/responses/{made['id']}/cancel"))[0] == 400
    assert (await client.ask(f"/v1/responses/{made['id']}?stream=true", "GET"))[0] == 400
    assert (await client.ask("/v1/responses/resp_none/cancel"))[0] == 404
    assert (await client.ask("/v1/responses", "GET"))[0] == 405


async def test_a_count_is_googles_own(runtime):
    runtime.relay.counted = {"totalTokens": 42}
    answer = await runtime.ask("/v1/responses/input_tokens", json={**ASK, "instructions": "Be brief."})
    assert json.loads(await answer.get_data()) == {"object": "response.input_tokens", "input_tokens": 42}
    assert runtime.relay.calls[-1].request["systemInstruction"]


async def test_signatures_go_there_and_back_through_the_client_alone(make):
    """The relay of this test remembers none."""
    call = {"functionCall": {"name": "f", "args": {}}, "thoughtSignature": "U0lH"}
    client = make([said(call, finish="STOP")])
    tools = [{"type": "function", "name": "f", "parameters": {}}]
    body = {"model": "gemini-3-pro-preview", "tools": tools, "include": ["reasoning.encrypted_content"], "store": False}
    _, first = await client.json(**body)
    result = {"type": "function_call_output", "call_id": first["output"][-1]["call_id"], "output": "ok"}
    await client.json(**body, input=[{"role": "user", "content": "hi"}, *first["output"], result])
    (part,) = client.google.asked[-1][1]["contents"][1]["parts"]
    assert part["thoughtSignature"] == "U0lH"


async def test_who_leaves_ends_the_exchange(runtime):
    runtime.relay.hold = "after"
    async with asyncio.timeout(5):
        request = runtime.client.request(
            "/v1/responses", method="POST", headers={"Authorization": "Bearer client-key"}, scope_base={}
        )
        async with request as connection:
            await connection.send(json.dumps({**ASK, "stream": True}).encode())
            await connection.send_complete()
            begun = await connection.receive()
            assert b"response.created" in begun
            await connection.disconnect()
    assert runtime.relay.closed == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


OPTIONAL = (
    *("tools", "tool_choice", "stream", "store", "text", "previous_response_id", "reasoning", "include", "metadata"),
    *("instructions", "truncation", "max_output_tokens", "parallel_tool_calls", "top_logprobs", "service_tier", "user"),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(60), deadline=None)
@given(
    JSON
    | st.fixed_dictionaries(
        {"model": st.just("gemini-2.5-pro") | JSON, "input": st.just("hi") | JSON},
        optional=dict.fromkeys(OPTIONAL, JSON),
    )
)
@example({"model": "gemini-2.5-pro", "input": "hi", "tools": [None]})
async def test_no_body_breaks_the_server(make, body):
    client = make()
    answer = await client.proxy.client.post(
        "/v1/responses", data=json.dumps(body).encode(), headers={"Authorization": "Bearer key"}
    )
    assert answer.status_code < 500
    await answer.get_data()
