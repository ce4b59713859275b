"""Two thousand answers of Google's with something odd in them, through all dialects: `python tests/mutated_answers.py`.

In: a seed and a number. Out: how many ended with which status; a 5xx but 502, 503 or 504 with words, a body that is no
JSON, or a request that hangs is printed with what caused it. Whole and streamed, values and bytes mutated.
"""

import asyncio
import copy
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from stand_in import HELLO, StandIn, pool
from whole_path import Answer

HANGS_S = 20.0
MODEL = "gemini-2.5-flash"
SAYS = [{"role": "user", "content": "hi"}]
CALL = {"functionCall": {"name": "f", "args": {"a": [1, {"b": None}]}, "id": "c1"}, "thoughtSignature": "c2ln"}
ANSWER: dict[str, Any] = {
    "candidates": [
        {
            "content": {
                "role": "model",
                "parts": [
                    {"text": "a thought", "thought": True},
                    {"text": "words"},
                    CALL,
                    {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}},
                ],
            },
            "index": 0,
            "finishReason": "STOP",
            "finishMessage": "done",
            "safetyRatings": [{"category": "HARM", "probability": "LOW"}],
            "citationMetadata": {"citationSources": [{"uri": "https://x", "startIndex": 1}]},
            "groundingMetadata": {
                "groundingChunks": [{"web": {"uri": "https://x", "title": "x"}}],
                "groundingSupports": [{"segment": {"startIndex": 0, "endIndex": 3}, "groundingChunkIndices": [0]}],
                "webSearchQueries": ["x"],
            },
            "logprobsResult": {
                "chosenCandidates": [{"token": "a", "logProbability": -0.1}],
                "topCandidates": [{"candidates": [{"token": "b", "logProbability": -0.2}]}],
            },
        }
    ],
    "promptFeedback": {"safetyRatings": []},
    "usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 5, "thoughtsTokenCount": 1, "totalTokenCount": 9},
    "modelVersion": MODEL,
    "responseId": "r1",
}
COUNT = {"totalTokens": 7, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 7}]}
VECTORS = {"embeddings": [{"values": [0.1, 0.2]}], "embedding": {"values": [0.1, 0.2]}}
ROUTES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "chat": ("/v1/chat/completions", {"model": MODEL, "messages": SAYS}, ANSWER),
    "chat stream": (
        "/v1/chat/completions",
        {"model": MODEL, "messages": SAYS, "stream": True, "stream_options": {"include_usage": True}},
        ANSWER,
    ),
    "full chat": ("/v1/chat/completions", {"model": f"full/{MODEL}", "messages": SAYS, "stream": True}, ANSWER),
    "fake chat": ("/v1/chat/completions", {"model": f"fake/{MODEL}", "messages": SAYS, "stream": True}, ANSWER),
    "completions": ("/v1/completions", {"model": MODEL, "prompt": "hi"}, ANSWER),
    "messages": ("/v1/messages", {"model": MODEL, "max_tokens": 99, "messages": SAYS}, ANSWER),
    "messages stream": ("/v1/messages", {"model": MODEL, "max_tokens": 99, "messages": SAYS, "stream": True}, ANSWER),
    "responses": ("/v1/responses", {"model": MODEL, "input": "hi"}, ANSWER),
    "responses stream": ("/v1/responses", {"model": MODEL, "input": "hi", "stream": True}, ANSWER),
    "native": (f"/v1beta/models/{MODEL}:generateContent", HELLO, ANSWER),
    "native stream": (f"/v1beta/models/{MODEL}:streamGenerateContent?alt=sse", HELLO, ANSWER),
    "native array": (f"/v1beta/models/{MODEL}:streamGenerateContent", HELLO, ANSWER),
    "count": (f"/v1beta/models/{MODEL}:countTokens", HELLO, COUNT),
    "count messages": ("/v1/messages/count_tokens", {"model": MODEL, "messages": SAYS}, COUNT),
    "embeddings": ("/v1/embeddings", {"model": "gemini-embedding-001", "input": ["hi"]}, VECTORS),
    "packed embeddings": (
        "/v1/embeddings",
        {"model": "gemini-embedding-001", "input": ["hi"], "encoding_format": "base64"},
        VECTORS,
    ),
}
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 7, 10**400, 1e300, 0.5, "", "x", "3", "\ud800", [], {}, [None], ["x"], [[]], {"x": 1},
    [{}], {"parts": "x"}, "é" * 50, [1, "x", None, {"text": 5}], {"text": {"text": "x"}}, "NaN", 2**63, -(2**31),
)  # fmt: skip
BAD_ENDS = (b"", b"{", b"\x00", b"\xff\xfe", b"[DONE]", b"}" * 40, b"[" * 5000, b'{"a":' * 3000, b"NaN", b"data: x")


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value, the whole first."""
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from places(inner, (*path, key))


def mutated(answer: Any, dice: random.Random) -> Any:
    """The answer with one to three places changed: another value, gone, or twice."""
    found = copy.deepcopy(answer)
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        path = dice.choice(list(places(found)))
        if not path:
            found = copy.deepcopy(dice.choice(ODD)) if dice.random() < 0.3 else found
            continue
        inside = found
        for step in path[:-1]:
            inside = inside[step]
        way = dice.random()
        if way < 0.7:
            inside[path[-1]] = copy.deepcopy(dice.choice(ODD))
        elif way < 0.85:
            del inside[path[-1]]
        elif isinstance(inside, list):
            inside.append(copy.deepcopy(inside[path[-1]]))
    return found


def spoilt(body: bytes, dice: random.Random) -> bytes:
    """The bytes with something else among them."""
    at = dice.randrange(len(body) + 1)
    way = dice.random()
    if way < 0.3:
        return body[:at]
    if way < 0.6:
        return body[:at] + dice.choice(BAD_ENDS) + body[at:]
    return body[:at] + bytes([dice.randrange(256)]) + body[at + 1 :]


def body_of(answer: Any, dice: random.Random, *, stream: bool) -> bytes:
    """What Google sends: events with a mark before the first now and then, or one value."""
    parts = [mutated(answer, dice) for _ in range(dice.choice((1, 1, 2, 3)))] if stream else [mutated(answer, dice)]
    lines = [json.dumps(part).encode() for part in parts]
    body = b"".join(b"data: " + line + dice.choice((b"\r\n\r\n", b"\n\n")) for line in lines) if stream else lines[0]
    if dice.random() < 0.1:
        body = b"\xef\xbb\xbf" + body
    return spoilt(body, dice) if dice.random() < 0.3 else body


def fault_in(answer: Answer) -> str:
    """What is wrong with what a client got; "" when nothing is."""
    if answer.status >= 500 and answer.status not in (502, 503, 504):
        return f"status {answer.status}"
    if answer.status != 200:
        error = json.loads(answer.raw).get("error") or {}
        return "" if error.get("message") else "an error without words"
    kind = answer.headers.get("content-type", "")
    if kind.startswith("application/json"):
        json.loads(answer.raw, parse_constant=_refuse)
    else:
        lines = answer.raw.decode().splitlines()
        events = [line[6:] for line in lines if line.startswith("data: ") and line != "data: [DONE]"]
        for event in events:
            json.loads(event, parse_constant=_refuse)
        if "The proxy failed while it answered" in answer.raw.decode():
            return "a failure of ours behind the 200"
    return ""


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


async def play(number: int, seed: int, tell: Callable[[str], None] = lambda line: None) -> Counter[str]:
    """Statuses, and under "wrong" what must not be."""
    dice, counts = random.Random(seed), Counter[str]()
    async with pool("k1", google=StandIn()) as one:
        for index in range(number):
            name = list(ROUTES)[index % len(ROUTES)]
            path, asks, good = ROUTES[name]
            bodies = {stream: body_of(good, dice, stream=stream) for stream in (False, True)}
            one.google.raw = lambda request, bodies=bodies: bodies["streamGenerateContent" in request.url.path]
            try:
                async with asyncio.timeout(HANGS_S):
                    answer = await one.send(path, asks)
                wrong = fault_in(answer)
                counts[f"{answer.status}"] += 1
            except (TimeoutError, ValueError) as error:
                wrong = f"{type(error).__name__}: {error}"
            if wrong:
                counts["wrong"] += 1
                tell(f"{name}: {wrong}\n    {bodies[True][:600]!r}\n    {bodies[False][:300]!r}")
    return counts


def main() -> int:
    number, seed = (int(word) for word in (*sys.argv[1:], "2000", "9")[:2])
    began = time.monotonic()
    counts = asyncio.run(play(number, seed, print))
    print(f"{number} answers, seed {seed}, {time.monotonic() - began:.0f} s: {dict(sorted(counts.items()))}")
    return 1 if counts["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
