"""JSON that is safe to walk and to write, by whatever reads it."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcli2api_tui.upstream import answer_json
from gcli2api_tui.upstream.answer_json import NOT_READ, by_orjson, decoded


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'{"a": NaN, "b": [Infinity]}', {"a": None, "b": [None]}),
        (b'{"a": 1e999, "b": 1.5}', {"a": None, "b": 1.5}),
        (b'{"a": ' + b"9" * 5000 + b', "b": 3}', {"a": None, "b": 3}),
        (b'{"\\ud800": "x\\udc00"}', {"\ufffd": "x\ufffd"}),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
    ],
    ids=["a byte order mark", "no numbers", "no double", "no end of digits", "halves of characters", "a whole one"],
)
def test_what_is_read_can_be_written(body: bytes, value: object) -> None:
    assert decoded(body) == value
    json.dumps(decoded(body), allow_nan=False, ensure_ascii=False).encode()


@pytest.mark.parametrize("depth", [answer_json.MOST_DEPTH + 1, 5_000, 200_000])
def test_what_nests_too_deep_is_no_answer(depth: int) -> None:
    with pytest.raises(ValueError, match=r"."):
        decoded(b"[" * depth + b"]" * depth)


def test_many_brackets_side_by_side_are_not_deep() -> None:
    assert decoded(b"[" + b"[]," * 1000 + b"[]]") == [[]] * 1001


LEFT = (
    b"-9223372036854775809", b'"\\ud83d"', b"NaN", b"[1,]", b"", b'"\xff"', '{"a":1}'.encode("utf-16"),
    b"[" * 1500 + b"]" * 1500,
)  # fmt: skip
ALIKE = (
    b"-0", b"-0.0", b"1E5", b"9999999999999999999", b"-922337203685477580", b"0.1", b"5e-324", b'{"a":1,"a":2}',
    b' {"a": [null, true]} \r\n', b'"\\ud83d\\ude00\\u0000\\/"', "\"\u2028\U0001f600\"".encode(),
)  # fmt: skip


def read(body: bytes) -> object:
    return by_orjson(body, body.translate(answer_json._KINDS), orjson.loads)


@pytest.mark.parametrize("body", LEFT)
def test_what_the_two_read_differently_is_left_to_json(body: bytes) -> None:
    assert read(body) is NOT_READ


@pytest.mark.parametrize("body", ALIKE)
def test_the_rest_is_read_alike(body: bytes) -> None:
    assert repr(read(body)) == repr(json.loads(body))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, st.booleans())
def test_any_answer_is_decoded_alike_with_it_and_without(value: object, ascii_only: bool) -> None:
    body = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(answer_json, "by_orjson", lambda body, kinds: read(body))
        fast = decoded(body)
        patched.setattr(answer_json, "by_orjson", lambda body, kinds: NOT_READ)
        assert repr(fast) == repr(decoded(body))


def test_without_the_extra_all_is_left_to_json() -> None:
    assert by_orjson(b"{}", b"{}", None) is NOT_READ
