"""Mutated bodies over all POST routes, through the real server and the stand-in for Google.

`python tests/fuzz_bodies.py --count 20000 --seed 1` is the long run; the last result stands in docs/performance.md.
Nothing may hang, break off, end with a 5xx that is not a 501, 502 or 503 with words, or stop the loop for a second.
Each body is made from its number and the seed alone: `--only 4711` sends that one again and shows it.
"""

import argparse
import asyncio
import collections
import copy
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import many_items
import programs

AT_ONCE = 8
PATIENCE_S = 60.0
STALL_S = 1.0
MODEL = many_items.MODEL
CAPTURED = Path(__file__).parent / "captured"

ROUTES: dict[str, dict[str, Callable[[int], Any]]] = {
    "/v1/chat/completions": many_items.CHAT,
    "/v1/completions": many_items.COMPLETIONS | {"text": lambda n: {"model": MODEL, "prompt": "a", "max_tokens": 9}},
    "/v1/embeddings": {"inputs": many_items.EMBEDDINGS["inputs"]},
    "/v1/responses": many_items.RESPONSES,
    "/v1/responses/input_tokens": many_items.RESPONSES,
    "/v1/messages": many_items.MESSAGES,
    "/v1/messages/count_tokens": many_items.MESSAGES,
    f"/v1beta/models/{MODEL}:generateContent": many_items.NATIVE,
    f"/v1beta/models/{MODEL}:streamGenerateContent": many_items.NATIVE,
    f"/v1beta/models/{MODEL}:countTokens": many_items.NATIVE,
    "/v1beta/models/gemini-embedding-001:embedContent": {"one": lambda n: {"content": {"parts": [{"text": "a"}] * n}}},
    "/v1beta/models/gemini-embedding-001:batchEmbedContents": {"batch": many_items.EMBEDDINGS["batch"]},
}
DEEP = '{"a":[' * 60 + "1" + "]}" * 60
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, 10**40, -(10**300), 0.5, -0.0, 1e308, 5e-324,
    "", " ", "a", "\x00", "\x1b[31m\x07", "\ud800", "a\udc00b", "👨\u200d👩\u200d👧", "[/red]", "[@click=app.quit]x",
    "\u2028",
    "%s%n{0}", "../../etc/passwd", "NaN", "skip_thought_signature_validator", "g1:00000000:gemini-3:x:y", "data:,x",
    "data:image/png;base64,!!!", "data:image/png;base64,AAAA", "http://127.0.0.1:1/x", "gs://a/b", "x" * 100_000,
    "é" * 50_000, [], {}, [[]], [None], [{}], {"": ""}, {"type": "object"}, {"$ref": "#"}, {"a": {"b": {"c": 1}}},
    ["a"] * 300, {"type": "text"}, {"type": "no-such-block"}, {"role": "nobody", "content": "a"}, {"text": 5},
)  # fmt: skip
KEYS = (
    "type", "role", "content", "text", "parts", "id", "name", "arguments", "tool_calls", "tool_call_id", "model", "n",
    "stream", "thinking", "tools", "tool_choice", "$ref", "anyOf", "allOf", "properties", "required", "enum", "items",
    "thoughtSignature", "functionCall", "functionResponse", "inlineData", "mimeType", "data", "image_url", "url",
    "reasoning", "signature", "input", "output", "call_id", "encrypted_content", "previous_response_id", "metadata",
    "generationConfig", "thinkingConfig", "stop", "stop_sequences", "max_tokens", "temperature", "google", "a b", "",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """One request."""

    number: int
    path: str
    body: bytes
    headers: dict[str, str]


@dataclass(slots=True)
class Found:
    """What came of all of them."""

    statuses: collections.Counter[int] = field(default_factory=collections.Counter)
    wrong: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    longest_stall_s: float = 0.0


def captured() -> dict[str, list[Any]]:
    """Real clients' bodies, by route."""
    found: dict[str, list[Any]] = {}
    for file in sorted(CAPTURED.glob("*.json")):
        recorded = json.loads(file.read_text())
        path = str(recorded.get("path", "")).partition("?")[0]
        if isinstance(recorded.get("body"), dict):
            found.setdefault(path, []).append(recorded["body"])
    return found


def mutated(number: int, seed: int, real: dict[str, list[Any]]) -> Sent:
    """Request `number`, always the same."""
    chance = random.Random(f"{seed}|{number}")
    path = chance.choice(list(ROUTES))
    known = real.get(path, [])
    if known and chance.random() < 0.3:
        body = copy.deepcopy(chance.choice(known))
    else:
        body = json.loads(json.dumps(chance.choice(list(ROUTES[path].values()))(chance.choice((1, 2, 5, 20)))))
    if isinstance(body, dict) and "models/" not in path and chance.random() < 0.5:
        body["stream"] = True
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        body = _changed(body, chance)
    raw = json.dumps(body, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
    if chance.random() < 0.1:
        raw = _broken(raw, chance)
    if path.endswith(":streamGenerateContent") and chance.random() < 0.5:
        path += "?alt=sse"
    return Sent(number, path, raw, {"content-type": chance.choice(("application/json", "application/json", "text/x"))})


def _changed(body: Any, chance: random.Random) -> Any:
    """One value somewhere replaced, taken away, doubled, moved, renamed or buried."""
    places = list(_places(body))
    if not places:
        return _odd(chance)
    holder, key = chance.choice(places)
    match chance.randrange(8):
        case 0 | 1 | 2:
            holder[key] = _odd(chance)
        case 3:
            del holder[key]
        case 4 if isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        case 5:
            holder[key] = [holder[key]] if chance.random() < 0.5 else {chance.choice(KEYS): holder[key]}
        case 6:
            other, name = chance.choice(places)
            holder[key] = copy.deepcopy(other[name]) if _there(other, name) else None
        case _ if isinstance(holder, dict):
            holder[chance.choice(KEYS)] = copy.deepcopy(holder[key]) if chance.random() < 0.5 else _odd(chance)
        case _:
            holder[key] = json.loads(DEEP) if chance.random() < 0.1 else _odd(chance)
    return body


def _odd(chance: random.Random) -> Any:
    """A copy: what is put in may be changed, too."""
    return copy.deepcopy(chance.choice(ODD))


def _there(holder: Any, key: Any) -> bool:
    return key in holder if isinstance(holder, dict) else key < len(holder)


def _places(value: Any) -> Any:
    """(container, key) of every value inside."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict | list):
            for key, inner in list(one.items() if isinstance(one, dict) else enumerate(one)):
                yield one, key
                waiting.append(inner)


def _broken(raw: bytes, chance: random.Random) -> bytes:
    """Not JSON any more, or JSON that no encoder writes."""
    at = chance.randrange(len(raw) or 1)
    match chance.randrange(7):
        case 0:
            return raw[:at]
        case 1:
            return raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :]
        case 2:
            return raw.replace(b"1", chance.choice((b"NaN", b"-Infinity", b"1e999", b"9" * 5_000)), 1)
        case 3:
            return b"\xef\xbb\xbf" + raw
        case 4:
            return raw.replace(b"{", b'{"model":"gemini-2.5-flash","model":5,', 1)
        case 5:
            return b"[" * 100_000
        case _:
            return raw + raw


async def send(client: httpx.AsyncClient, one: Sent, found: Found) -> None:
    """Send it, read the whole answer, and judge it."""
    began = time.monotonic()
    try:
        answer = await client.post(one.path, content=one.body, headers=one.headers)
    except httpx.HTTPError as error:
        found.wrong.append(f"{one.number} {one.path}: {type(error).__name__}")
        return
    found.slowest_s = max(found.slowest_s, time.monotonic() - began)
    found.statuses[answer.status_code] += 1
    if complaint := _complaint(answer):
        found.wrong.append(f"{one.number} {one.path}: {answer.status_code} {complaint}: {answer.text[:200]}")


def _complaint(answer: httpx.Response) -> str:
    if answer.status_code >= 500 and answer.status_code not in (501, 502, 503):
        return "is not one of ours"
    if "The proxy failed" in answer.text or "Something broke" in answer.text:
        return "broke inside"
    if answer.status_code >= 400:
        try:
            error = answer.json()["error"]
        except (ValueError, KeyError, TypeError):
            return "is not an error of the dialect"
        return "" if isinstance(error, dict) and error.get("message") else "has no words"
    return ""


async def _watch(url: str, found: Found) -> None:
    """Ask for the health every 50 ms, and note how long it took at most."""
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_S) as client:
        while True:
            began = time.monotonic()
            await client.get("/healthz")
            found.longest_stall_s = max(found.longest_stall_s, time.monotonic() - began)
            await asyncio.sleep(0.05)


async def run(url: str, numbers: range, seed: int) -> Found:
    """Send them all, `AT_ONCE` at a time."""
    found, real, waiting = Found(), captured(), iter(numbers)
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_S, headers={"authorization": "Bearer pwd"}) as client:

        async def work() -> None:
            for number in waiting:
                await send(client, mutated(number, seed, real), found)

        watching = asyncio.create_task(_watch(url, found))
        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        watching.cancel()
        assert (await client.get("/healthz")).status_code == 200
    return found


def main() -> int:
    """Status 1 when anything is wrong."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", type=int)
    asked = options.parse_args()
    numbers = range(asked.count) if asked.only is None else range(asked.only, asked.only + 1)
    if asked.only is not None:
        print(mutated(asked.only, asked.seed, captured()))
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as home,
        programs.simulator() as google,
        programs.server_with_key(Path(home) / "home", google) as url,
    ):
        found = asyncio.run(run(url, numbers, asked.seed))
    print("\n".join(found.wrong[:50]))
    print(f"{len(numbers):,} bodies, seed {asked.seed}, {time.monotonic() - began:.0f} s")
    print(f"statuses: {dict(sorted(found.statuses.items()))}; wrong: {len(found.wrong)}")
    print(f"slowest answer {found.slowest_s:.2f} s, longest wait for /healthz {found.longest_stall_s:.2f} s")
    return 1 if found.wrong or found.longest_stall_s > STALL_S else 0


if __name__ == "__main__":
    sys.exit(main())
