import asyncio
import gzip
import json
from urllib.parse import quote

import pytest
from client_key_store import KeptKeys
from hypercorn.asyncio import serve
from hypercorn.config import Config
from openai.types.chat import ChatCompletion
from werkzeug.datastructures import Headers

from gcli2api_tui.clients.key_registry import ClientKeys
from gcli2api_tui.clock import Clock
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.server.guard import CLIENT, Keys, who_asks
from gcli2api_tui.server.hypercorn_server import bind
from gcli2api_tui.server.hypercorn_server import serve as serve_ours

PROBLEM = "application/problem+json"
GOOD = {"model": "gemini-2.5-pro", "messages": [{"role": "user", "content": "hi"}]}


async def error_of(answer, status, content_type="application/json"):
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == content_type
    assert answer.headers["x-request-id"].startswith("req_")
    body = json.loads(await answer.get_data())
    assert set(body["error"]) - {"messages"} == {"message", "type", "param", "code"}
    return body["error"]


async def test_answer_in_one_piece(runtime):
    answer = await runtime.ask(json=GOOD)
    assert answer.status_code == 200
    assert answer.headers["x-request-id"]
    raw = await answer.get_data()
    assert int(answer.headers["Content-Length"]) == len(raw)
    said = ChatCompletion.model_validate_json(raw, strict=True)
    assert said.choices[0].message.content == "hello"
    assert said.created == 1000
    assert runtime.relay.clients[0].path == "/v1/chat/completions"


async def test_stream_passes_bytes_and_headers(runtime):
    answer = await runtime.ask(json={**GOOD, "stream": True})
    assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert (await answer.get_data()).endswith(b"data: [DONE]\n\n")
    assert (answer.headers["Cache-Control"], answer.headers["X-Accel-Buffering"]) == ("no-cache", "no")
    assert runtime.relay.closed == 1


BAD = [
    (b"{nope", None, "invalid_json"),
    (b"", None, "invalid_json"),
    (b"\xff\xfe\xff", None, "invalid_json"),
    (b'{"model": NaN}', None, "invalid_json"),
    (b"[" * 100_000, None, "invalid_json"),
    (b"[]", "body", None),
    (b'"text"', "body", None),
    (json.dumps({"messages": GOOD["messages"]}).encode(), "model", None),
    (json.dumps({**GOOD, "messages": []}).encode(), "messages", None),
    (json.dumps({**GOOD, "messages": "hi"}).encode(), "messages", None),
    (json.dumps({**GOOD, "messages": [{"role": "king", "content": "x"}]}).encode(), "messages.[0].role", None),
    (json.dumps({**GOOD, "temperature": "hot"}).encode(), "temperature", None),
    (json.dumps({**GOOD, "stream": "yes"}).encode(), "stream", None),
    (json.dumps({**GOOD, "stop": [1]}).encode(), "stop.[0]", None),
]


@pytest.mark.parametrize(("body", "param", "code"), BAD)
async def test_bad_bodies_are_400_and_name_the_field(runtime, body, param, code):
    error = await error_of(await runtime.ask(data=body), 400)
    assert (error["param"], error["code"], error["type"]) == (param, code, "invalid_request_error")
    assert runtime.relay.calls == []


async def test_unknown_model_names_neighbours(runtime):
    error = await error_of(await runtime.ask(json={**GOOD, "model": "gemini-2.5-por"}), 404)
    assert (error["code"], error["param"]) == ("model_not_found", "model")
    assert "gemini-2.5-pro" in error["message"]


@pytest.mark.parametrize("key", ["", "wrong", "client-key2", "client-ke", "panel-key", "ключ"])
async def test_wrong_key(runtime, key):
    answer = await runtime.ask(json=GOOD, key="", headers={"X-Api-Key": key} if key.isascii() else {})
    error = await error_of(answer, 401)
    assert error["code"] == "invalid_api_key"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["x-should-retry"] == "false"


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({"Authorization": "bearer client-key"}, ""),
        ({"x-api-key": "client-key"}, ""),
        ({"x-goog-api-key": "client-key"}, ""),
        ({"Authorization": "Bearer wrong"}, "?key=client-key"),
    ],
)
async def test_key_in_four_places(runtime, headers, query):
    answer = await runtime.ask(f"/v1/chat/completions{query}", json=GOOD, key="", headers=headers)
    assert answer.status_code == 200


async def test_body_over_the_limit(runtime):
    big = {**GOOD, "user": "x" * 1_100_000}
    await error_of(await runtime.ask(json=big), 413)
    await error_of(
        await runtime.ask(data=gzip.compress(json.dumps(big).encode()), headers={"Content-Encoding": "gzip"}), 413
    )


async def test_packed_bodies(runtime):
    packed = gzip.compress(json.dumps(GOOD).encode())
    assert (await runtime.ask(data=packed, headers={"Content-Encoding": "gzip"})).status_code == 200
    await error_of(await runtime.ask(data=b"plain", headers={"Content-Encoding": "gzip"}), 400)
    await error_of(await runtime.ask(data=packed, headers={"Content-Encoding": "br"}), 415)


async def test_unknown_path_and_method(runtime):
    for path in ("/v1/nope", "/v1/v1/nope", "/nope/<b>", "/v1/chat/completions/x"):
        assert "<b>" not in (await error_of(await runtime.ask(path), 404))["message"]
    answer = await runtime.ask(method="GET")
    await error_of(answer, 405)
    assert "POST" in answer.headers["Allow"]


async def test_models(runtime):
    listed = json.loads(await (await runtime.ask("/v1/models", method="GET")).get_data())
    assert [entry["id"] for entry in listed["data"]] == ["gemini-2.5-pro", "gemini-2.5-flash"]
    one = json.loads(await (await runtime.ask("/v1/models/models/gemini-2.5-pro", method="GET")).get_data())
    assert (one["object"], one["id"]) == ("model", "gemini-2.5-pro")
    assert {entry["created"] for entry in listed["data"]} == {one["created"]} != {1000}, "not the clock's"
    assert one == listed["data"][0]
    assert (one["context_length"], one["max_completion_tokens"]) == (1_048_576, 65_536)
    await error_of(await runtime.ask("/v1/models/a/b", method="GET"), 404)


@pytest.mark.parametrize(
    "name", ["fake/gemini-2.5-pro", "gemini-2.5-pro-search-high", "gpt-4o-search", "假流式/gpt-4o"]
)
async def test_every_variant_can_be_looked_up_in_both_shapes(runtime, name):
    one = json.loads(await (await runtime.ask(f"/v1/models/{name}", method="GET")).get_data())
    assert (one["id"], one["context_length"]) == (name, 1_048_576)
    native = json.loads(await (await runtime.ask(f"/v1beta/models/{name}", method="GET")).get_data())
    assert (native["name"], native["inputTokenLimit"], native["thinking"]) == (f"models/{name}", 1_048_576, True)


async def test_an_alias_is_a_model_of_its_own(runtime):
    runtime.names = ["gemini-2.5-pro", "gpt-4o"]
    listed = json.loads(await (await runtime.ask("/v1/models", method="GET")).get_data())
    assert [entry["id"] for entry in listed["data"]] == ["gemini-2.5-pro", "gpt-4o"]
    one = json.loads(await (await runtime.ask("/v1/models/gpt-4o", method="GET")).get_data())
    assert one == listed["data"][1]
    native = json.loads(await (await runtime.ask("/v1beta/models", method="GET")).get_data())
    assert native["models"][1]["name"] == "models/gpt-4o"
    assert (await runtime.ask(json={**GOOD, "model": "gpt-4o", "stream": True})).status_code == 200
    call = runtime.relay.calls[0]
    assert (call.model, call.requested, call.fake) == ("gemini-2.5-flash", "gpt-4o", True)


async def test_a_crash_is_json_and_tells_no_text(runtime):
    def broken(*_):
        raise ValueError("secret prompt")

    runtime.relay.run = broken
    error = await error_of(await runtime.ask(json=GOOD), 500)
    assert error["type"] == "server_error"
    assert "secret prompt" not in error["message"] + repr(runtime.recorder.events)
    assert "ValueError in broken" in runtime.recorder.events[0].text


async def test_open_paths_need_no_key(runtime):
    for path in ("/", "/healthz"):
        for method in ("GET", "HEAD"):
            assert (await runtime.ask(path, method=method, key="")).status_code == 200


async def test_admin_asks_for_its_own_key(runtime):
    await error_of(await runtime.ask("/admin/api/snapshot", method="GET"), 401, PROBLEM)
    for key in ("panel-key", "run-token"):
        answer = await runtime.ask("/admin/api/snapshot", method="GET", key=key)
        assert json.loads(await answer.get_data())["revision"] == 7


async def test_the_notice_is_read_and_answered_over_the_admin_api(runtime):
    for query, text in (("", "public client"), ("?project=proj", "own project")):
        notice = await runtime.ask(f"/admin/api/terms{query}", method="GET", key="run-token")
        assert json.loads(await notice.get_data()) == {"text": text, "due": True}
    answered = await runtime.ask("/admin/api/terms", key="run-token", json={})
    assert json.loads(await answered.get_data()) == {"message": "noted", "warned": False}


async def test_admin_login(runtime):
    place = {"project": "proj", "location": "eu"}
    begun = json.loads(await (await runtime.ask("/admin/api/login/begin", key="run-token", json=place)).get_data())
    assert (begun["id"], runtime.control.place) == ("l1", ("proj", "eu"))
    await runtime.ask("/admin/api/login/begin", key="run-token", json={})
    assert runtime.control.place == ("", "")
    done = await runtime.ask("/admin/api/login/finish", key="run-token", json={"id": "l1", "text": "4/code"})
    assert json.loads(await done.get_data()) == {"message": "signed in", "warned": False}
    await error_of(
        await runtime.ask("/admin/api/login/finish", key="run-token", json={"id": "x", "text": "y"}), 409, PROBLEM
    )
    status = await runtime.ask("/admin/api/login/l1", method="GET", key="run-token")
    assert json.loads(await status.get_data())["phase"] == "waiting"


UPGRADE = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "x"}


@pytest.mark.parametrize("path", ["/v1/responses", "/responses", "/v1/chat/completions", "/v1/nope"])
async def test_websocket_is_refused_with_words_so_that_clients_go_on_over_http(runtime, path):
    answer = await runtime.ask(path, method="GET", headers=UPGRADE)
    assert "WebSocket" in (await error_of(answer, 426))["message"]
    assert (answer.headers["Upgrade"], answer.headers["Connection"]) == ("HTTP/1.1", "Upgrade")
    assert runtime.recorder.events == [], "every Codex does it: no line of the log"
    await error_of(await runtime.ask(path, method="GET", key="", headers=UPGRADE), 401)


async def test_websocket_on_a_real_socket_is_an_ordinary_request(runtime):
    """Hypercorn would hand it to Quart as a WebSocket, which then was an empty 500."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in UPGRADE.items())
    listener, stop = bind("127.0.0.1", 0), asyncio.Event()
    port = listener.getsockname()[1]
    serving = asyncio.ensure_future(serve_ours(runtime.app, listener, stop.wait, lambda: 1.0))
    for key, status in (("client-key", b"426"), ("wrong", b"401")):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"GET /v1/responses HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n{lines}\r\n"
        writer.write(head.encode())
        assert (await asyncio.wait_for(reader.readuntil(b"\r\n"), 5)).split(b" ")[1] == status
        writer.close()
    stop.set()
    await asyncio.wait_for(serving, 5)


def test_the_key_is_found_without_copying_the_headers():
    """`dict()` of Werkzeug's headers looks each name up among all: 18,500 of them took 7 s."""

    class NotCopied(Headers):
        def keys(self, lower=False):
            raise AssertionError("copied")

    headers = NotCopied([("X-One", "y"), ("Authorization", "Bearer k")])
    assert (
        who_asks("client", headers, "", Keys(Secret("k"), Secret("p"), Secret("r")), ClientKeys(Clock(), KeptKeys()))
        == CLIENT
    )


@pytest.mark.parametrize("digits", ["9" * 5000, "0" * 5000, "-1", "1_0", "\u0663", "1e3", " 5"])
@pytest.mark.parametrize(
    "path", ["/v1/responses/resp_1/input_items?limit=", "/v1beta/models?pageSize=", "/v1beta/models?pageToken="]
)
async def test_numbers_in_a_query_of_any_length_are_a_400(runtime, path, digits):
    status = (await runtime.ask(path + quote(digits), method="GET")).status_code
    assert status in ((404, 400) if "resp_1" in path else (200,) if not digits.strip("0") else (400,))


@pytest.mark.parametrize("hold", ["before", "after"])
async def test_a_client_that_leaves_closes_the_exchange(runtime, hold):
    runtime.relay.hold = hold
    async with asyncio.timeout(10), served(runtime.app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        body = json.dumps({**GOOD, "stream": True}).encode()
        writer.write(
            b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer client-key\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body) + body
        )
        if hold == "after":
            await reader.readuntil(b"hello")
        while not runtime.relay.calls:
            await asyncio.sleep(0)
        writer.close()
        await writer.wait_closed()
        while not runtime.relay.closed:
            await asyncio.sleep(0)
    assert runtime.relay.closed == 1


class served:  # noqa: N801
    """The app on a real Hypercorn socket."""

    def __init__(self, app):
        self.app, self.stop = app, asyncio.Event()

    async def __aenter__(self):
        import socket

        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        config = Config()
        config.bind, config.errorlog, config.accesslog = [f"fd://{listener.detach()}"], None, None
        self.task = asyncio.get_running_loop().create_task(serve(self.app, config, shutdown_trigger=self.stop.wait))
        return port

    async def __aexit__(self, *_):
        self.stop.set()
        await self.task
