"""One call looks the same to Google, and fails in the same words, by our own connections and by httpx's."""

import asyncio
import json
import os
import subprocess
import sys
from contextlib import asynccontextmanager

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.upstream.access_tokens import TokenEndpoint
from gcli2api_tui.upstream.google_call import ask
from gcli2api_tui.upstream.http_client import open_client
from gcli2api_tui.upstream.way import Spans

OK = b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"here": 1}'


@asynccontextmanager
async def google(*answers):
    """(its address, the requests that came as (method, target, headers, body)); the last answer is for ever."""
    asked, left, writers = [], list(answers) or [OK], []

    async def serve(reader, writer):
        writers.append(writer)
        while head := await reader.readuntil(b"\r\n\r\n"):
            first, *lines = head.decode().split("\r\n")[:-2]
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            asked.append((*first.split(" ")[:2], headers, body))
            writer.write(left.pop(0) if len(left) > 1 else left[0])

    async def quietly(reader, writer):
        try:
            await serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async with await asyncio.start_server(quietly, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked
        for writer in writers:
            writer.transport.abort()


@pytest.fixture(params=["direct", "httpx"])
async def client(request, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    async with open_client() as it:
        if request.param == "httpx":
            it.usual = it.by_httpx
        yield it


async def test_questions_without_and_with_a_body(client):
    async with google() as (url, asked):
        assert await ask(client.usual, Clock(), "GET", f"{url}/v1/models", headers={"x-key": "k"}) == {"here": 1}
        await ask(client.usual, Clock(), "POST", f"{url}/v1/count", headers={"x-key": "k"}, body={"a": "ä"})
        await ask(client.usual, Clock(), "POST", f"{url}/v1/cancel", headers={})
        await ask(client.usual, Clock(), "DELETE", f"{url}/v1/files/f", headers={})
    assert [one[:2] for one in asked] == [
        ("GET", "/v1/models"), ("POST", "/v1/count"), ("POST", "/v1/cancel"), ("DELETE", "/v1/files/f"),
    ]  # fmt: skip
    assert [one[2].get("content-type") for one in asked] == [None, "application/json", None, None]
    assert [one[2].get("content-length") for one in asked] == [None, "10", "0", None]
    assert [one[2].get("x-key") for one in asked] == ["k", "k", None, None]
    assert asked[1][3] == '{"a":"ä"}'.encode()


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/v1/a?pageToken=b%2Fc%3D&d=e", "/v1/a?pageToken=b%2Fc%3D&d=e"),
        ("/v1/m:countTokens", "/v1/m:countTokens"),
        ("/v1/../v2/./a", "/v2/a"),
        ("/v1/.hidden/a", "/v1/.hidden/a"),
        ('/v1/"a"<b>{c}`d', "/v1/%22a%22%3Cb%3E%7Bc%7D%60d"),
        ("/v1/ä b#fragment", "/v1/%C3%A4%20b"),
    ],
)
async def test_what_is_asked_for_is_written_as_httpx_writes_it(client, path, target):
    async with google() as (url, asked):
        await ask(client.usual, Clock(), "GET", url + path, headers={})
    assert asked[0][1] == target


async def test_a_form(client, oauth):
    async with google() as (url, asked):
        await TokenEndpoint(client, url, Clock()).ask(oauth(), {"token": "a+b/c=", "who": "é x"})
    assert asked[0][:2] == ("POST", "/token")
    assert asked[0][2]["content-type"] == "application/x-www-form-urlencoded"
    assert asked[0][3] == b"token=a%2Bb%2Fc%3D&who=%C3%A9+x"


def refusal(status, word):
    said = json.dumps({"error": {"code": status, "message": "No.", "status": word}}).encode()
    return b"HTTP/1.1 %d No\r\nContent-Length: %d\r\n\r\n%b" % (status, len(said), said)


@pytest.mark.parametrize(
    ("answer", "kind", "status"),
    [
        (refusal(400, "INVALID_ARGUMENT"), FaultKind.CLIENT, 400),
        (refusal(500, "INTERNAL"), FaultKind.SERVER, 500),
        (b"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n", None, 302),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", FaultKind.PROTOCOL, 200),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", FaultKind.PROTOCOL, 0),
        (b"nonsense\r\n\r\n", FaultKind.PROTOCOL, 0),
    ],
)
async def test_refusals_and_what_is_no_answer(client, answer, kind, status):
    async with google(answer) as (url, asked):
        with pytest.raises(UpstreamFault) as raised:
            await ask(client.usual, Clock(), "GET", f"{url}/v1/models", headers={})
    assert (kind is None or raised.value.kind is kind) and raised.value.status == status
    assert len(asked) == 1


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"])
async def test_an_answer_that_does_not_come(client, begun):
    async with google(begun) as (url, _):
        with pytest.raises(UpstreamFault) as raised:
            await ask(client.usual, Clock(), "GET", f"{url}/v1", headers={}, spans=Spans(read_s=0.05))
    assert raised.value.kind is FaultKind.TIMEOUT


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://127.0.0.1:1/", "ConnectError"),
        ("ftp://127.0.0.1/", "UnsupportedProtocol"),
        ("http://a:b/", "InvalidURL"),
    ],
)
async def test_where_nobody_is(client, url, error):
    with pytest.raises(UpstreamFault) as raised:
        await ask(client.usual, Clock(), "GET", url, headers={})
    assert (raised.value.kind, error in raised.value.sentence) == (FaultKind.NETWORK, True)


async def test_who_leaves_closes_the_connection_and_the_next_has_a_new_one(client):
    async with google(b"", OK) as (url, asked):
        waiting = asyncio.ensure_future(ask(client.usual, Clock(), "GET", f"{url}/a", headers={}))
        while not asked:
            await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await ask(client.usual, Clock(), "GET", f"{url}/b", headers={}) == {"here": 1}


def test_a_question_by_our_own_connections_loads_nothing_of_httpx():
    """8 MB of a panel at rest were httpx and what it imports, for the first list of models."""
    script = """
import asyncio, sys
from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import UpstreamFault
from gcli2api_tui.upstream.google_call import ask
from gcli2api_tui.upstream.http_client import open_client

async def main():
    async with open_client() as client:
        try:
            await ask(client.usual, Clock(), "GET", "http://127.0.0.1:1/", headers={})
        except UpstreamFault as fault:
            heavy = ("httpx", "httpcore", "anyio", "email", "http.client", "urllib.request")
            print(fault.kind.name, *(name for name in heavy if name in sys.modules))

asyncio.run(main())
"""
    environ = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    words = [sys.executable, "-c", script]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False, env=environ)
    assert (done.stdout.split(), done.stderr) == (["NETWORK"], "")
