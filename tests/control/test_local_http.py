"""A question over a socket: how an answer's end is found, and what is no answer."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from gcli2api_tui.control.local_http import Heard, ask


@contextmanager
def saying(answer: bytes, *, stays: bool = False) -> Iterator[tuple[str, list[bytes]]]:
    """Says the same to whoever comes, and hangs up unless it `stays`; what it was asked is in the list."""
    asked: list[bytes] = []
    over = threading.Event()

    def serve() -> None:
        line, _ = listener.accept()
        with line:
            asked.append(line.recv(100_000))
            line.sendall(answer)
            if stays:
                over.wait(10)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked
        finally:
            over.set()
            thread.join(10)


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("answer", "heard"),
    [
        (OK + b"Content-Length: 3\r\n\r\nabcd", Heard(200, "OK", b"abc")),
        (OK + b"content-length:0\r\n\r\n", Heard(200, "OK", b"")),
        (OK + b"\r\nto the end", Heard(200, "OK", b"to the end")),
        (OK + b"Transfer-Encoding: Chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n", Heard(200, "OK", b"abc")),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 1\r\n\r\na", Heard(200, "OK", b"a")),
        (b"HTTP/1.0 409 Such a Conflict\r\n\r\n", Heard(409, "Such a Conflict", b"")),
        (b"HTTP/1.1 503 \r\nContent-Length: 2\r\n\r\n{}", Heard(503, "", b"{}")),
        (b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", Heard(204, "No Content", b"")),
        (b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\n\r\n", Heard(302, "Found", b"")),
    ],
)
def test_the_whole_answer(answer: bytes, heard: Heard) -> None:
    with saying(answer) as (url, asked):
        assert ask("GET", f"{url}/a?b=c", {"X-One": "1"}, timeout_s=10) == heard
        assert heard.is_good is (heard.status in (200, 204))
    head, _, host = asked[0].decode(), None, url.removeprefix("http://")
    assert head.startswith("GET /a?b=c HTTP/1.1\r\n") and f"\r\nHost: {host}\r\n" in head
    assert "\r\nConnection: close\r\n" in head and head.endswith("\r\nX-One: 1\r\n\r\n")


def test_a_body_is_sent_with_its_length() -> None:
    with saying(OK + b"\r\n") as (url, asked):
        ask("POST", url, {}, "\u00e4".encode(), timeout_s=10)
    assert asked[0].startswith(b"POST / HTTP/1.1\r\n") and asked[0].endswith(b"\r\n\r\n\xc3\xa4")
    assert b"\r\nContent-Length: 2\r\n" in asked[0]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-other\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK",
        OK + b"Content-Length: 5\r\n\r\nabc",
        OK + b"Content-Length: x\r\n\r\nabc",
        OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabc",
        OK + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
        OK + b"".join(b"X-%d: 1\r\n" % n for n in range(200)) + b"\r\n",
        OK + b"X: " + b"a" * 100_000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_answer_or_ends_early(answer: bytes) -> None:
    with saying(answer) as (url, _), pytest.raises((ValueError, ConnectionError)):
        ask("GET", url, {}, timeout_s=10)


def test_no_more_is_read_than_is_enough() -> None:
    for head in (b"", b"Content-Length: 900000\r\n", b"Transfer-Encoding: chunked\r\n"):
        body = b"a" * 50 if b"chunked" not in head else b"32\r\n" + b"a" * 50 + b"\r\n"
        with saying(OK + head + b"\r\n" + body, stays=True) as (url, _):
            assert ask("GET", url, {}, timeout_s=10, most=50).body == b"a" * 50


@pytest.mark.parametrize("size", [b"ffffffffffffffff", b"7fffffffffffffff", b"-5"])
def test_a_chunk_of_any_length_is_no_more_than_is_enough_or_no_answer(size: bytes) -> None:
    """Another program has the port, and may say what it likes."""
    with (
        saying(OK + b"Transfer-Encoding: chunked\r\n\r\n" + size + b"\r\nabc") as (url, _),
        pytest.raises(ValueError),
    ):
        ask("GET", url, {}, timeout_s=5)
    with saying(OK + b"Transfer-Encoding: chunked\r\n\r\nffffffff\r\n" + b"a" * 50) as (url, _):
        assert ask("GET", url, {}, timeout_s=5, most=20).body == b"a" * 20


def test_who_says_nothing_is_waited_for_no_longer_than_asked() -> None:
    with saying(b"", stays=True) as (url, _), pytest.raises(TimeoutError):
        ask("GET", url, {}, timeout_s=0.1)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda url: ask("GET", f"{url}/a b", {}, timeout_s=1),
        lambda url: ask("GET", f"{url}/\u00e4", {}, timeout_s=1),
        lambda url: ask("GET", url, {"Authorization": "a\r\nX: b"}, timeout_s=1),
        lambda url: ask("GET", url, {"Authorization": "\u4e2d"}, timeout_s=1),
    ],
)
def test_what_would_be_two_questions_or_none_is_not_asked(wrong: Callable[[str], Heard]) -> None:
    with pytest.raises(ValueError):
        wrong("http://127.0.0.1:9")
