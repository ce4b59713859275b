"""The fast path beside Quart: whatever is asked, both answer byte for byte the same, and note the same of it.

Each case is asked twice of one app, once with the fast path and once without; ids are random, and made alike.
"""

import asyncio
import gc
import gzip
import json
import re
import weakref
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.relay.ports import Opened
from gcli2api_tui.server import asgi_app as front_module
from gcli2api_tui.server.bodies import BoundedBody
from gcli2api_tui.server.client_request import ClientRequest, Scope
from gcli2api_tui.server.generate_routes import route
from gcli2api_tui.server.lockout import FREE, Lockout
from gcli2api_tui.server.middleware import Middleware

from .conftest import KEY, FakeRelay, Runtime

CAPTURED = {
    path.stem: json.loads(path.read_text("utf-8"))
    for path in sorted((Path(__file__).parent.parent / "captured").glob("*.json"))
}
ID = re.compile(rb"([a-z][-_])[0-9a-f]{16,}|((?:process|python)_[a-z_]+(?:{[^}]*})? )[0-9.e+]+")
CHAT, MESSAGES, RESPONSES = "/v1/chat/completions", "/v1/messages", "/v1/responses"
GENERATE = "/v1beta/models/gemini-2.5-flash:generateContent"
STREAM = "/v1beta/models/gemini-2.5-flash:streamGenerateContent"
HELLO: dict[str, dict[str, Any]] = {
    CHAT: {"model": "gemini-2.5-flash", "messages": [{"role": "user", "content": "hello"}]},
    "/v1/completions": {"model": "gemini-2.5-flash", "prompt": "hello"},
    MESSAGES: {"model": "gemini-2.5-flash", "max_tokens": 9, "messages": [{"role": "user", "content": "hello"}]},
    RESPONSES: {"model": "gemini-2.5-flash", "input": "hello"},
    "/v1/responses/compact": {"model": "gemini-2.5-flash", "input": "hello"},
    GENERATE: {"contents": [{"role": "user", "parts": [{"text": "hello"}]}]},
    STREAM: {"contents": [{"role": "user", "parts": [{"text": "hello"}]}]},
    "/v1/images/generations": {"model": "gemini-2.5-flash-image", "prompt": "a cat"},
}
AUTHORIZED = {"authorization": f"Bearer {KEY}"}


@lru_cache
def runtime_of(cors_origins: str = "") -> Runtime:
    """Building an app takes longer than asking it a hundred times."""
    return Runtime(cors_origins=cors_origins)


def fresh(cors_origins: str = "") -> Runtime:
    """As one that nobody has asked anything."""
    runtime = runtime_of(cors_origins)
    vars(runtime.relay).clear()
    FakeRelay.__init__(runtime.relay)
    runtime.recorder.events.clear()
    Lockout.__init__(runtime.services.lockout, runtime.services.clock)
    Middleware.__init__(runtime.app.middleware, runtime.services)
    return runtime


class Asked:
    """One request over ASGI, and all that became of it."""

    def __init__(self, runtime: Runtime, path: str, body: bytes = b"", **more: Any) -> None:
        self.runtime = runtime
        headers: dict[str, str] = {"host": "127.0.0.1:7861", **more.pop("headers", AUTHORIZED)}
        if body and "content-length" not in headers:
            headers["content-length"] = str(len(body))
        plain, _, query = path.partition("?")
        self.scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"spec_version": "2.1", "version": "3.0"},
            "http_version": more.pop("version", "1.1"),
            "method": more.pop("method", "POST"),
            "scheme": "http",
            "path": plain,
            "raw_path": plain.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 5),
            "server": ("127.0.0.1", 7861),
            "extensions": {},
        }
        cut = more.pop("cut", len(body) or 1)
        pieces = [body[at : at + cut] for at in range(0, len(body), cut)]
        self.messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        for piece in pieces:
            self.messages.put_nowait({"type": "http.request", "body": piece, "more_body": True})
        self.messages.put_nowait({"type": "http.request", "body": b"", "more_body": False})
        self.sent: list[dict[str, Any]] = []
        self.came = asyncio.Event()

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)
        self.came.set()
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self.leave()  # so a server tells that all is sent; Quart 0.23 waits for it

    async def run(self) -> "Asked":
        await self.runtime.app(self.scope, self.messages.get, self.send)
        return self

    def leave(self) -> None:
        self.messages.put_nowait({"type": "http.disconnect"})

    def result(self) -> dict[str, Any]:
        """Everything that anybody could see of it, without random ids."""
        start = [message for message in self.sent if message["type"] == "http.response.start"]
        body = b"".join(message.get("body", b"") for message in self.sent[1:])
        return alike(
            {
                "head": [(one["status"], [fitting(*pair, body) for pair in one["headers"]]) for one in start],
                "body": body,
                "over": bool(self.sent) and not self.sent[-1].get("more_body", True),
                "calls": [repr(call) for call in self.runtime.relay.calls],
                "clients": [repr(client) for client in self.runtime.relay.clients],
                "events": [repr(event) for event in self.runtime.recorder.events],
                "closed": self.runtime.relay.closed,
            }
        )


def fitting(name: bytes, value: bytes, body: bytes) -> tuple[bytes, bytes]:
    """A length that is right is as good as another: what the process has used is told in more digits or fewer."""
    return name, b"its own" if name == b"content-length" and value == b"%d" % len(body) else value


def alike(value: Any) -> Any:
    """Without what is random: ids, and what the process has used by now."""
    if isinstance(value, bytes):
        return ID.sub(rb"\1\2~", value)
    if isinstance(value, str):
        return alike(value.encode()).decode()
    if isinstance(value, list | tuple):
        return [alike(one) for one in value]
    return {name: alike(one) for name, one in value.items()} if isinstance(value, dict) else value


async def both(monkeypatch: pytest.MonkeyPatch, path: str, body: bytes = b"", **more: Any) -> dict[str, Any]:
    """The one result of both ways."""
    prepare, origins = more.pop("prepare", lambda runtime: None), more.pop("origins", "")
    results = []
    for lean in (True, False):
        runtime = fresh(origins)
        prepare(runtime)
        with monkeypatch.context() as patch:
            if not lean:
                patch.setattr(front_module, "route", lambda scope: None)
                patch.setattr(front_module, "plain_route", lambda scope: None)
            results.append((await Asked(runtime, path, body, **more).run()).result())
    assert results[0] == results[1]
    return results[0]


def hello(path: str, **more: Any) -> bytes:
    return json.dumps({**HELLO[path.partition("?")[0]], **more}).encode()


@pytest.mark.parametrize("name", CAPTURED)
async def test_what_real_clients_send(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one = CAPTURED[name]
    headers = {key: value for key, value in one["headers"].items() if key.lower() not in ("host", "content-length")}
    headers |= AUTHORIZED
    body = json.dumps(one["body"]).encode() if one.get("body") is not None else b""
    result = await both(monkeypatch, one["path"], body, method=one["method"], headers=headers)
    assert result["over"]


@pytest.mark.parametrize("path", [*HELLO, f"{STREAM}?alt=sse", f"{STREAM}?alt=json&key=x", "/v1/chat/completions?a=b"])
@pytest.mark.parametrize("stream", [False, True])
async def test_a_good_request(path: str, stream: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    more = {"stream": stream} if "models/" not in path else {}
    assert (await both(monkeypatch, path, hello(path, **more)))["over"]


@pytest.mark.parametrize("host", ["127.0.0.1:7861", "evil.example", ""])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
async def test_whether_it_is_alive(method: str, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for more in ({}, {"origin": "https://page.example"}, {"upgrade": "websocket", "connection": "upgrade"}):
        headers = {"host": host, **more}
        for path in ("/healthz", "/healthz?x=y", "/healthz/", "//healthz"):
            result = await both(monkeypatch, path, method=method, headers=headers, origins="*")
            if (path, method, host) == ("/healthz", "GET", "127.0.0.1:7861"):
                assert result["body"] == b'{"status":"ok"}'


PLAIN = (
    "/readyz", "/metrics", "/v1/models", "/models", "/v1beta/models", "/v1/models/gemini-2.5-flash",
    "/v1beta/models/gemini-2.5-pro", "/models/models", "/v1/models/no.such@model", "/v1beta/models/a/b",
    "/v1/models/x:y", "/v1/models/ü", "/v1/models/", "/admin/api/snapshot", "/admin/api/terms", "/admin/api/terms/",
)  # fmt: skip
CLIENTS: tuple[dict[str, str], ...] = (
    {},
    {"x-goog-api-client": "genai", "accept": "*/*"},
    {"anthropic-version": "2023-06-01", "accept": "application/openmetrics-text"},
    {"upgrade": "websocket", "connection": "upgrade"},
    {"host": "evil.example"},
    {"origin": "https://page.example", "sec-fetch-mode": "cors"},
)


@pytest.mark.parametrize("path", PLAIN)
async def test_what_programs_ask_besides_generating(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in (KEY, "panel-key", "run-token", "nonsense-that-is-long"):
        for client in CLIENTS:
            headers = {"authorization": f"Bearer {key}", **client}
            await both(monkeypatch, path, method="GET", headers=headers, origins="https://page.example")
    for query in (f"key={KEY}", "pageSize=1", "pageSize=1&pageSize=2", "limit=1&after_id=gemini-2.5-pro", "limit=x",
                  "after_id=%ff&before_id=a+b", "pageToken=%D9%A1", "project=a%20b", "=&&;"):  # fmt: skip
        for client in CLIENTS[:3]:
            await both(monkeypatch, f"{path}?{query}", method="GET", headers={**AUTHORIZED, **client})
    for key in ({}, {"authorization": "Bearer panel-key"}):
        for more in ({"method": "HEAD"}, {"method": "OPTIONS"}, {"method": "GET", "body": b"{}"}, {"method": "POST"}):
            await both(monkeypatch, path, headers=key, **more)


async def test_what_is_answered_without_quart(monkeypatch: pytest.MonkeyPatch) -> None:
    models = await both(monkeypatch, "/v1/models", method="GET")
    assert [one["id"] for one in json.loads(models["body"])["data"]] == ["gemini-2.5-pro", "gemini-2.5-flash"]
    panel = {"authorization": "Bearer panel-key"}
    assert json.loads((await both(monkeypatch, "/admin/api/snapshot", method="GET", headers=panel))["body"])["revision"]
    assert b"gcli2api_" in (await both(monkeypatch, "/metrics", method="GET", headers=panel))["body"]


@pytest.mark.parametrize("path", ["/admin/api/snapshot", "/readyz", "/metrics"])
async def test_a_fault_of_our_own_in_a_plain_answer(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(runtime: Runtime) -> None:
        def crash(self: object) -> None:
            raise RuntimeError("a prompt")

        monkeypatch.setattr(type(runtime.services.reader), "snapshot", crash)

    headers = {"authorization": "Bearer panel-key"}
    result = await both(monkeypatch, path, method="GET", headers=headers, prepare=broken)
    assert result["head"][0][0] == 500 and b"a prompt" not in result["body"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "post"])
@pytest.mark.parametrize("path", [CHAT, MESSAGES, RESPONSES, GENERATE])
async def test_other_methods_are_quarts(method: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await both(monkeypatch, path, method=method))["head"][0][0] != 200


@pytest.mark.parametrize(
    "path",
    [
        "/chat/completions",
        "/v1/chat/completions/",
        "//v1//chat/completions",
        "/v1/v1/chat/completions",
        "/v1beta/openai/chat/completions",
        "/v1/chat/completions/x",
        "/V1/chat/completions",
        "/v1/models/gemini-2.5-flash:countTokens",
        "/v1/models/gemini-2.5-flash:bidiGenerateContent",
        "/v1beta/models/a/b:generateContent",
        "/v1beta/models//b:generateContent",
        "/v1beta/models/a:b:generateContent",
        "/v1beta/models/:generateContent",
        "/v1beta/models/ü:generateContent",
        "/v1beta/models/x:generateContent/",
        "/v1alpha/models/gemini-2.5-flash:generateContent",
        "/models/gemini-2.5-flash:streamGenerateContent",
    ],
)
async def test_paths_as_people_write_them(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for body in (hello(CHAT), hello(GENERATE)):
        await both(monkeypatch, path, body)


HEADERS: dict[str, dict[str, str]] = {
    "no key": {},
    "wrong key": {"authorization": "Bearer nonsense-that-is-long"},
    "basic": {"authorization": "Basic abc"},
    "x-api-key": {"x-api-key": KEY, "anthropic-version": "2023-06-01"},
    "google's key": {"x-goog-api-key": KEY},
    "panel's key": {"authorization": "Bearer panel-key"},
    "run token": {"authorization": "Bearer run-token", "x-gcli2api-credential": "abc"},
    "a choice": {**AUTHORIZED, "x-gcli2api-credential": "abc"},
    "websocket": {**AUTHORIZED, "upgrade": "websocket", "connection": "upgrade"},
    "another site": {**AUTHORIZED, "host": "evil.example"},
    "a page": {**AUTHORIZED, "origin": "https://page.example", "sec-fetch-mode": "cors"},
    "another page": {**AUTHORIZED, "origin": "https://other.example", "sec-fetch-mode": "cors"},
    "packed oddly": {**AUTHORIZED, "content-encoding": "br"},
    "a large body": {**AUTHORIZED, "content-length": str(2**40)},
    "an odd length": {**AUTHORIZED, "content-length": "+5"},
    "chunked": {**AUTHORIZED, "transfer-encoding": "chunked", "content-length": "7"},
    "a client": {**AUTHORIZED, "user-agent": "OpenAI/Python 1.2", "x-title": "Ada's tool", "cookie": "secret"},
    "latin": {**AUTHORIZED, "x-title": "caf\u00e9"},
}


@pytest.mark.parametrize("path", [CHAT, MESSAGES, STREAM])
@pytest.mark.parametrize("name", HEADERS)
async def test_headers_of_all_kinds(name: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for origins in ("", "https://page.example", "*"):
        await both(monkeypatch, path, hello(path), headers=HEADERS[name], origins=origins)


async def test_a_key_in_the_query(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await both(monkeypatch, f"{GENERATE}?key={KEY}", hello(GENERATE), headers={}))["head"][0][0] == 200
    for query in ("key=", "key=x", f"key=x&key={KEY}", "key=%zz", "key=%ff", "key=a;b=c", "&&key"):
        assert (await both(monkeypatch, f"{GENERATE}?{query}", hello(GENERATE), headers={}))["head"][0][0] == 401


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"model": NaN}', b"[" * 100_000, b"x" * (2**20 + 1)],
    ids=["none", "half", "list", "null", "text", "utf16", "nan", "deep", "too large"],
)
@pytest.mark.parametrize("path", [CHAT, MESSAGES, RESPONSES, GENERATE])
async def test_bodies_that_are_none(path: str, body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    status = (await both(monkeypatch, path, body, cut=60_000))["head"][0][0]
    assert status >= 400 or body == b"null", "of Google's own words nothing is asked here"


async def test_bodies_that_come_in_pieces_packed_or_large(monkeypatch: pytest.MonkeyPatch) -> None:
    large = hello(CHAT, messages=[{"role": "user", "content": "word " * 80_000}])
    for body, more in (
        (hello(CHAT), {"cut": 3}),
        (large, {"cut": 60_000}),
        (gzip.compress(hello(CHAT)), {"headers": {**AUTHORIZED, "content-encoding": "gzip"}}),
        (hello(CHAT), {"headers": {**AUTHORIZED, "content-encoding": "gzip"}}),
        (hello(CHAT, stream=True), {"version": "1.0"}),
    ):
        await both(monkeypatch, CHAT, body, **more)


async def test_refusals_of_the_relay_and_faults_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def raising(error: Exception) -> Any:
        async def run(call: Any, encoder: Any, client: Any, writer: Any = None) -> Any:
            raise error
            yield

        return lambda runtime: setattr(runtime.relay, "run", run)

    limited = ClientFault(quoted("Too many."), status=429, retry_after_s=3_600)
    for error in (limited, ClientFault(quoted("No."), status=403), RuntimeError("a prompt")):
        for path in (CHAT, MESSAGES, GENERATE):
            result = await both(monkeypatch, path, hello(path), prepare=raising(error))
            assert b"a prompt" not in result["body"]


async def test_an_answer_that_is_refused_with_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(call: Any, encoder: Any, client: Any, writer: Any = None) -> Any:
        yield Opened(429, (("Content-Type", "application/json"), ("Retry-After", "900"), ("retry-after-ms", "900000")))
        yield b"{}"

    for more in ({}, {"stream": True}):
        result = await both(
            monkeypatch, CHAT, hello(CHAT, **more), prepare=lambda runtime: setattr(runtime.relay, "run", run)
        )
        assert (b"x-should-retry", b"false") in map(tuple, result["head"][0][1])


@pytest.mark.parametrize("hold", ["before", "after"])
async def test_a_client_that_leaves_ends_its_exchange(hold: str, monkeypatch: pytest.MonkeyPatch) -> None:
    results = []
    for lean in (True, False):
        runtime = fresh()
        runtime.relay.hold = hold
        asked = Asked(runtime, CHAT, hello(CHAT, stream=True))
        with monkeypatch.context() as patch:
            if not lean:
                patch.setattr(front_module, "route", lambda scope: None)
            running = asyncio.ensure_future(asked.run())
            while not (runtime.relay.calls and (hold == "before" or len(asked.sent) > 1)):
                await asyncio.sleep(0)
            asked.leave()
            await running
        assert runtime.relay.closed == 1
        results.append(asked.result())
    assert results[0] == results[1]


@pytest.mark.parametrize("lean", [True, False])
async def test_a_guesser_that_leaves_is_not_kept_until_its_pause_is_over(
    lean: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its connection, and one of the few places of those that wait, are free for others."""
    runtime = fresh()
    lockout, paused = runtime.services.lockout, asyncio.Event()

    async def pause(seconds: float) -> None:
        paused.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(lockout, "_clock", replace(runtime.services.clock, sleep=pause))
    if not lean:
        monkeypatch.setattr(front_module, "plain_route", lambda scope: None)
    for _ in range(FREE):
        await lockout.wrong_key("127.0.0.1")
    asked = Asked(runtime, "/v1/models", method="GET", headers={"authorization": "Bearer nonsense-that-is-long"})
    running = asyncio.ensure_future(asked.run())
    await paused.wait()
    asked.leave()
    await asyncio.wait_for(running, 5)
    assert not lockout._waiting


async def test_a_cancellation_from_elsewhere_is_not_swallowed() -> None:
    runtime = fresh()
    runtime.relay.hold = "after"
    asked = Asked(runtime, CHAT, hello(CHAT, stream=True))
    running = asyncio.ensure_future(asked.run())
    await asked.came.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert runtime.relay.closed == 1


async def test_the_lean_path_takes_what_generates_and_nothing_else() -> None:
    def taken(method: str, path: str) -> bool:
        return route({"method": method, "path": path}) is not None

    generating = [one for one in CAPTURED.values() if taken(one["method"], one["path"].partition("?")[0])]
    assert len(generating) >= len(CAPTURED) * 2 // 3
    assert all(taken("POST", path) for path in HELLO if "images" not in path)
    others = ("/v1/models", "/v1/embeddings", "/v1/messages/count_tokens", "/v1/models/x:countTokens", "/", "/admin")
    assert not any(taken(method, path) for method in ("POST", "GET") for path in others)
    assert not taken("GET", CHAT)


@pytest.mark.parametrize("body", [b"{", b'{"model": "nobody\'s", "messages": []}', b'{"messages": 1}'])
async def test_a_refused_request_leaves_no_body_to_the_collector(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it is refused for is noted, and where that was raised all of the body was at hand."""
    bodies = list[weakref.ref[BoundedBody]]()

    def asked_in(scope: Scope, *, is_clients: bool = False) -> ClientRequest:
        asked = front_asked_in(scope, is_clients=is_clients)
        bodies.append(weakref.ref(asked.body))
        return asked

    front_asked_in = front_module.asked_in
    monkeypatch.setattr(front_module, "asked_in", asked_in)
    gc.disable()
    try:
        asked = await Asked(fresh(), CHAT, body).run()
        assert asked.sent[0]["status"] in (400, 404)
        del asked
        for _ in range(5):  # who watches for the client's leaving ends
            await asyncio.sleep(0)
        assert [one() for one in bodies] == [None]
    finally:
        gc.enable()
