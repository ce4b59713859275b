"""The demo's clients: invented people who ask our own proxy about eight questions a minute, until they are stopped.

`Traffic(base_url, key, seed, clock).run()` speaks all four protocols as several programs, in English and Chinese,
mostly streaming, some thinking; one leaves early, one sends as much as a model takes. The seed fixes the order of
programs, models and questions; the clock is real time, because people do not ask faster when the demo's clock does.
"""

import asyncio
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

import httpx

from gcli2api_tui.clock import Clock
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.simulator.models import DEMO
from gcli2api_tui.simulator.texts import CHINESE_STORY, LOG, QUESTIONS, REGEX, STORY, TRANSLATE
from gcli2api_tui.tasks import spawn

Protocol = Literal["chat", "responses", "messages", "gemini"]
Thinking = Literal["", "high"]

SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 4.0, 11.0
OPENING_PAUSE_S = 1.2
OPENING = 4
MOST_AT_ONCE = 4
PATIENCE_S = 180.0
STORY_EVERY = 6
HUGE_AFTER, HUGE_EVERY = 20, 120
"""The prompt of a million tokens: the question with this number, and again each time after so many."""
HUGE_LINES = 35_500
FAKE = "fake/"
"""In front of a model's name: the answer is asked for as a whole and sent as a stream."""


@dataclass(frozen=True, slots=True)
class Program:
    """Who asks, by its header, and in which protocol."""

    agent: str
    protocol: Protocol = "chat"


PROGRAMS = (
    Program("Cursor/1.7.38"),
    Program("curl/8.14.1"),
    Program("CherryStudio/1.6.5"),
    Program("OpenAI/Python 2.8.1"),
    Program("SillyTavern/1.13.4"),
    Program("claude-cli/2.0.14 (external, cli)", "messages"),
    Program("GeminiCLI/0.12.0 (linux; x64)", "gemini"),
    Program("codex_cli_rs/0.58.0 (Debian 12; x86_64)", "responses"),
)
MODELS = (DEMO["flash"], DEMO["flash"], DEMO["pro"], DEMO["lite"])
FIRST = (
    (Program("Cursor/1.7.38"), DEMO["flash"], TRANSLATE),
    (Program("curl/8.14.1"), DEMO["flash"], REGEX),
    (Program("SillyTavern/1.13.4"), DEMO["pro"], STORY),
)
"""What stands on the screen within five seconds; the rest is left to the seed."""


@dataclass(frozen=True, slots=True)
class Question:
    program: Program
    model: str
    text: str
    stream: bool = True
    leaves_early: bool = False
    thinking: Thinking = ""


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
                for number, asked in enumerate(questions(chance)):
                    if len(alive) < MOST_AT_ONCE:
                        task = spawn("traffic", self._ask(client, asked))
                        alive.add(task)
                        task.add_done_callback(alive.discard)
                    # At first they come close together: nobody should look at an empty screen.
                    await self.clock.sleep(
                        OPENING_PAUSE_S if number < OPENING else chance.uniform(SHORTEST_PAUSE_S, LONGEST_PAUSE_S)
                    )
            finally:
                await _end(alive)

    async def _ask(self, client: httpx.AsyncClient, asked: Question) -> None:
        """An answer of any status is an answer; a proxy that is away is asked again by the next question."""
        path, body = await asyncio.to_thread(asked_in, asked)
        headers = {"authorization": f"Bearer {self.key}", "user-agent": asked.program.agent}
        try:
            async with client.stream("POST", path, json=body, headers=headers) as response:
                await _read(response, leaves_early=asked.leaves_early)
        except httpx.HTTPError:
            return


def questions(chance: random.Random) -> Iterator[Question]:
    """Without end: the opening, then what chance brings, a long story now and then."""
    yield from (Question(*one) for one in FIRST)
    number = len(FIRST)
    while True:
        number += 1
        if number % HUGE_EVERY == HUGE_AFTER:
            yield Question(PROGRAMS[3], DEMO["flash"], LOG)
        elif number % STORY_EVERY == 0:
            story = CHINESE_STORY if number % (2 * STORY_EVERY) else STORY
            yield Question(chance.choice(PROGRAMS[:5]), DEMO["pro"], story, thinking="high")
        else:
            yield question(chance)


def question(chance: random.Random) -> Question:
    program, model = chance.choice(PROGRAMS), chance.choice(MODELS)
    fake = program.protocol == "chat" and chance.random() < 0.1
    return Question(
        program=program,
        model=f"{FAKE}{model}" if fake else model,
        text=chance.choice(QUESTIONS),
        stream=fake or chance.random() < 0.85,
        leaves_early=chance.random() < 0.08,
        thinking="high" if chance.random() < 0.4 else "",
    )


def asked_in(asked: Question) -> tuple[str, Mapping[str, object]]:
    """Path and body in the program's protocol."""
    return PROTOCOLS[asked.program.protocol](asked)


def _text(asked: Question) -> str:
    """A million tokens go in front of the question about them."""
    if asked.text != LOG:
        return asked.text
    lines = (f"{number:06} step {number % 97} of job {number % 1013}: waited {number % 61} s, then ran, then passed; " +
             "cache cold, artefacts kept, one retry, exit status 0" for number in range(HUGE_LINES))  # fmt: skip
    return "<log>\n" + "\n".join(lines) + f"\n</log>\n{LOG}"


def _chat(asked: Question) -> tuple[str, dict[str, object]]:
    body: dict[str, object] = {"messages": [{"role": "user", "content": _text(asked)}]}
    if asked.thinking:
        body["reasoning_effort"] = asked.thinking
    return "/v1/chat/completions", {"model": asked.model, "stream": asked.stream, **body}


def _responses(asked: Question) -> tuple[str, dict[str, object]]:
    body: dict[str, object] = {"input": _text(asked), "store": False}
    if asked.thinking:
        body["reasoning"] = {"effort": asked.thinking, "summary": "auto"}
    return "/v1/responses", {"model": asked.model, "stream": asked.stream, **body}


def _messages(asked: Question) -> tuple[str, dict[str, object]]:
    body: dict[str, object] = {"max_tokens": 8192, "messages": [{"role": "user", "content": _text(asked)}]}
    if asked.thinking:
        body["thinking"] = {"type": "enabled", "budget_tokens": 2048}
    return "/v1/messages", {"model": asked.model, "stream": asked.stream, **body}


def _gemini(asked: Question) -> tuple[str, dict[str, object]]:
    body: dict[str, object] = {"contents": [{"role": "user", "parts": [{"text": _text(asked)}]}]}
    if asked.thinking:
        body["generationConfig"] = {"thinkingConfig": {"includeThoughts": True}}
    method = "streamGenerateContent?alt=sse" if asked.stream else "generateContent"
    return f"/v1beta/models/{asked.model}:{method}", body


PROTOCOLS: Mapping[Protocol, Callable[[Question], tuple[str, dict[str, object]]]] = {
    "chat": _chat,
    "responses": _responses,
    "messages": _messages,
    "gemini": _gemini,
}


async def _read(response: httpx.Response, *, leaves_early: bool) -> None:
    chunks = 0
    async for _ in response.aiter_raw():
        chunks += 1
        if leaves_early and chunks >= 12:
            return


async def _end(alive: set[asyncio.Task[None]]) -> None:
    for task in alive:
        task.cancel()
    await asyncio.gather(*alive, return_exceptions=True)
