"""Answers of Gemini 4 that end at the client's limit, and go on where it sends them back: over the whole path.

Google here is strict: a token is good for the request and the credential that it was made for, only the limit may be
raised, and it counts what all hops made.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from whole_path import Answer, Google, Proxy

from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import CredentialId

CHARACTERS = 4
"""To a token."""
TEXT = "".join(random.Random(5).choices('ab \n"\\世😀', k=4_000))
PATHS = ("/v1/chat/completions", "/v1/responses", "/v1/messages")
ENDS = {"length", "max_tokens", "max_output_tokens"}


class Limited(Google):
    """Says TEXT, as far as the limit lets it; `hop` is how many tokens one request may bring."""

    def __init__(self, hop: int = 65_536) -> None:
        super().__init__()
        self.hop = hop
        self.places: dict[str, tuple[int, str, str]] = {}
        self.forgets = False

    @asynccontextmanager
    async def stream(self, credential: Credential, model: str, request: Any) -> AsyncIterator[Any]:
        self.asked.append((credential.label, request))
        token, limit = request.get("continuationToken"), request["generationConfig"]["maxOutputTokens"]
        config = {**request["generationConfig"], "maxOutputTokens": 0}
        same = json.dumps({**request, "continuationToken": "", "generationConfig": config}, sort_keys=True)
        made, *bound = (0, credential.label, same)
        if token is not None:
            made, *bound = self.places.get(token, (0, "", ""))
            if self.forgets or bound != [credential.label, same]:
                raise UpstreamFault(FaultKind.CLIENT, "The continuation token is invalid.", status=400)
        yield self._said(made, limit, *bound)

    async def generate(self, credential: Any, model: str, request: Any) -> Any:
        async with self.stream(credential, model, request) as reads:
            items = [item async for read in reads for item in read]
        parts = [part for item in items for part in item["candidates"][0]["content"]["parts"]]
        items[-1]["candidates"][0]["content"]["parts"] = parts
        return items[-1]

    async def _said(self, made: int, limit: int, label: str, same: str) -> AsyncIterator[Any]:
        end = min(made + self.hop, limit, len(TEXT) // CHARACTERS)
        half = (made + end) // 2
        reason = "STOP" if end * CHARACTERS == len(TEXT) else "MAX_TOKENS" if end == limit else "CONTINUATION"
        for begin, after in ((made, half), (half, end)):
            await asyncio.sleep(0)
            parts = [{"text": TEXT[begin * CHARACTERS : after * CHARACTERS]}]
            candidate: dict[str, Any] = {"index": 0, "content": {"role": "model", "parts": parts}}
            if after == end:
                self.places[f"token {after}"] = (after, label, same)
                candidate |= {"finishReason": reason, "continuationToken": f"token {after}"}
            counts = {"promptTokenCount": 10 + made, "candidatesTokenCount": after - made}
            yield [{"candidates": [candidate], "usageMetadata": counts}]


def asked(path: str, limit: int, said: str = "", *, stream: bool = True, model: str = "gemini-4-neon") -> bytes:
    """A conversation of that dialect, with so much of the answer in it."""
    given = [{"role": "user", "content": "hi"}, *([{"role": "assistant", "content": said}] if said else [])]
    body: dict[str, Any] = {"model": model, "stream": stream}
    if path.endswith("responses"):
        return json.dumps({**body, "instructions": "Be long.", "input": given, "max_output_tokens": limit}).encode()
    if path.endswith("messages"):
        return json.dumps({**body, "system": "Be long.", "messages": given, "max_tokens": limit}).encode()
    system = {"role": "system", "content": "Be long."}
    return json.dumps({**body, "messages": [system, *given], "max_completion_tokens": limit}).encode()


def read(path: str, answer: Answer, *, stream: bool = True) -> tuple[str, set[str]]:
    """(what the client reads, the words that its ends are told by)."""
    assert answer.status == 200, answer.raw
    ends = {word for word in ENDS if f':"{word}"' in answer.raw.decode().replace(" ", "")}
    if not stream:
        body = answer.body
        if path.endswith("responses"):
            return "".join(part["text"] for item in body["output"] for part in item.get("content", ())), ends
        if path.endswith("messages"):
            return "".join(block["text"] for block in body["content"]), ends
        return str(body["choices"][0]["message"]["content"]), ends
    if path.endswith("responses"):
        return "".join(one["delta"] for one in answer.events if one["type"] == "response.output_text.delta"), ends
    if path.endswith("messages"):
        deltas = [one["delta"] for one in answer.events if one["type"] == "content_block_delta"]
        return "".join(delta.get("text", "") for delta in deltas), ends
    return answer.text, ends


def tokens(proxy: Proxy) -> list[str | None]:
    return [request.get("continuationToken") for _, request in proxy.google.asked]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("stream", [True, False], ids=["stream", "whole"])
async def test_an_answer_goes_on_where_its_limit_ended_it(path: str, stream: bool) -> None:
    """The same request, the token, and as much more as is asked for; on the credential that began."""
    proxy, said = Proxy(google := Limited(), names=("ann", "bob", "cid")), ""
    for limit in (100, 50, 850):
        answer = await proxy.ask(path, data=asked(path, limit, said, stream=stream))
        more, ends = read(path, answer, stream=stream)
        assert more == TEXT[len(said) :][: limit * CHARACTERS]
        said += more
        assert bool(ends) == (said != TEXT)
    assert said == TEXT
    assert tokens(proxy) == [None, "token 100", "token 150"]
    assert [request["generationConfig"]["maxOutputTokens"] for _, request in google.asked] == [100, 150, 1_000]
    assert len({label for label, _ in google.asked}) == 1
    assert all(len(request["contents"]) == 1 for _, request in google.asked)
    assert "goes on where its limit ended the answer, 150 tokens so far" in proxy.hops[0]
    usage = proxy.ledger.snapshot().exchanges[-1].usage
    assert (usage.output, usage.prompt) == (850, 160), "of the last request alone"


@pytest.mark.parametrize("path", PATHS)
async def test_all_hops_of_an_answer_are_what_the_client_sends_back(path: str) -> None:
    proxy = Proxy(Limited(hop=40))
    said, _ = read(path, await proxy.ask(path, data=asked(path, 100)))
    assert said == TEXT[:400]
    more, _ = read(path, await proxy.ask(path, data=asked(path, 60, said)))
    assert more == TEXT[400:640]
    assert tokens(proxy) == [None, "token 40", "token 80", "token 100", "token 140"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("change", ["a word more", "another limit of thinking", "a question more"])
async def test_by_one_other_word_google_gets_the_conversation_as_it_stands(path: str, change: str) -> None:
    proxy = Proxy(google := Limited())
    said, _ = read(path, await proxy.ask(path, data=asked(path, 100)))
    body = json.loads(asked(path, 50, said + ("!" if change == "a word more" else "")))
    if change == "another limit of thinking":
        body |= {"temperature": 0.5}
    if change == "a question more":
        body["input" if "input" in body else "messages"].append({"role": "user", "content": "Go on."})
    await proxy.ask(path, data=json.dumps(body).encode())
    assert tokens(proxy) == [None, None]
    before, last = google.asked[1][1]["contents"][-2:]
    assert before["role"] == "model" and said in before["parts"][0]["text"] and last["role"] == "user"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("trouble", ["forgotten", "removed"])
async def test_where_google_cannot_go_on_the_conversation_is_asked_as_it_stands(path: str, trouble: str) -> None:
    proxy = Proxy(google := Limited())
    said, _ = read(path, await proxy.ask(path, data=asked(path, 100)))
    google.forgets = True
    if trouble == "removed":
        proxy.pool.retire(CredentialId(google.asked[0][0]))
    more, _ = read(path, await proxy.ask(path, data=asked(path, 50, said)))
    assert more == TEXT[:200], "Google begins anew, with what it is shown"
    assert tokens(proxy)[-1] is None and [one["role"] for one in google.asked[-1][1]["contents"]] == [
        "user", "model", "user",
    ]  # fmt: skip
    assert len(google.asked) == (3 if trouble == "forgotten" else 2)


async def test_an_older_model_and_a_mended_ending_are_never_taken_for_one() -> None:
    """What follows a prefill that nobody knew is an answer to another conversation."""
    path = PATHS[0]
    proxy = Proxy(google := Limited())
    said, _ = read(path, await proxy.ask(path, data=asked(path, 100, "Once")))
    await proxy.ask(path, data=asked(path, 50, said))
    await proxy.ask(path, data=asked(path, 50, f"Once{said}"))
    assert tokens(proxy) == [None] * 3
    older = Proxy(google := Limited())
    said, _ = read(path, await older.ask(path, data=asked(path, 100, model="gemini-2.5-flash")))
    await older.ask(path, data=asked(path, 50, said, model="gemini-2.5-flash"))
    assert tokens(older) == [None, None] and len(google.asked[1][1]["contents"]) == 2


@pytest.mark.parametrize("path", PATHS)
async def test_a_full_answer_goes_on_by_the_token_and_needs_no_text(path: str) -> None:
    proxy = Proxy(google := Limited())
    said, ends = read(path, await proxy.ask(path, data=asked(path, 250, model="full/gemini-4-neon")))
    assert said == TEXT and not ends
    assert tokens(proxy) == [None, "token 250", "token 500", "token 750"]
    assert [request["generationConfig"]["maxOutputTokens"] for _, request in google.asked] == [250, 500, 750, 1_000]
    usage = proxy.ledger.snapshot().exchanges[-1].usage
    assert (usage.output, usage.prompt) == (1_000, 40 + 250 + 500 + 750)


async def test_a_full_answer_whose_token_is_refused_goes_on_by_its_text() -> None:
    proxy = Proxy(google := Limited())
    google.forgets = True
    said, _ = read(PATHS[0], await proxy.ask(data=asked(PATHS[0], 250, model="full/gemini-4-neon")))
    assert said.startswith(TEXT[:1_000])
    first, by_token, by_text = google.asked[:3]
    assert by_token[1]["continuationToken"] == "token 250" and "continuationToken" not in by_text[1]
    assert by_text[1]["contents"][1]["parts"] == [{"text": TEXT[:1_000]}]
    assert by_text[1]["generationConfig"] == first[1]["generationConfig"]
