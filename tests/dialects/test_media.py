import base64
from typing import Any

import pytest

from gcli2api_tui.dialects.call import RemoteFile
from gcli2api_tui.dialects.media import blob, by_address, from_data_url
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
