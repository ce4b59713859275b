"""Long answers of Gemini 4 over the whole path: hops, with a cut in the third, are one answer in every dialect.

`python tests/bench/long_answers.py` does the same through real processes and real SDKs.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from whole_path import Answer, Google, Proxy

from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import CredentialId

HOP = 65_536
CHARACTERS = 4
"""To a token."""
PIECE = 2_048
ASKED = {"model": "gemini-4-neon", "messages": [{"role": "user", "content": "hi"}]}
PATHS = ("/v1/chat/completions", "/v1/responses", "/v1/messages", "/v1/completions")


def written(tokens: int) -> str:
    """A text of so many tokens, and all that is hard about texts: wide letters, pairs, marks, line ends, escapes."""
    letters = 'abc äß\n\t"\\\u2028世界答😀👩\u200d👩\u0301<>&{}data: '
    return "".join(random.Random(11).choices(letters, k=tokens * CHARACTERS))


class LongGoogle(Google):
    """Says one text in hops, strictly: a token is good for the request and the credential that it was made for."""

    def __init__(self, text: str, hop: int = HOP, cuts: Sequence[tuple[int, int]] = ()) -> None:
        super().__init__()
        self.text, self.hop = text, hop * CHARACTERS
        self.cuts = dict(cuts)
        """Number of a hop → characters of it after which the stream breaks off, once."""
        self.tokens: dict[str, tuple[int, str, str]] = {}
        self.places: list[int] = []

    @asynccontextmanager
    async def stream(self, credential: Credential, model: str, request: Any) -> AsyncIterator[Any]:
        token, bare = request.get("continuationToken", ""), {**request, "continuationToken": ""}
        place, *bound = self.tokens.get(token, (0, credential.label, json.dumps(bare)))
        if bound != [credential.label, json.dumps(bare)] or (token and token not in self.tokens):
            raise UpstreamFault(FaultKind.CLIENT, "The continuation token is invalid.", status=400)
        self.asked.append((credential.label, request))
        self.places.append(place)
        yield self._hop(place, credential.label, json.dumps(bare))

    async def _hop(self, place: int, *bound: str) -> AsyncIterator[Any]:
        number, prompt = place // self.hop, 10 + place // CHARACTERS
        begin, end = place, min(len(self.text), (number + 1) * self.hop)
        middle, cut = number * self.hop + self.hop // 2, number * self.hop + self.cuts.pop(number + 1, self.hop)
        while place < end:
            await asyncio.sleep(0)
            if place >= cut:
                raise UpstreamFault(FaultKind.NETWORK, "The connection was lost.", status=502)
            after = min(end, place + PIECE)
            candidate: dict[str, Any] = {
                "index": 0,
                "content": {"role": "model", "parts": [{"text": self.text[place:after]}]},
            }
            if after == end:
                candidate["finishReason"] = "STOP" if end == len(self.text) else "CONTINUATION"
            if after == end or place < middle <= after:
                candidate["continuationToken"] = token = f"token {len(self.tokens)}"
                self.tokens[token] = (after, *bound)
            counts = {"promptTokenCount": prompt, "candidatesTokenCount": (after - begin) // CHARACTERS}
            yield [{"candidates": [candidate], "usageMetadata": counts}]
            place = after


def body(path: str, limit: int, *, stream: bool) -> bytes:
    """A request of that dialect for so much."""
    asked: dict[str, Any] = {**ASKED, "stream": stream}
    if path.endswith("responses"):
        asked |= {"input": asked.pop("messages"), "max_output_tokens": limit}
    elif path.endswith("chat/completions"):
        asked |= {"max_completion_tokens": limit, **({"stream_options": {"include_usage": True}} if stream else {})}
    elif path.endswith("completions"):
        asked |= {"prompt": asked.pop("messages")[0]["content"], "max_tokens": limit}
    else:
        asked |= {"max_tokens": limit}
    return json.dumps(asked).encode()


def text_of(path: str, answer: Answer, *, stream: bool) -> str:
    """All that a client reads."""
    if not stream:
        return _whole(path, answer.body)
    events = answer.events
    if path.endswith("responses"):
        return "".join(event["delta"] for event in events if event["type"] == "response.output_text.delta")
    if path.endswith("messages"):
        return "".join(event["delta"].get("text", "") for event in events if event["type"] == "content_block_delta")
    choices = [choice for event in events for choice in event["choices"]]
    return "".join(choice.get("text") or choice.get("delta", {}).get("content") or "" for choice in choices)


def _whole(path: str, found: Any) -> str:
    if path.endswith("responses"):
        return "".join(part["text"] for item in found["output"] for part in item.get("content", ()))
    if path.endswith("messages"):
        return "".join(block.get("text", "") for block in found["content"])
    (choice,) = found["choices"]
    return str(choice["text"] if "text" in choice else choice["message"]["content"])


EVERY = [
    pytest.param(path, stream, id=f"{path[4:]} {'stream' if stream else 'whole'}")
    for path in PATHS
    for stream in (True, False)
]


@pytest.mark.parametrize(("path", "stream"), EVERY)
async def test_a_long_answer_with_a_cut_in_the_third_hop_arrives_byte_for_byte(path: str, stream: bool) -> None:
    """A twentieth of what follows."""
    await arrives_whole(path, 10_000, HOP // 20, stream=stream)


@pytest.mark.slow
@pytest.mark.parametrize(("path", "stream"), EVERY)
async def test_200_000_tokens_arrive_byte_for_byte(path: str, stream: bool) -> None:
    await arrives_whole(path, 200_000, HOP, stream=stream)


async def arrives_whole(path: str, tokens: int, hop: int, *, stream: bool) -> None:
    """An answer of four hops whose third breaks off in its second half."""
    text = written(tokens)
    google = LongGoogle(text, hop, cuts=[(3, hop * CHARACTERS * 3 // 4)])
    proxy = Proxy(google)
    answer = await proxy.ask(path, data=body(path, 250_000, stream=stream))
    assert answer.status == 200
    assert text_of(path, answer, stream=stream) == text, "byte for byte"
    assert len(google.asked) == 5 and len({label for label, _ in google.asked}) == 1
    first, second, third, resumed, last = google.places
    assert (first, second, third, last) == tuple(number * hop * CHARACTERS for number in range(4))
    assert 0 <= resumed - hop * CHARACTERS * 5 // 2 < PIECE, "resumed from the checkpoint in the middle of the third"
    assert len({json.dumps({**request, "continuationToken": ""}) for _, request in google.asked}) == 1
    (row,) = proxy.ledger.snapshot().exchanges
    assert row.usage.output == tokens and row.usage.prompt == 5 * 10 + sum(
        place // CHARACTERS for place in google.places
    )


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("stream", [True, False], ids=["stream", "whole"])
async def test_what_cannot_go_on_is_kept_and_ends_as_too_long(path: str, stream: bool) -> None:
    text = written(500)
    proxy = Proxy(google := LongGoogle(text, hop=100))

    class Removed(LongGoogle):
        """The credential is taken out of the pool while its second hop comes."""

        async def _hop(self, place: int, *bound: str) -> AsyncIterator[Any]:
            if place:
                proxy.pool.retire(CredentialId(bound[0]))
            async for read in super()._hop(place, *bound):
                yield read

    google.__class__ = Removed
    answer = await proxy.ask(path, data=body(path, 100_000, stream=stream))
    assert answer.status == 200 and text_of(path, answer, stream=stream) == text[: 200 * CHARACTERS]
    assert any(word in answer.raw for word in (b'"length"', b'"max_tokens"', b'"max_output_tokens"'))
    assert len(google.asked) == 2
    lines = [line.text for line in proxy.ledger.snapshot().log]
    assert any("not in the pool any more" in line for line in lines), lines


async def test_googles_own_protocol_passes_both_ways_and_stays_on_the_credential_that_began() -> None:
    """Its clients ask for their hops themselves, as Google's SDK does."""
    text = written(500)
    proxy = Proxy(google := LongGoogle(text, hop=100), names=("ann", "bob", "cid"))
    asked: dict[str, Any] = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
    path, said, ends = "/v1beta/models/gemini-4-neon:streamGenerateContent?alt=sse", "", []
    while not ends or ends[-1] == "CONTINUATION":
        await proxy.ask(path, data=json.dumps({"contents": [{"parts": [{"text": f"other {len(ends)}"}]}]}).encode())
        answer = await proxy.ask(path, data=json.dumps(asked).encode())
        candidates = [event["candidates"][0] for event in answer.events]
        said += "".join(one["content"]["parts"][0]["text"] for one in candidates)
        ends.append(candidates[-1]["finishReason"])
        asked["continuation_token"] = candidates[-1].get("continuationToken")
    assert said == text and ends == ["CONTINUATION"] * 4 + ["STOP"]
    mine = {label for label, request in google.asked if "other" not in str(request)}
    assert len(mine) == 1 and len({label for label, _ in google.asked}) > 1
