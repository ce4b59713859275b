"""The demo's clients: invented people who ask our own proxy about ten questions a minute, until they are stopped.

`Traffic(base_url, key, seed, clock).run()` speaks OpenAI's chat protocol as several programs, in English and Chinese,
mostly streaming; now and then one leaves early. The seed fixes the order of programs, models and questions; the clock
is real time, because people do not ask faster when the demo's other clock does.
"""

import asyncio
import random
from dataclasses import dataclass

import httpx

from gcli2api_tui.clock import Clock
from gcli2api_tui.simulator.models import DEMO
from gcli2api_tui.tasks import spawn

PROGRAMS = (
    "Cursor/1.7.38",
    "curl/8.14.1",
    "SillyTavern/1.13.4",
    "OpenAI/Python 2.8.1",
    "OpenAI/JS 6.9.1",
    "Cherry Studio/1.6.5",
)
MODELS = (DEMO["flash"], DEMO["flash"], DEMO["pro"], DEMO["lite"])
QUESTIONS = (
    "Why does my asyncio server stop answering when one client reads slowly?",
    "Write a short note to the team about Friday's release.",
    "给我讲讲数据库索引为什么会让插入变慢？",
    "What would you pack for a week of hiking in the rain?",
    "帮我把这段话改写得更礼貌一些：请尽快回复。",
    "Explain idempotency keys to someone who has never heard of them.",
    "怎样在手机上运行一个小型的 Python 服务？",
    "Compare a ring buffer with a deque for keeping the last thousand events.",
    "周末去杭州，两天的行程怎么安排？",
    "Find the mistake: for i in range(len(a)): a.pop(i)",
)
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 3.0, 9.0
MOST_AT_ONCE = 3
OPENING = 4
PATIENCE_S = 90.0


@dataclass(frozen=True, slots=True)
class Question:
    program: str
    model: str
    text: str
    stream: bool
    leaves_early: bool


@dataclass(frozen=True, slots=True)
class Traffic:
    """`key` is the proxy's client key; it is never shown."""

    base_url: str
    key: str
    seed: int
    clock: Clock

    def __repr__(self) -> str:
        return f"Traffic({self.base_url!r}, seed={self.seed})"

    async def run(self) -> None:
        """Until cancelled; the questions that are under way then end with it."""
        chance = random.Random(self.seed)
        alive: set[asyncio.Task[None]] = set()
        async with httpx.AsyncClient(base_url=self.base_url, timeout=PATIENCE_S, trust_env=False) as client:
            try:
                asked = 0
                while True:
                    if len(alive) < MOST_AT_ONCE:
                        task = spawn("traffic", self._ask(client, question(chance)))
                        alive.add(task)
                        task.add_done_callback(alive.discard)
                    # At first they come close together: nobody should look at an empty screen.
                    opening = asked < OPENING
                    await self.clock.sleep(0.6 if opening else chance.uniform(SHORTEST_PAUSE_S, LONGEST_PAUSE_S))
                    asked += 1
            finally:
                await _end(alive)

    async def _ask(self, client: httpx.AsyncClient, asked: Question) -> None:
        """An answer of any status is an answer; a proxy that is away is asked again by the next question."""
        body = {
            "model": asked.model,
            "stream": asked.stream,
            "messages": [{"role": "user", "content": asked.text}],
        }
        headers = {"authorization": f"Bearer {self.key}", "user-agent": asked.program}
        try:
            async with client.stream("POST", "/v1/chat/completions", json=body, headers=headers) as response:
                await _read(response, leaves_early=asked.leaves_early)
        except httpx.HTTPError:
            return


def question(chance: random.Random) -> Question:
    return Question(
        program=chance.choice(PROGRAMS),
        model=chance.choice(MODELS),
        text=chance.choice(QUESTIONS),
        stream=chance.random() < 0.85,
        leaves_early=chance.random() < 0.08,
    )


async def _read(response: httpx.Response, *, leaves_early: bool) -> None:
    chunks = 0
    async for _ in response.aiter_raw():
        chunks += 1
        if leaves_early and chunks >= 4:
            return


async def _end(alive: set[asyncio.Task[None]]) -> None:
    for task in alive:
        task.cancel()
    await asyncio.gather(*alive, return_exceptions=True)
