"""What is asked of each contender, and the figures that one round of it gives. CPU per request comes first.

In: a contender and an effort. Out: figures by their names; `cpu_ms` is processor time of the contender's processes for
one request, `first_ms` the median to the first content, `transit_ms` how long 99 of 100 chunks were on their way.
"""

import asyncio
import base64
import functools
import gc
import json
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contenders import Contender
from large_and_stuck import bodies_of_20_mb, readers_that_stop
from raw_client import Answered, Client

Figures = dict[str, float]
Bodies = tuple[bytes, ...]
CONVERSATIONS = 40
"""Different ones, so that the credentials share them: each conversation keeps to its own."""
SYSTEM = "You are a careful assistant in a terminal. Answer in one paragraph, and name your sources. " * 4
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather of a place.",
        "parameters": {"type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]},
    },
}


@dataclass(frozen=True, slots=True)
class Load:
    """So many requests with these bodies, so many at once, after one on each connection that does not count."""

    bodies: Callable[[], Bodies]
    count: int
    at_once: int


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    title: str
    measured: Callable[[Contender, int], Awaitable[Figures]]
    """The second is the effort: 1 is quick."""
    contenders: frozenset[str] = frozenset()
    """Those that it says something of; all where it is empty."""
    rounds: int = 100
    """The most that make sense."""

    def concerns(self, contender: str) -> bool:
        return not self.contenders or contender in self.contenders


def chat(prompt: str, *, stream: bool, before: Sequence[Mapping[str, Any]] = (), **more: Any) -> bytes:
    messages = [{"role": "system", "content": SYSTEM}, *before, {"role": "user", "content": prompt}]
    return json.dumps({"model": "gemini-2.5-flash", "stream": stream, "messages": messages, **more},
                      separators=(",", ":")).encode()  # fmt: skip


def prompts(words: str, *, stream: bool, spread_ms: int = 0) -> Bodies:
    """`spread_ms`: so much later at most does the first event of each come, each at another moment."""
    firsts = (round(number * spread_ms / CONVERSATIONS) for number in range(CONVERSATIONS))
    return tuple(
        chat(f"Question {number} of today: what is new? [bench:{words},first={first}]", stream=stream)
        for number, first in enumerate(firsts)
    )


def of_responses(prompt: str) -> dict[str, Any]:
    return {"model": "gemini-2.5-flash", "stream": True, "instructions": SYSTEM, "input": prompt}


def of_anthropic(prompt: str) -> dict[str, Any]:
    said = [{"role": "user", "content": prompt}]
    return {"model": "gemini-2.5-flash", "stream": True, "max_tokens": 10_000, "system": SYSTEM, "messages": said}


def of_gemini(prompt: str) -> dict[str, Any]:
    return {
        "systemInstruction": {"parts": [{"text": SYSTEM}]},
        "contents": [{"role": "user", "parts": [{"text": prompt}]}],
    }


def streams_of(form: Callable[[str], dict[str, Any]]) -> Bodies:
    """The prompts of Chat Completions' streams in another dialect."""
    asked = (f"Question {number} of today: what is new? [bench:events=50]" for number in range(CONVERSATIONS))
    return tuple(json.dumps(form(prompt), separators=(",", ":")).encode() for prompt in asked)


@functools.lru_cache(maxsize=1)
def pictures() -> Bodies:
    """A megabyte each, as cameras make them: nothing in it repeats."""
    chance = random.Random(15)
    data = base64.b64encode(chance.randbytes(750_000)).decode()
    shown = {"role": "user", "content": [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{data}"}},
    ]}  # fmt: skip
    return tuple(chat(f"{number}? [bench:size=1000]", stream=False, before=[shown]) for number in range(4))


@functools.lru_cache(maxsize=1)
def long_histories() -> Bodies:
    """A million tokens in a thousand turns, which grow by a question and an answer each time."""
    turns = [
        {"role": ("user", "assistant")[number % 2], "content": f"{number}: " + "Words of a long talk. " * 182}
        for number in range(1_020)
    ]
    lengths = range(1_000, 1_020, 2)
    return tuple(chat("And? [bench:size=1000]", stream=False, before=turns[:length]) for length in lengths)


@functools.lru_cache(maxsize=1)
def tool_loop() -> Bodies:
    """An agent's 200 turns: each asks with all calls and results before it."""
    turns: list[dict[str, Any]] = []
    bodies = []
    for number in range(200):
        bodies.append(chat("Go on. [bench:size=1000]", stream=False, before=turns, tools=[WEATHER]))
        call = {"name": "weather", "arguments": json.dumps({"place": f"Town {number}"})}
        result = {"role": "tool", "tool_call_id": f"call_{number}", "content": "Rain, 12 °C, wind from the west. " * 4}
        asked = {"role": "assistant", "content": None,
                 "tool_calls": [{"id": f"call_{number}", "type": "function", "function": call}]}  # fmt: skip
        turns += [asked, result]
    return tuple(bodies)


def loaded(
    bodies: Callable[[], Bodies], count: int, at_once: int, path: str = ""
) -> Callable[[Contender, int], Awaitable[Figures]]:
    """The figures of a plain load; the slow ones get a tenth of it, which takes them as long."""

    async def measured(contender: Contender, effort: int) -> Figures:
        wanted = max(count * effort // (10 if contender.name == "LiteLLM" and count > at_once else 1), at_once)
        client = Client(replace(contender.target, path=path or contender.target.path), at_once)
        try:
            return await _figures(contender, client, bodies(), wanted)
        finally:
            client.close()

    return measured


async def _figures(contender: Contender, client: Client, bodies: Bodies, count: int) -> Figures:
    await client.load(bodies[:CONVERSATIONS], min(client.at_once, 16))
    gc.collect()
    gc.disable()
    try:
        before, began = contender.cpu_s(), time.monotonic()
        answered = await client.load(bodies, count)
        cpu_ms, took_s = (contender.cpu_s() - before) * 1_000 / count, time.monotonic() - began
    finally:
        gc.enable()
    transits = sorted(one for each in answered for one in each.transit_s)
    return {
        "cpu_ms": cpu_ms,
        "first_ms": statistics.median(one.first_s for one in answered) * 1_000,
        "last_first_ms": max(one.first_s for one in answered) * 1_000,
        "took_s": took_s,
        "events": statistics.mean(one.events for one in answered),
        **({"transit_ms": transits[len(transits) * 99 // 100] * 1_000} if transits else {}),
    }


async def beside_idle_connections(contender: Contender, effort: int) -> Figures:
    """Whole answers while 200 connections of clients, and as many to Google, are left from a crowd before."""
    crowd = Client(contender.target, 200)
    try:
        await crowd.load((chat("All at once [bench:size=1000,first=1500]", stream=False),), 200)
        return await WHOLE.measured(contender, effort)
    finally:
        crowd.close()


async def crowd_of_slow_streams(contender: Contender, effort: int) -> Figures:
    """Streams of 20 events, one a second, that come within ten seconds: memory at most, and how many were whole."""
    streams, client = 1_000, Client(contender.target, 1_000)
    bodies = prompts("events=20,gap=1000", stream=True)
    before, peak, answered = await _peak(contender, client.load(bodies, streams, apart_s=0.01))
    client.close()
    return {"rss_before_mb": before, "rss_mb": peak, "whole": float(sum(one.events >= 20 for one in answered))}


async def memory_of_forty_streams(contender: Contender, effort: int) -> Figures:
    client = Client(contender.target, 40)
    before, peak, _ = await _peak(contender, client.load(prompts("events=100,gap=20", stream=True), 40))
    client.close()
    return {"rss_before_mb": before, "rss_mb": peak}


async def _peak(contender: Contender, load: Coroutine[Any, Any, list[Answered]]) -> tuple[float, float, list[Answered]]:
    """(MB before, MB at most, what was answered)."""
    peak = before = contender.rss_mb()
    running = asyncio.ensure_future(load)
    while not running.done():
        peak = max(peak, contender.rss_mb())
        await asyncio.wait((running,), timeout=0.1)
    return before, peak, await running


async def hundred_thousand(contender: Contender, effort: int) -> Figures:
    """What memory has grown by after so many requests, beside what it was after the first tenth."""
    client = Client(contender.target, 16)
    try:
        await client.load(prompts("size=1000", stream=False), 10_000)
        before = contender.rss_mb()
        await client.load(prompts("size=1000", stream=False), 90_000)
        return {"rss_before_mb": before, "rss_mb": contender.rss_mb()}
    finally:
        client.close()


OURS = frozenset({"ours", "before", "ours, panel"})
LIMITS = frozenset({"minimal", "splice"})
ALL = OURS | LIMITS | {"LiteLLM", "Portkey", "direct"}
"""But for the variants of ours, which say something of whole answers only."""
WHOLE = Scenario(
    "whole", "whole answers of 1 kB, 16 at once", loaded(lambda: prompts("size=1000", stream=False), 200, 16)
)
SCENARIOS = (
    WHOLE,
    Scenario("stream", "streams of 50 events as fast as they come, 16 at once",
             loaded(lambda: prompts("events=50", stream=True), 64, 16), ALL | {"ours, [fast]"}),
    Scenario("paced", "40 streams at once, 50 events, 20 ms apart",
             loaded(lambda: prompts("events=50,gap=20", stream=True), 40, 40), ALL),
    Scenario("thousand", "20 streams of 50 events a second: 1,000 events a second",
             loaded(lambda: prompts("events=100,gap=20", stream=True, spread_ms=20), 20, 20), OURS | LIMITS),
    Scenario("sequential", "streams one after another",
             loaded(lambda: prompts("events=5", stream=True), 100, 1), ALL),
    Scenario("slow-first", "8 streams whose first byte takes Google a second",
             loaded(lambda: (chat("Slow. [bench:events=5,first=1000]", stream=True),), 8, 8), ALL, rounds=2),
    *(
        Scenario(name, f"streams of 50 events in the dialect of {title}, 16 at once",
                 loaded(functools.partial(streams_of, form), 64, 16, path), OURS | {"splice", "ours, [fast]"}, rounds=3)
        for name, title, form, path in (
            ("responses", "Responses", of_responses, "/v1/responses"),
            ("anthropic", "Messages", of_anthropic, "/v1/messages"),
            ("gemini", "generateContent", of_gemini, "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse"),
        )
    ),
    Scenario("idle", "whole answers beside 200 idle connections", beside_idle_connections, OURS | LIMITS | {"Portkey"}),
    # The minimal proxy knows neither pictures nor tools.
    Scenario("pictures", "whole answers to a picture of 1 MB, 4 at once", loaded(pictures, 20, 4),
             ALL - {"minimal"}, rounds=5),
    Scenario("history", "a history of 1M tokens that grows", loaded(long_histories, 10, 1), OURS | LIMITS, rounds=3),
    Scenario("tools", "a loop of 200 tool turns", loaded(tool_loop, 200, 1), OURS | {"splice", "Portkey"}, rounds=3),
    Scenario("large", "a body of 20 MB", bodies_of_20_mb, OURS, rounds=2),
    Scenario("stopped", "memory: 20 readers that stop in a stream of 8 MB", readers_that_stop, OURS, rounds=1),
    Scenario("forty", "memory: idle, and with 40 streams", memory_of_forty_streams, OURS, rounds=1),
    Scenario("crowd", "memory: 1,000 slow streams", crowd_of_slow_streams, OURS, rounds=1),
    Scenario("long", "memory: 100,000 requests", hundred_thousand, frozenset({"ours"}), rounds=1),
)  # fmt: skip
QUICK = ("whole", "stream", "paced", "sequential")
