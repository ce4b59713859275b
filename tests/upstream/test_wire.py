"""What goes to Google: the same bytes whether in one go or in pieces, and what is large off the loop."""

import json
import threading
from typing import Any

import pytest

from gcli2api_tui.upstream import wire
from gcli2api_tui.upstream.response_bodies import ON_LOOP
from gcli2api_tui.upstream.wire import PIECE, is_large, wire_json

LONG = 'a"\\\n\u2028é😀' * PIECE


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
    real = json.dumps

    def dumps(value: Any, **options: Any) -> str:
        nonlocal longest
        threads.add(threading.get_ident())
        written = real(value, **options)
        longest = max(longest, len(written))
        return written

    monkeypatch.setattr(wire.json, "dumps", dumps)
    body = LARGE[name]
    sent = await wire_json(body)
    monkeypatch.undo()
    assert json.loads(sent) == body
    assert sent == wire._whole(body)
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
