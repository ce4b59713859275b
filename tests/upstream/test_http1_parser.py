"""Answers of HTTP/1.1 as they come: in any split, whole, broken, and read as h11 reads them."""

import random

import h11
import pytest

from gcli2api_tui.upstream.http1_parser import MOST_CHUNK_LINE, MOST_HEAD, AnswerParser

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"

ANSWERS = (
    OK + b"Content-Length: 5\r\n\r\nhello",
    OK + b"transfer-encoding: Chunked\r\nX: y\r\n\r\n3;a=b\r\nabc\r\n10 \r\n0123456789abcdef\r\n0\r\nT: v\r\n\r\n",
    OK + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nz\r\n0\r\n\r\n",
    b"HTTP/1.0 200 OK\r\n\r\nto the end",
    b"HTTP/1.1 103 Early\r\nL: x\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 2, 2\r\n\r\nok",
    b"HTTP/1.1 204\nA: b\n c\n\n",
    b"HTTP/1.1 304 x\r\nContent-Length: 9\r\nConnection: x, Close\r\n\r\n",
    b"SSH-2.0-x\r\n\r\n",
    b"\x16\x03\x01",
    OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nokk",
    OK + b"Content-Length: \r\n\r\nok",
    OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    b"HTTP/1.1 101 Sw\r\nUpgrade: x\r\n\r\n" + OK + b"\r\n",
)
BEHIND = (b"", b"", b"x", b"\r\n", OK + b"\r\n")
ODD = tuple(b"\r|\n|\r\n| |\t|:|;|0|1|f|,|\x00|\x01|\xff|HTTP/1.1 |chunked|\r\n\r\n|\x0b|a".split(b"|"))

Told = tuple[int, bytes, str, bool]
"""Status, body, whether it has ended or is broken, whether the connection may be used again."""


def told(reads: list[bytes], *, closed: bool) -> Told:
    parser, body = AnswerParser(), b""
    for received in reads:
        parser.feed(received)
        body += parser.take(MOST_HEAD)
        if parser.broken or parser.ended:
            break
    else:
        if closed:
            parser.end()
    state = "broken" if parser.broken else "ended" if parser.ended else "open"
    return parser.status, body, state, parser.ended and parser.keeps_alive


def told_by_h11(reads: list[bytes], *, closed: bool) -> Told:
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEAD)
    connection.send(h11.Request(method="POST", target="/", headers=[("host", "x"), ("content-length", "0")]))
    connection.send(h11.EndOfMessage())
    status, body, state = 0, b"", "open"
    try:
        for received in [*reads, b""] if closed else reads:
            connection.receive_data(received)
            while state == "open" and (event := connection.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
                if isinstance(event, h11.Response):
                    status = event.status_code
                elif isinstance(event, h11.Data):
                    body += bytes(event.data)
                elif isinstance(event, h11.EndOfMessage):
                    state = "ended"
            if state == "ended":
                break
    except h11.RemoteProtocolError:
        return status, body, "broken", False
    return status, body, state, state == "ended" and _is_at_rest(connection)


def _is_at_rest(connection: h11.Connection) -> bool:
    if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
        return False
    connection.start_next_cycle()
    data, ended = connection.trailing_data
    return not data and not ended


def test_read_as_h11_reads_it():
    """Thousands of answers that were changed at random, in random reads."""
    chance = random.Random(15)
    for _ in range(3000):
        wire = chance.choice(ANSWERS) + chance.choice(BEHIND)
        for _ in range(chance.choice((0, 0, 1, 1, 2, 3))):
            at = chance.randrange(len(wire) + 1)
            wire = wire[:at] + chance.choice((*ODD, b"")) + wire[at + chance.choice((0, 1, 1, 2, 5)) :]
        cuts = sorted(chance.randrange(len(wire) + 1) for _ in range(chance.choice((0, 1, 3, len(wire)))))
        reads = [wire[a:b] for a, b in zip([0, *cuts], [*cuts, len(wire)], strict=True) if a < b]
        closed = chance.random() < 0.5
        assert told(reads, closed=closed) == told_by_h11(reads, closed=closed), reads


@pytest.mark.parametrize(
    "wire",
    [
        OK + b"Transfer-Encoding:\r\n chunked\r\n\r\n1\r\nz\r\n0\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n \r\n\r\n1\r\nz\r\n0\r\n\r\n",
        b"HTTP/1.1 103 Early\r\nContent-Length: f\r\n\r\n" + OK + b"Content-Length: 0\r\n\r\n",
        b"HTTP/1.1 100 Go\r\nTransfer-Encoding: gzip\r\n\r\n" + OK + b"Content-Length: 0\r\n\r\n",
    ],
    ids=["folded at once", "an empty fold", "an interim length", "an interim coding"],
)
def test_read_as_h11_reads_what_few_walks_meet(wire):
    assert told([wire], closed=False) == told_by_h11([wire], closed=False)


@pytest.mark.parametrize("wire", ANSWERS, ids=range(len(ANSWERS)))
def test_any_split_gives_the_same(wire):
    whole = told([wire], closed=True)
    for at in range(len(wire)):
        assert told([wire[:at], wire[at:]], closed=True) == whole
    assert told([wire[at : at + 1] for at in range(len(wire))], closed=True) == whole


def test_headers_by_their_names_in_small_letters():
    parser = AnswerParser()
    parser.feed(OK + b"Content-Length: 0\r\nVary: a\r\nRetry-After:  7 \r\nvary: b\r\n\r\n")
    assert parser.headers == {"content-length": "0", "vary": "a, b", "retry-after": "7"}


@pytest.mark.parametrize(
    ("begin", "most"),
    [(b"HTTP/1.1 200 ", MOST_HEAD), (CHUNKED, MOST_CHUNK_LINE), (CHUNKED + b"0\r\n", MOST_HEAD)],
    ids=["head", "chunk", "trailers"],
)
def test_a_line_without_end_is_given_up(begin, most):
    parser, fed = AnswerParser(), 0
    parser.feed(begin)
    while not parser.broken:
        parser.feed(b"1" * 1000)
        fed += 1000
        assert fed <= most + 2000


def test_all_chunks_of_one_read_at_once():
    parser = AnswerParser()
    parser.feed(CHUNKED + b"3\r\nabc\r\n" * 500 + b"0\r\n\r\n")
    assert (parser.unread, parser.take(MOST_HEAD), parser.ended, parser.keeps_alive) == (1500, b"abc" * 500, True, True)


@pytest.mark.parametrize("odd", [b"3;a=b", b"000000000003", b"3 \t", b"3;3\n", b"0x3", b"+3", b"3_0", b"", b"fffffff"])
def test_an_odd_chunk_among_usual_ones_is_read_as_if_it_came_byte_by_byte(odd):
    whole = CHUNKED + b"1\r\nz\r\n3\r\nabc\r\n" + odd + b"\r\ndef\r\n2\r\ngh\r\n0\r\n\r\n"
    slowly = read([whole[at : at + 1] for at in range(len(whole))])
    for cut in range(len(CHUNKED), len(whole)):
        assert read([whole[:cut], whole[cut:]]) == slowly


def read(parts):
    parser = AnswerParser()
    for part in parts:
        if not parser.broken:
            parser.feed(part)
    return parser.ended, parser.broken, parser.keeps_alive, parser.take(MOST_HEAD)
