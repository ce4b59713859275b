"""S9: bodies and archives of any size read into memory. tests/bench/attacks.py measures what memory does."""

import io
import socket
import zipfile
from urllib.parse import urlsplit

import pytest
from finding_server import CLIENT, PANEL, Served


@pytest.mark.parametrize(("path", "key"), [("/v1/chat/completions", CLIENT), ("/admin/api/credentials", PANEL),
                                            ("/admin/api/settings", PANEL), ("/v1/messages", CLIENT)])  # fmt: skip
def test_ten_gigabytes_are_refused_before_they_come(served: Served, path: str, key: str) -> None:
    place = urlsplit(served.url)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=10) as sock:
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
        sock.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 10737418240\r\n\r\n".encode())
        assert sock.recv(64).startswith(b"HTTP/1.1 413")


def bomb(entries: int, size: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(entries):
            archive.writestr(f"{number}.json", b" " * size)
    return packed.getvalue()


@pytest.mark.parametrize(("entries", "size"), [(5, 30_000_000), (5_000, 1)])
def test_a_zip_that_unpacks_without_end_adds_nothing(served: Served, entries: int, size: int) -> None:
    before = served.ask("/admin/api/credentials", key=PANEL).json()["credentials"]
    assert served.ask("/admin/api/credentials?name=bomb.zip", bomb(entries, size), key=PANEL).status == 409
    after = served.ask("/admin/api/credentials", key=PANEL).json()["credentials"]
    assert [one["id"] for one in before] == [one["id"] for one in after]


def test_json_that_is_deep_or_torn_is_a_fault_of_the_client(served: Served) -> None:
    for body in (b"[" * 200_000, b'{"model":' * 50_000, b"{", b"\xff"):
        assert served.ask("/v1/chat/completions", body, key=CLIENT).status == 400
