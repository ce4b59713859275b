import base64
import binascii
import random
from typing import Any

import pytest

from gcli2api_tui.dialects.call import RemoteFile
from gcli2api_tui.dialects.media import blob, by_address, first_bytes, from_data_url
from gcli2api_tui.events.problems import ClientFault

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()


def kind(part: Any) -> str:
    return str(part["inlineData"]["mimeType"])


@pytest.mark.parametrize(
    "url",
    ["data:image/jpg;base64,", "data:;base64,", "DATA:application/octet-stream;base64,", "data:base64;base64,"],
)
def test_a_picture_in_an_address_is_what_its_bytes_are(url: str) -> None:
    assert kind(by_address(url + PNG, "p", None)) == "image/png"


def test_words_in_an_address() -> None:
    assert from_data_url("data:,a%20b", "p") == {"inlineData": {"mimeType": "text/plain", "data": "YSBi"}}
    assert kind(from_data_url("data:;base64,AAAA", "p", label="image/webp")) == "image/webp"
    assert kind(from_data_url("data:image/*;base64,AAAA", "p", name="a.heic")) == "image/heic"


def test_base64_of_clients_is_written_as_google_takes_it() -> None:
    assert blob("image/png", "_-8\n", "p") == {"inlineData": {"mimeType": "image/png", "data": "/+8="}}
    for data in ("?", "", "ä"):
        with pytest.raises(ClientFault) as caught:
            blob("image/png", data, "p")
        assert caught.value.param == "p"


@pytest.mark.parametrize(
    ("url", "label", "kind"),
    [
        ("gs://b/a.PNG", "", "image/png"),
        ("GS://b/object7", "image/webp", "image/webp"),
        ("gs://b/a.png", "image/jpg", "image/jpeg"),
        ("gs://b/a.png", "image/*", "image/png"),
        ("gs://b/a", "", None),
        ("https://youtu.be/abc", "", "video/mp4"),
        ("https://www.youtube.com/watch?v=a.png", "video/*", "video/mp4"),
        ("https://generativelanguage.googleapis.com/v1beta/files/abc", "", None),
    ],
)
def test_google_gets_addresses_of_its_own_with_a_type(url: str, label: str, kind: str | None) -> None:
    remote: list[RemoteFile] = []
    told = {} if kind is None else {"mimeType": kind}
    assert by_address(url, "p", remote, label=label) == {"fileData": {**told, "fileUri": url}}
    assert remote == []


def test_other_addresses_are_fetched_or_refused_with_their_field() -> None:
    remote: list[RemoteFile] = []
    by_address("https://youtube.com.example/a.png", "p.url", remote, "p")
    assert remote == [RemoteFile("https://youtube.com.example/a.png", "p")]
    for url in ("https://x/a.mp4", "ftp://x/a.png", "http://[::1", ""):
        with pytest.raises(ClientFault) as caught:
            by_address(url, "p.url", None)
        assert caught.value.param == "p.url"


def decoded(data: str) -> str | None:
    """As Python's own strict decoder judges what clients write, once its line breaks and its alphabet are mended."""
    plain = "".join(data.split()).replace("-", "+").replace("_", "/").rstrip("=")
    plain += "=" * (-len(plain) % 4)
    try:
        return plain if binascii.a2b_base64(plain, strict_mode=True) else None
    except binascii.Error:
        return None


def test_base64_is_judged_as_if_it_were_decoded() -> None:
    chance = random.Random(15)
    for _ in range(5000):
        letters = chance.choice(("ABCDwxyz", "AAAAbz09+/-_=\n \t?"))
        data = "".join(chance.choices(letters, k=chance.randrange(14))) + "=" * chance.choice((0, 0, 1, 2, 3))
        try:
            found = blob("image/png", data, "p")["inlineData"]["data"]
        except ClientFault:
            found = None
        assert found == decoded(data), data
        strict = decoded(data) if decoded(data) == data else None
        assert bool(first_bytes(data)) == bool(strict), data


def test_a_large_picture_is_not_decoded_to_see_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes, real = [], binascii.a2b_base64

    def decode(data: str, **options: Any) -> bytes:
        sizes.append(len(data))
        return real(data, **options)

    monkeypatch.setattr(binascii, "a2b_base64", decode)
    data = base64.b64encode(base64.b64decode(PNG) + b"x" * 300_000).decode()
    assert kind(blob("", data, "p")) == "image/png"
    assert max(sizes) < 1000
