"""Fetching images: which addresses are refused, and that the connection goes to the address that was judged."""

import asyncio
import ipaddress
from contextlib import asynccontextmanager

import pytest

from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.upstream import image_fetcher as fetching
from gcli2api_tui.upstream.image_fetcher import ImageFetcher, image_type, is_public

PNG = b"\x89PNG\r\n\x1a\nrest"
PARAM = "messages.[0].content.[1].image_url"


@asynccontextmanager
async def web(pages):
    """A server that answers each path with (status, headers, body); gives its port and the heads it read."""
    heads = []

    async def serve(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        heads.append(head)
        status, headers, body = pages[head.split()[1]]
        lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body)}", "connection: close", *headers]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], heads


class Names:
    """Resolves every name to this machine, unless told otherwise."""

    def __init__(self, **known):
        self.known, self.asked = known, []

    async def __call__(self, host, port):
        self.asked.append(host)
        return self.known.get(host.partition(".")[0], ["127.0.0.1"])


def lenient(names, *, refused="10.0.0.1"):
    return ImageFetcher(names, lambda address: str(address) != refused)


async def refused(fetcher, url):
    with pytest.raises(ClientFault) as caught:
        await fetcher.fetch(url, PARAM)
    assert (caught.value.param, caught.value.status) == (PARAM, 400)
    return caught.value.message


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.0.8",
        "192.88.99.1",
        "fec0::1",
        "::127.0.0.1",
        "::8.8.8.8",
        "::ffff:0:127.0.0.1",
        "64:ff9b:1::808:808",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:20::1",
        "2002:808:808::1",
        "2001:db8::1",
        "3fff::1",
        "5f00::1",
        "100::1",
        "4000::1",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
async def test_nothing_near_is_asked(address):
    assert not is_public(ipaddress.ip_address(address))
    # One bad address among good ones is enough.
    assert "open internet" in await refused(ImageFetcher(Names(near=["8.8.8.8", address])), "http://near.test/a.png")


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "2001:4860:4860::8888", "2606:4700::1111", "2a00:1450::1", "64:ff9b::808:808", "::ffff:8.8.8.8"],
)
def test_the_open_internet_is(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f.0.0.1", "[::1]", "[::ffff:7f00:1]"])
async def test_other_spellings_of_this_machine(host):
    """Judged after the system has read them."""
    await refused(ImageFetcher(), f"http://{host}:9/a.png")


async def test_it_connects_to_the_address_that_was_judged_under_the_name():
    names = Names()
    async with web({"/a?b=c": (200, ["content-type: text/html"], PNG)}) as (port, heads):
        assert await lenient(names).fetch(f"http://pictures.test:{port}/a?b=c#d", PARAM) == ("image/png", PNG)
    assert names.asked == ["pictures.test"]
    assert f"host: pictures.test:{port}\r\n" in heads[0].lower()


async def test_redirects_are_followed_and_judged_again():
    pages = {f"/{n}": (302, [f"location: /{n + 1}"], b"") for n in range(4)} | {"/4": (200, [], PNG)}
    pages["/in"] = (302, ["location: http://inside.test/secret"], b"")
    pages["/file"] = (302, ["location: file:///etc/passwd"], b"")
    fetcher = lenient(Names(inside=["10.0.0.1"]))
    async with web(pages) as (port, heads):
        assert (await fetcher.fetch(f"http://a.test:{port}/1", PARAM))[1] == PNG
        assert "leads on" in await refused(fetcher, f"http://a.test:{port}/0")
        assert "inside.test is not on the open internet" in await refused(fetcher, f"http://a.test:{port}/in")
        assert "Only plain http" in await refused(fetcher, f"http://a.test:{port}/file")
    assert not any("secret" in head for head in heads)


async def test_what_is_no_image(monkeypatch):
    pages = {"/page": (200, ["content-type: image/png"], b"<html>"), "/gone": (404, [], b""), "/big": (200, [], PNG)}
    async with web(pages) as (port, _):
        address = f"http://a.test:{port}"
        assert "no image" in await refused(lenient(Names()), f"{address}/page")
        assert "status 404" in await refused(lenient(Names()), f"{address}/gone")
        monkeypatch.setattr(fetching, "LIMIT_BYTES", len(PNG) - 1)
        assert "larger" in await refused(lenient(Names()), f"{address}/big")


async def test_one_that_never_ends_is_given_up(monkeypatch):
    async def never(host, port):
        await asyncio.Event().wait()

    monkeypatch.setattr(fetching, "LIMIT_S", 0.01)
    assert "within" in await refused(ImageFetcher(never), "http://a.test/")


@pytest.mark.parametrize("url", ["http://", "http://a:b@c.test/", "ftp://a.test/", "http://a.test:99999/", "http://[/"])
async def test_strange_addresses(url):
    message = await refused(ImageFetcher(Names()), url)
    assert "a:b" not in message


async def test_nobody_there_is_the_clients_to_mend():
    async with web({}) as (port, _):
        pass
    assert "not reached" in await refused(lenient(Names()), f"http://a.test:{port}/")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x18ftypheic", "image/heic"),
        (b"RIFF\0\0\0\0WAVE", ""),
        (b"<svg>", ""),
        (b"", ""),
    ],
)
def test_types_are_told_by_the_bytes(content, kind):
    assert image_type(content) == kind
