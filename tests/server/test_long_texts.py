"""A very large body has the value that it has as a whole, or the same fault, and costs little more than its size."""

import asyncio
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.server import bodies, long_texts
from gcli2api_tui.server.bodies import BoundedBody
from gcli2api_tui.server.long_texts import LongTexts

A = "QUJD" * 10
"""Long, where the tests make long what has 8 bytes."""


@pytest.fixture(autouse=True, scope="module")
def _short() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_texts, "LEAST", 8)
        patch.setattr(long_texts, "PIECE", 5)
        patch.setattr(bodies, "KEPT_WHOLE", 12)
        patch.setattr(bodies, "KEPT_HEAD", 10)
        yield


def read(raw: bytes, size: int) -> object:
    """The value, or the words of the fault, and what is kept of the text."""
    body = BoundedBody(len(raw))
    blocks = [raw[at : at + size] for at in range(0, len(raw), size)] or [raw]
    try:
        value = bodies._read_large(body, [*blocks[:-1], bytearray(blocks[-1])], 2**30, packed=False)
    except ClientFault as fault:
        return str(fault), fault.code
    return json.dumps(value), body.text, body.cut


class Taken:
    """How many bodies were read without their long texts."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.bodies, usual = 0, LongTexts.are_back

        def counted(long: LongTexts) -> bool:
            back = usual(long)
            self.bodies += back
            return back

        patch.setattr(LongTexts, "are_back", counted)


TAKEN = [
    f'{{"a": "{A}"}}',
    f'{{"a": "{A}", "b": ["{A}", 1, "x"], "c": {{"d": "{A}"}}}}',
    f'{{"a": "é\\n{A}", "b": "a \\"{A}\\" \\ud83d"}}',
    f'\ufeff{{"a": "{A}"}}',
    f'{{"a": 1, "a": "{A}"}}',
]
WHOLE = [
    f'{{"{A}": 1}}',
    f'{{"a": [["{A}"]]}}',
    f'{{"a": "{A}", "a": 1}}',
    f'["{A}"]',
    f'"{A}"',
    f'{{"a": "{A}\\u00", "b": 1}}',
    f'{{"a": [{"1, " * 9}1]}}',
    f'{{"a": {"1" * 5000}}}',
    f'{{"a": "{A}", "b": NaN}}',
    f'{{"a": "{A}", "b": }}',
    f'{{"a": "{A}\n"}}',
    f'{{"a": "{A}',
    f"{{{A}}}",
    f"{A}",
    f'{{"a": {"[" * 100_000}"{A}"',
]


@pytest.mark.parametrize("text", TAKEN)
@pytest.mark.parametrize("size", [16, 17, 23, 40, 41])
def test_long_texts_are_taken_out_and_put_back(text: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = Taken(monkeypatch)
    assert read(text.encode(), size) == read(text.encode(), 2**20)
    assert taken.bodies == 1


@pytest.mark.parametrize("text", WHOLE)
def test_what_is_odd_is_read_as_a_whole(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = Taken(monkeypatch)
    for size in range(1, 60) if len(text) < 1000 else (1000, 4000):
        assert read(text.encode(), size) == read(text.encode(), 2**20)
    assert not taken.bodies


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-be", "utf-32-le"])
def test_other_codings(coding: str) -> None:
    raw = json.dumps({"a": A, "b": "剎" * 20}, ensure_ascii=False).encode(coding)
    for size in (8, 19, 64):
        assert read(raw, size) == read(raw, 2**20)


PIECES = st.sampled_from([
    *'{}[]:,"\\ ~1', '"a":', '"b":', '{"a":"', '"}', '","', '\\"', "\\n", "\\u00", "\\ud83d", "\\ude00",
    "é", "😀", "\ud800", "\n", "\x00", "NaN", A[:7], A[:8], A[:16], A, "data:image/png;base64," + A,
])  # fmt: skip
JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=3) | st.sampled_from([A, A + '"' + A, "é" + A, A + "\n", "~" + A]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "b", A]), inner, max_size=3),
    max_leaves=12,
)


@given(st.lists(PIECES, max_size=30), st.integers(1, 50))
@example(['{"a":"', A, '\\"', A, '"}'], 20)
def test_any_bytes(pieces: list[str], size: int) -> None:
    raw = "".join(pieces).encode("utf-8", "surrogatepass")
    assert read(raw, size) == read(raw, 2**20)


@given(JSON, st.integers(1, 50), st.booleans(), st.data())
def test_any_json(value: object, size: int, ascii_only: bool, data: st.DataObject) -> None:
    raw = json.dumps({"k": value}, ensure_ascii=ascii_only).encode()
    assert read(raw, size) == read(raw, 2**20)
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(raw) - 1))
        broken = raw[:at] + data.draw(st.binary(max_size=2)) + raw[at + 1 :]
        assert read(broken, size) == read(broken, 2**20)


@pytest.mark.parametrize("data", ["QUJD" * 5 * 2**20, "Words of a long text. " * 2**20])
async def test_a_body_of_20_mb_costs_little_more_than_its_size(data: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in (("LEAST", 2**16), ("PIECE", 2**16)):
        monkeypatch.setattr(long_texts, name, size)
    raw = json.dumps({"contents": [{"parts": [{"inlineData": {"mimeType": "image/png", "data": data}}]}]}).encode()
    asked = type("Asked", (), {"headers": {}, "body": BoundedBody(len(raw))})()
    tracemalloc.start()
    try:
        reading = asyncio.ensure_future(bodies.read_json(asked, 2**30, asyncio.Semaphore(1)))
        await asyncio.sleep(0)
        for at in range(0, len(raw), 2**16):
            asked.body.append(raw[at : at + 2**16])
        asked.body.set_complete()
        value: Any = await reading
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert value["contents"][0]["parts"][0]["inlineData"]["data"] == data
    assert peak < len(raw) + 10 * 2**20
