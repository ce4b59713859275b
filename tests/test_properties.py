"""What holds for any input, over the whole path from the client's request to Google's bytes and back.

Where bytes matter, Google is a transport that gives written bytes in written pieces; all that reads, joins and encodes
them is real.
"""

import asyncio
import json
import re
import string
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import httpx
import pytest
from any_schema import JSON, SCHEMA
from examples import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mock_google import mocked
from whole_path import HI, Google, Proxy, said

from gcli2api_tui.clock import Clock
from gcli2api_tui.upstream.gemini_api import GeminiApi

USAGE = {"promptTokenCount": 5, "candidatesTokenCount": 3, "thoughtsTokenCount": 2, "totalTokenCount": 10}
CALL = {"functionCall": {"name": "f", "args": {"city": "Zürich 🏔", "n": 1.0}}, "thoughtSignature": "Uw=="}
IMAGE = {"inlineData": {"mimeType": "image/png", "data": "iVBORw0K"}}
CONTENTS = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
NATIVE = "/v1beta/models/gemini-2.5-pro:"
FULL = "full/gemini-2.5-pro"

SPECIAL = [
    "...", "…", " ", "   trailing  ", "\n\n", "\r\n", "data: [DONE]\n\n", "[DONE]", "[done]", ": keep-alive", "\u2028",
    "\x85", "\x00", "```\n", '{"error": 1}', "👩‍👩‍👧", "\ud83d", "\ude00", "é", "\ufeff", "event: x",
]  # fmt: skip
TEXTS = st.lists(st.text(min_size=1, max_size=8) | st.sampled_from(SPECIAL), min_size=1, max_size=6)


def mended(text: str) -> str:
    """Halves of a character that meet are one; one that stays alone is U+FFFD for who reads UTF-8."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


# ---- any split ----


class Pieces(httpx.AsyncByteStream):
    """A body that comes in these reads."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece


class Written:
    """Gives every request the same body."""

    pieces: list[bytes]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Pieces(self.pieces))


class Way:
    """One kind of stream through a proxy whose Google is written bytes."""

    def __init__(self, path: str, body: dict[str, Any]) -> None:
        self._wire = Written()
        client = mocked(self._wire.handle_async_request)
        google: Any = GeminiApi(client, "http://127.0.0.1:9", Clock(now=lambda: 0.0), lambda backend, model: model)
        self._proxy = Proxy(google=google)
        self._path, self._data = path, json.dumps(body).encode()

    async def sent(self, raw: bytes, *places: int) -> bytes:
        """What the client gets of bytes that are cut in these places; ids made for each answer are made equal."""
        starts = sorted({0, len(raw), *(place % len(raw) for place in places)})
        self._wire.pieces = [raw[start:stop] for start, stop in pairwise(starts)]
        answer = await self._proxy.ask(self._path, data=self._data)
        assert answer.status == 200
        return re.sub(rb"(chatcmpl-|cmpl-|call_)[0-9a-f]{24}", rb"\1", answer.raw)


WAYS = pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/chat/completions", {**HI, "stream": True, "stream_options": {"include_usage": True}}),
        ("/v1/chat/completions", {**HI, "stream": True, "model": FULL}),
        ("/v1/completions", {"model": "gemini-2.5-pro", "prompt": "hi", "stream": True}),
        (f"{NATIVE}streamGenerateContent?alt=sse", CONTENTS),
        (f"{NATIVE}streamGenerateContent", CONTENTS),
    ],
    ids=["chat", "chat, full", "completions", "google", "google's array"],
)


def framed(responses: list[Any], end: str) -> bytes:
    return "".join(f"data: {json.dumps(one, ensure_ascii=False)}{end}{end}" for one in responses).encode()


@WAYS
def test_any_split_of_googles_bytes_gives_the_same_stream(path: str, body: dict[str, Any]) -> None:
    way = Way(path, body)
    with asyncio.Runner() as runner:

        @given(
            st.lists(st.text(min_size=1, max_size=5) | st.sampled_from(["👩‍👩‍👧", "\u2028", "data: "]), max_size=3),
            st.lists(st.integers(min_value=0), max_size=20),
            st.sampled_from(["\n", "\r\n"]),
        )
        @settings(max_examples=examples(40), deadline=None)
        def check(words: list[str], places: list[int], end: str) -> None:
            answers = [said({"text": "hm 思", "thought": True}), *(said({"text": text}) for text in words)]
            raw = framed([*answers, said(CALL, IMAGE), said(finish="STOP", usageMetadata=USAGE)], end)
            assert runner.run(way.sent(raw, *places)) == runner.run(way.sent(raw))

        check()


@WAYS
async def test_every_single_cut_gives_the_same_stream(path: str, body: dict[str, Any]) -> None:
    """No cut inside a character, a line end or an escape is left to chance."""
    raw = framed([said({"text": "é👩‍👧 first"}), said({"text": "second"}, finish="STOP")], "\r\n")
    raw = raw.replace(b"first", rb"\u4e16\ud83d").replace(b"second", rb"\ude00")
    way = Way(path, body)
    whole = await way.sent(raw)
    for place in range(1, len(raw)):
        assert await way.sent(raw, place) == whole


# ---- any text ----


async def told(proxy: Proxy, words: list[str], model: str, *, stream: bool) -> str:
    reads = [*(said({"text": text}) for text in words), said(finish="STOP")]
    if model.startswith("fake/") or not stream:
        reads = [said(*({"text": text} for text in words), finish="STOP")]
    proxy.google.scripts = [reads]
    answer = await proxy.ask(model=model, stream=stream)
    assert answer.raw.endswith(b"\n\ndata: [DONE]\n\n") == stream
    return answer.text if stream else str(answer.body["choices"][0]["message"]["content"])


@pytest.mark.parametrize(
    ("model", "stream"),
    [("gemini-2.5-pro", True), ("gemini-2.5-pro", False), ("fake/gemini-2.5-pro", True), (FULL, True), (FULL, False)],
)
def test_any_text_arrives_unchanged(model: str, stream: bool) -> None:
    proxy = Proxy()
    with asyncio.Runner() as runner:

        @given(TEXTS)
        @example(["a", "...", "b"])
        @example(["a \ud83d", "\ude00 b  "])
        @example(["[DONE]"])
        @settings(max_examples=examples(60), deadline=None)
        def check(words: list[str]) -> None:
            assert runner.run(told(proxy, words, model, stream=stream)) == mended("".join(words))

        check()


def test_any_text_is_googles_own_in_its_own_api() -> None:
    proxy = Proxy()
    with asyncio.Runner() as runner:

        @given(TEXTS)
        @settings(max_examples=examples(60), deadline=None)
        def check(words: list[str]) -> None:
            proxy.google.scripts = [[*(said({"text": text}) for text in words), said(finish="STOP")]]
            asked = proxy.ask(f"{NATIVE}streamGenerateContent?alt=sse", data=json.dumps(CONTENTS).encode())
            events = [json.loads(line[6:]) for line in runner.run(asked).raw.decode().split("\r\n") if line]
            assert [one["candidates"][0]["content"]["parts"][0]["text"] for one in events[:-1]] == words

        check()


@pytest.mark.parametrize("model", [FULL, "gemini-2.5-pro"])
def test_any_prompt_reaches_google_unchanged(model: str) -> None:
    proxy = Proxy()
    with asyncio.Runner() as runner:

        @given(TEXTS)
        @settings(max_examples=examples(60), deadline=None)
        def check(words: list[str]) -> None:
            parts = [{"type": "text", "text": text} for text in words]
            runner.run(proxy.ask(model=model, messages=[{"role": "user", "content": parts}]))
            (content,) = proxy.google.asked.pop()[1]["contents"]
            assert [part["text"] for part in content["parts"]] == [mended(text) for text in words]

        check()


# ---- any body ----

KEY = st.text(string.ascii_letters, max_size=6) | st.sampled_from(["role", "parts", "text", "content", "type"])
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(string.printable, max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEY, inner, max_size=4),
    max_leaves=10,
)
OTHERS = [
    ("/v1/completions", {"model": "gemini-2.5-pro", "prompt": "hi"}, ["prompt", "stop", "n", "stream", "best_of"]),
    ("/v1/embeddings", {"model": "gemini-embedding-001", "input": "hi"}, ["input", "encoding_format", "dimensions"]),
    (f"{NATIVE}countTokens", CONTENTS, ["contents", "generateContentRequest"]),
    (f"/v1beta/models/{FULL}:generateContent", CONTENTS, ["contents", "generationConfig"]),
    ("/v1/chat/completions", {**HI, "model": FULL}, ["messages", "n", "tools", "response_format"]),
]


class Asked(Google):
    """Answers counts and embeddings too."""

    async def count_tokens(self, *asked: Any) -> dict[str, Any]:
        return {"totalTokens": 1}

    async def embed(self, *asked: Any) -> dict[str, Any]:
        return {"embeddings": [{"values": [1.0]} for _ in asked[3].get("requests", ())]}


@pytest.mark.parametrize(("path", "good", "places"), OTHERS)
def test_any_json_gets_an_answer_or_a_400(path: str, good: dict[str, Any], places: list[str]) -> None:
    proxy, seen = Proxy(Asked()), set()
    with asyncio.Runner() as runner:

        @given(st.sampled_from(places), ANY)
        @example(places[0], [None])
        @settings(max_examples=examples(60), deadline=None)
        def check(place: str, value: Any) -> None:
            for body in (good, value, {**good, place: value}):
                answer = runner.run(proxy.ask(path, data=json.dumps(body).encode()))
                assert answer.status < 500, answer.raw
                assert answer.status == 200 or answer.body["error"]["message"]
                seen.add(answer.status)

        check()
    assert seen >= {200, 400}


def test_any_bytes_get_a_400() -> None:
    proxy = Proxy()
    with asyncio.Runner() as runner:

        @given(st.binary(min_size=1, max_size=40) | st.text(max_size=20).map(lambda text: json.dumps(text).encode()))
        @settings(max_examples=examples(60), deadline=None)
        def check(raw: bytes) -> None:
            for path in ("/v1/chat/completions", "/v1/completions", "/v1/embeddings"):
                answer = runner.run(proxy.ask(path, data=raw))
                assert answer.status == 400 and answer.body["error"]["message"]

        check()


# ---- any schema ----


def test_any_schema_gets_an_answer_or_a_400() -> None:
    """As a tool's parameters, as the form of an answer, and as both."""
    proxy = Proxy()
    with asyncio.Runner() as runner:

        @given(JSON | SCHEMA)
        @settings(max_examples=examples(60), deadline=None)
        def check(schema: Any) -> None:
            tools = {"tools": [{"type": "function", "function": {"name": "f", "parameters": schema}}]}
            form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
            for body in (tools, {"response_format": form}, {**tools, "response_format": form}):
                answer = runner.run(proxy.ask(**body))
                assert answer.status in (200, 400), answer.raw
                assert answer.status == 200 or answer.body["error"]["param"]

        check()
