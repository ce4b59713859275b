"""A credential with a proxy goes through it and no other way; the rest stay on the one client."""

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from mock_google import mocked

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import shown_proxy
from gcli2api_tui.events.problems import FaultKind, StartFault, UpstreamFault
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.upstream.gemini_api import GeminiApi
from gcli2api_tui.upstream.http_client import GoogleClient, open_client
from gcli2api_tui.upstream.httpx_way import HttpxWay
from gcli2api_tui.upstream.reachability import reach
from gcli2api_tui.upstream.request_bodies import wire_json

GOOGLE = "http://google.invalid"
"""Reached by nobody but a proxy that makes it up."""

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n" + b'{"candidates":[]}'


@asynccontextmanager
async def proxy():
    """(its address, the heads of the requests that came)"""
    heads = []

    async def answer(reader, writer):
        heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(OK)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}", heads


@pytest.fixture(autouse=True)
def no_proxies_of_the_machine(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def through(credential, url):
    return replace(credential, settings=replace(credential.settings, proxy=Secret(url)))


def gemini(client):
    return GeminiApi(client, GOOGLE, Clock(), lambda backend, model: model)


async def test_its_requests_go_through_with_the_password_for_it(key):
    async with proxy() as (address, heads), open_client() as client:
        proxied = through(key, f"http://user:pass@{address}")
        await gemini(client).generate(proxied, "m", {})
        await gemini(client).count_tokens(proxied, "m", {})
    lines = [head.split("\r\n") for head in heads]
    assert [one[0].split(" ")[1] for one in lines] == [
        f"{GOOGLE}/v1beta/models/m:generateContent",
        f"{GOOGLE}/v1beta/models/m:countTokens",
    ]
    assert all("proxy-authorization: basic dxnlcjpwyxnz" in head.lower() for head in heads)


async def test_others_do_not(key):
    async with proxy() as (_, heads), open_client() as client:
        with pytest.raises(UpstreamFault) as caught:
            await gemini(client).generate(key, "m", {})
        assert caught.value.kind is FaultKind.NETWORK
        assert client.way(key) is client.usual and client.httpx_way(key) is client.by_httpx
    assert heads == []


async def test_one_client_for_each_proxy_closed_with_the_shared_one(key):
    made = []

    def opened(proxy):
        made.append(httpx.AsyncClient(proxy=proxy.reveal()))
        return made[-1]

    async with mocked(lambda request: httpx.Response(200)) as usual:
        client = GoogleClient(usual.usual, usual.by_httpx, opened)
        one, same, other = (client.way(through(key, f"http://127.0.0.1:{port}")) for port in (1, 1, 2))
        assert one is same is client.httpx_way(through(key, "http://127.0.0.1:1")) and one is not other
        for way in (one, other, one):
            with pytest.raises(UpstreamFault):
                await way.send("GET", GOOGLE, {})
        await client.aclose()
    assert [client.is_closed for client in made] == [True, True]


async def test_a_proxy_that_is_not_there_is_no_reason_to_go_without(key):
    async with proxy() as (address, _):
        pass
    async with open_client() as client:
        with pytest.raises(UpstreamFault) as caught:
            await gemini(client).generate(through(key, f"http://user:planted@{address}"), "m", {})
    assert caught.value.kind is FaultKind.NETWORK
    assert "planted" not in caught.value.sentence


async def test_what_cannot_be_used_is_said(key):
    async with open_client(loopback_only=True) as demo, open_client() as client:
        for one, url in ((demo, "http://127.0.0.1:1"), (client, "nonsense://x")):
            for _ in range(2):
                with pytest.raises(UpstreamFault, match="cannot be used") as caught:
                    await gemini(one).generate(through(key, url), "m", {})
                assert caught.value.way_out


async def test_httpxs_own_way_is_opened_when_something_goes_there_and_closed_with_it() -> None:
    made: list[httpx.AsyncClient] = []

    def opened() -> httpx.AsyncClient:
        made.append(httpx.AsyncClient(transport=httpx.MockTransport(lambda request: httpx.Response(200))))
        return made[-1]

    await HttpxWay(opened).aclose()
    assert not made
    way = HttpxWay(opened)
    first = await asyncio.gather(*(way.send("GET", "http://127.0.0.1/", {}) for _ in range(5)))
    many = len(made)
    assert [one.status for one in [*first, await way.send("GET", "http://127.0.0.1/", {})]] == [200] * 6
    assert len(made) == many
    await way.aclose()
    assert [one.is_closed for one in made].count(True) == 1


async def test_a_body_that_still_comes_and_headers_as_they_are_given() -> None:
    heads = []

    async def taken(request: httpx.Request) -> httpx.Response:
        heads.append((request.headers.get("content-type"), await request.aread()))
        return httpx.Response(200, content=b"{}")

    async def coming():
        yield b"a"
        yield b"b"

    async with mocked(taken) as client:
        for content in (coming(), b"ab"):
            await client.by_httpx.send("POST", "http://127.0.0.1/", {"content-type": "x/y"}, content, kind="")
            await client.by_httpx.send("POST", "http://127.0.0.1/", {}, b"ab", kind="")
    assert heads == [("x/y", b"ab"), (None, b"ab")] * 2


async def test_what_is_written_while_it_is_sent_has_a_length_by_httpx_too() -> None:
    body = {"contents": [{"parts": [{"text": "Words\n" * 2**20}]}]}
    taken = []

    async def take(request: httpx.Request) -> httpx.Response:
        taken.append((await request.aread(), request.headers))
        return httpx.Response(200, content=b"{}")

    async with mocked(take) as client:
        for _ in range(2):
            await client.by_httpx.send("POST", "http://127.0.0.1/", {}, await wire_json(body))
    for content, headers in taken:
        assert json.loads(content) == body
        assert headers["content-length"] == str(len(content))
        assert headers["content-type"] == "application/json"
        assert "transfer-encoding" not in headers


BROKEN = [
    "://",
    "http://[::1",
    "socks5://127.0.0.1:9",
    "ftp://x",
    "http://anna:secret@x:abc",
    "\x1b[31m",
    "http://\udcff:1",
]


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy"])
@pytest.mark.parametrize("value", BROKEN)
def test_a_variable_that_names_no_proxy_is_named(name, value, monkeypatch):
    monkeypatch.setenv(name, value)
    with pytest.raises(StartFault) as refused:
        open_client()
    assert refused.value.sentence.startswith(f"{name} names no proxy that can be used: ")
    assert refused.value.exit_code == 2 and "secret" not in refused.value.sentence


@pytest.mark.parametrize("value", ["[::1", "x:abc", "\udcff"])
def test_hosts_that_cannot_be_read_are_named(value, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", value)
    with pytest.raises(StartFault, match=r"^NO_PROXY cannot be read"):
        open_client()


@pytest.mark.parametrize("value", BROKEN)
def test_the_doctor_says_it_of_each_host(value, monkeypatch, capsys):
    """From threads of its own, whose crash would be a traceback."""
    monkeypatch.setenv("HTTPS_PROXY", value)
    assert shown_proxy(value)
    (found,) = reach(("https://google.invalid",), Clock())
    assert found.trouble == "proxy"
    assert capsys.readouterr().err == ""


def test_the_demo_follows_none(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "://")
    assert open_client(loopback_only=True)
