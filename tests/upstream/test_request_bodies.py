"""What goes to Google: the same bytes whether in one go or in pieces, and what is large off the loop."""

import json
import threading
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcli2api_tui.json_encoder import Pieces
from gcli2api_tui.upstream import request_bodies
from gcli2api_tui.upstream.answer_json import ON_LOOP
from gcli2api_tui.upstream.request_bodies import PIECE, WRITTEN_AT_ONCE, is_large, wire_json

LONG = 'a"\\\n\u2028é😀' * PIECE


def sent(body: Any) -> bytes:
    """What goes out in pieces, as one."""
    written = request_bodies._in_pieces(body)
    if isinstance(written, bytearray):
        return bytes(written)
    whole = b"".join(written.pieces())
    assert (len(written), b"".join(written.pieces())) == (len(whole), whole), "it is sent again on another credential"
    return whole


def contents(*parts: Any) -> dict[str, Any]:
    return {"contents": [{"role": "user", "parts": list(parts)}]}


DEEP: dict[str, Any] = {"functionCall": {"args": {"a": [{"b": [{"c": [{"d": [{"e": [1.5, None, True]}]}]}]}]}}}
LARGE = {
    "a text": contents({"text": LONG}),
    "data": contents({"inlineData": {"mimeType": "image/png", "data": "A" * (ON_LOOP + 1)}}),
    "what a function answered": contents({"functionResponse": {"name": "f", "response": {"output": LONG}}}),
    "many parts": contents(*({"text": "word"} for _ in range(ON_LOOP // 30))),
    "in an envelope": {"model": "m", "request": contents({"text": LONG})},
    "to be counted": {"generateContentRequest": contents({"text": LONG})},
    "deep": contents(DEEP, {"text": LONG}, {}, [], {"functionCall": {"args": {}}}),
    "half a character": contents({"text": LONG + "\ud800"}),
}


@pytest.mark.parametrize("name", LARGE)
async def test_a_large_request_is_written_in_a_thread_and_in_pieces(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    threads, longest = set(), 0

    def watched(pieces: Pieces) -> Pieces:
        def encode(value: object) -> list[str]:
            nonlocal longest
            threads.add(threading.get_ident())
            written = "".join(pieces(value))
            longest = max(longest, len(written))
            return [written]

        return encode

    for encoder in ("_COMPACT", "_ASCII"):
        monkeypatch.setattr(request_bodies, encoder, watched(getattr(request_bodies, encoder)))
    body = LARGE[name]
    sent = await wire_json(body)
    monkeypatch.undo()
    assert json.loads(sent) == body
    assert sent == request_bodies._whole(body)
    assert threads
    assert threads.isdisjoint({threading.get_ident()})
    assert longest <= 12 * PIECE, "one call into the encoder holds everybody up"


ODD: list[Any] = [
    {}, {"contents": None}, {"contents": "x"}, {"contents": [None, {"parts": 7}]}, {"request": [1]},
    contents(1, None, "x"),
    {"instances": [{"content": "x"}]}, contents({"text": "x"}),
]  # fmt: skip


@pytest.mark.parametrize("body", ODD)
async def test_a_small_one_is_written_at_once_whatever_it_is(body: Any) -> None:
    assert not is_large(body)
    assert json.loads(await wire_json(body)) == body


@pytest.mark.parametrize(
    "size",
    [
        request_bodies.PIECE // 3,
        request_bodies.PIECE - 100,
        request_bodies.PIECE,
        request_bodies.PIECE + 1,
        3 * request_bodies.PIECE,
    ],
)
async def test_what_is_small_goes_in_one_and_what_is_large_in_pieces(size):
    """Around the size of a piece: in one part, over many, within what a tool answered, in letters and in base64."""
    for text in ("é\n" * (size // 2), "QUJD" * (size // 4), "QU=\\" * (size // 4)):
        split = [{"text": text[at : at + 1000]} for at in range(0, len(text), 1000)]
        told = {"functionResponse": {"name": "f", "response": {"lines": [text, *split], "deep": [[[text]]]}}}
        body = {"contents": [{"role": "user", "parts": split}, {"parts": [{"text": text}, told]}, {}, [], None, text]}
        assert sent(body) == request_bodies._whole(body)


@given(
    st.lists(st.sampled_from([*map(chr, range(0x23)), "\\", "\x7f", "\x85", "\u2028", "é", "😀", "word "]), max_size=40)
)
def test_a_long_text_is_escaped_as_the_encoder_does_it(signs):
    body = {"contents": [{"parts": [{"text": "".join(signs) + "x" * request_bodies.SHORT}]}]}
    assert sent(body) == request_bodies._whole(body)


def test_half_a_character_far_behind_changes_how_all_is_written():
    body = {"contents": [{"parts": [{"text": text * request_bodies.PIECE}]} for text in ("é", "\ud800")]}
    assert sent(body) == request_bodies._whole(body)


@pytest.mark.parametrize("end", ["", "\ud800"])
def test_a_very_large_one_is_written_while_it_is_sent(end: str) -> None:
    texts = ["é\n😀\x01" * WRITTEN_AT_ONCE, "QUJD" * PIECE, "short", "x" * (PIECE + 1) + end]
    body = {"model": "m", "request": contents(*({"text": text} for text in texts), {"inlineData": {"data": texts[1]}})}
    assert isinstance(request_bodies._in_pieces(body), request_bodies.LongBody)
    assert sent(body) == request_bodies._whole(body)


@pytest.mark.parametrize("text", ["A" * 20 * 2**20, "Words of a long text.\n" * 2**20])
async def test_a_body_of_20_mb_is_never_there_as_bytes(text: str) -> None:
    body = contents({"text": text})
    tracemalloc.start()
    try:
        written = await wire_json(body)
        assert not isinstance(written, bytes | bytearray)
        assert len(written) == sum(map(len, written.pieces()))
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()
