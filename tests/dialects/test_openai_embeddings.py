"""Embeddings: what Google is asked, and vectors that come back in order and unchanged."""

import base64
import struct

import pytest

from gcli2api_tui.dialects.openai_embeddings import parse
from gcli2api_tui.events.problems import ClientFault, UpstreamFault

MODEL = "gemini-embedding-001"


def vectors(*numbers):
    return {"embeddings": [{"values": [number, -number]} for number in numbers]}


def test_texts_become_one_batch():
    (call,) = parse({"model": f"models/{MODEL}", "input": ["a", "b"], "dimensions": 2}).calls
    part = {"model": f"models/{MODEL}", "outputDimensionality": 2}
    assert call.request == {
        "requests": [{**part, "content": {"parts": [{"text": words}]}} for words in ("a", "b")],
    }
    assert (call.model, call.backends) == (MODEL, {"gemini-api", "vertex"})


def test_more_than_google_takes_at_once_stays_in_order():
    understood = parse({"model": MODEL, "input": [str(n) for n in range(101)]})
    assert [len(call.request["requests"]) for call in understood.calls] == [100, 1]
    data = understood.answered([vectors(*range(100)), vectors(100)])["data"]
    assert [(one["index"], one["embedding"][0]) for one in data] == [(n, n) for n in range(101)]


def test_base64_is_little_endian_floats():
    (one,) = parse({"model": MODEL, "input": "a", "encoding_format": "base64"}).answered([vectors(0.5)])["data"]
    assert struct.unpack("<2f", base64.b64decode(one["embedding"])) == (0.5, -0.5)


def test_tokens_are_googles_or_estimated():
    understood = parse({"model": MODEL, "input": ["12345", "1"]})
    assert understood.answered([vectors(1, 2)])["usage"] == {"prompt_tokens": 3, "total_tokens": 3}
    counted = {**vectors(1, 2), "usageMetadata": {"promptTokenCount": 9}}
    assert understood.answered([counted])["usage"]["prompt_tokens"] == 9


@pytest.mark.parametrize("answer", [{}, vectors(1), {"embeddings": [{"values": ["x"]}, 3]}])
def test_a_missing_vector_is_no_answer(answer):
    with pytest.raises(UpstreamFault):
        parse({"model": MODEL, "input": ["a", "b"]}).answered([answer])


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"model": None}, "model"),
        ({"model": "a/../b"}, "model"),
        ({"input": None}, "input"),
        ({"input": []}, "input"),
        ({"input": [1, 2]}, "input"),
        ({"input": [[1], [2]]}, "input"),
        ({"input": ["a", ""]}, "input.[1]"),
        ({"input": ["a", None]}, "input.[1]"),
        ({"input": ["a"] * 2049}, "input"),
        ({"encoding_format": "hex"}, "encoding_format"),
        ({"dimensions": 0}, "dimensions"),
    ],
)
def test_what_is_wrong_is_named(fields, param):
    with pytest.raises(ClientFault) as caught:
        parse({"model": MODEL, "input": "a", **fields})
    assert (caught.value.param, caught.value.status) == (param, 400)
