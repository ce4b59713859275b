"""What a body of 20 MB costs, and a reader that stops: memory at most, and how late others are meanwhile.

In: a contender and an effort. Out: figures by their names; workloads.py has the scenarios.
"""

import asyncio
import contextlib
import json
import time

from contenders import Contender
from raw_client import Client

READERS = 20
SETTLED_S, LOOKS_S = 2.0, 0.1


async def bodies_of_20_mb(contender: Contender, effort: int) -> dict[str, float]:
    """Two of them, one after the other, while /healthz is asked all the time: beside its usual latest answer."""
    words = "Words of a very long text. " * (20 * 2**20 // 27)
    messages = [{"role": "user", "content": f"{words} [bench:size=1000]"}]
    body = json.dumps({"model": "gemini-2.5-flash", "stream": False, "messages": messages}).encode()
    alone = await latest_of(contender, asyncio.create_task(asyncio.sleep(1.0)))
    before, cpu_s = contender.rss_mb(), contender.cpu_s()
    client = Client(contender.target, 1)
    loading = asyncio.create_task(client.load((body,), 2))
    watching = asyncio.create_task(peak_of(contender, loading))
    late = await latest_of(contender, loading)
    peak, answered = await watching, await loading
    client.close()
    return {
        "cpu_ms": (contender.cpu_s() - cpu_s) * 1_000 / len(answered),
        "body_mb": len(body) / 1e6,
        "rss_before_mb": before,
        "rss_mb": peak,
        "healthz_alone_ms": alone * 1_000,
        "healthz_ms": late * 1_000,
    }


async def peak_of(contender: Contender, running: "asyncio.Task[object]") -> float:
    peak = contender.rss_mb()
    while not running.done():
        peak = max(peak, contender.rss_mb())
        await asyncio.sleep(0.02)
    return peak


async def latest_of(contender: Contender, running: "asyncio.Task[object]") -> float:
    """Seconds of the slowest answer until the task is done."""
    slowest = 0.0
    reader, writer = await asyncio.open_connection("127.0.0.1", contender.target.port)
    while not running.done():
        began = time.monotonic()
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        await reader.readuntil(b'"ok"}')
        slowest = max(slowest, time.monotonic() - began)
        await asyncio.sleep(0.005)
    writer.close()
    return slowest


async def readers_that_stop(contender: Contender, effort: int) -> dict[str, float]:
    """Twenty that each ask for some 8 MB, read the beginning and no more; what each holds when nothing moves."""
    prompt = {"role": "user", "content": "On and on. [bench:events=20000]"}
    body = json.dumps({"model": "gemini-2.5-flash", "stream": True, "messages": [prompt]}).encode()
    before = contender.rss_mb()
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(READERS):
            reader, writer = await asyncio.open_connection("127.0.0.1", contender.target.port, limit=2**10)
            stack.callback(writer.transport.abort)
            writer.write(contender.target.request(body))
            await reader.readuntil(b"data: ")
        held = await settled(contender)
    return {"rss_before_mb": before, "rss_mb": held, "each_mb": (held - before) / READERS}


async def settled(contender: Contender) -> float:
    """What it takes when it has not grown for a while."""
    most, since = contender.rss_mb(), time.monotonic()
    while time.monotonic() - since < SETTLED_S:
        await asyncio.sleep(LOOKS_S)
        if (now := contender.rss_mb()) > most:
            most, since = now, time.monotonic()
    return most
