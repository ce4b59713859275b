"""Random histories, broken as real ones are, in every dialect: Google takes them, no word is lost, pairs are right.

Windows are cut anywhere, messages left out, ids given twice, emptied or left away; the judge is the stand-in.
"""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from judge import Judge
from whole_path import Proxy

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
DATA = f"data:image/png;base64,{PNG}"
MODELS = ("gemini-2.5-flash", "gemini-3-flash-preview", "gemini-3.8-flash", "gemini-4-neon")
IDS = ("own", "own", "per turn", "by name", "all one", "empty", "absent")
"""How a client names its calls."""
NAMES = ("look", "read/file")
HISTORIES = 40


@dataclass
class Message:
    """What one says. Words, calls and results are told apart by their numbers."""

    role: str
    words: list[str] = field(default_factory=list)
    pictures: int = 0
    calls: list[tuple[str, int]] = field(default_factory=list)
    """(name, number)"""
    results: list[tuple[str, int]] = field(default_factory=list)
    thoughts: int = 0


class Maker:
    """Makes one history of a seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.number = 0
        self.ids = self.chance.choice(IDS)
        self.place: dict[int, int] = {}
        """Number of a call → its place in its turn."""

    def history(self) -> list[Message]:
        whole = [message for _ in range(self.chance.randint(1, 4)) for message in self.turn()]
        start = self.chance.choice([0, 0, self.chance.randrange(len(whole))])
        end = self.chance.choice([len(whole), self.chance.randint(start + 1, len(whole))])
        return [one for one in whole[start:end] if self.chance.random() > 0.08] or whole[:1]

    def turn(self) -> Iterator[Message]:
        yield Message("user", self.words(), self.chance.choice([0, 0, 1]))
        if self.chance.random() < 0.15:
            yield Message("system", self.words())
        for _ in range(self.chance.choice([0, 1, 1, 2])):
            calls = [(self.chance.choice(NAMES), self.next()) for _ in range(self.chance.randint(1, 3))]
            self.place |= {number: place for place, (_, number) in enumerate(calls)}
            yield Message("assistant", self.words(0), 0, calls, thoughts=self.chance.choice([0, 1]))
            if self.ids in ("own", "per turn"):  # else their order is all there is
                calls = self.chance.sample(calls, len(calls))
            yield Message("tool", results=calls, pictures=self.chance.choice([0, 0, 1]))
        if self.chance.random() < 0.8:
            yield Message("assistant", self.words(), self.chance.choice([0, 0, 1]), thoughts=self.chance.choice([0, 1]))

    def words(self, least: int = 1) -> list[str]:
        return [f"w{self.next()}." for _ in range(self.chance.randint(least, 2))]

    def next(self) -> int:
        self.number += 1
        return self.number

    def identity(self, name: str, number: int, place: int) -> str | None:
        return {
            "own": f"id{number}",
            "per turn": f"id{place}",
            "by name": f"call-{name}",
            "all one": "same",
            "empty": "",
            "absent": None,
        }[self.ids]


def with_id(key: str, identity: str | None) -> dict[str, Any]:
    return {} if identity is None else {key: identity}


def chat(maker: Maker, history: list[Message]) -> tuple[str, dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    for one in history:
        content: list[Any] = [{"type": "text", "text": words} for words in one.words]
        content += [{"type": "image_url", "image_url": {"url": DATA}}] * one.pictures
        if one.role == "tool":
            for name, number in one.results:
                answer = [{"type": "text", "text": f"r{number}."}, *content]
                identity = with_id("tool_call_id", maker.identity(name, number, maker.place[number]))
                messages.append({"role": "tool", "content": answer, "name": name, **identity})
            continue
        thoughts = [{"type": "thinking", "thinking": "secret"}] * one.thoughts
        message: dict[str, Any] = {"role": one.role, "content": [*thoughts, *content]}
        calls = [
            {"type": "function", "function": {"name": name, "arguments": json.dumps({"n": number})}}
            | with_id("id", maker.identity(name, number, maker.place[number]))
            for name, number in one.calls
        ]
        messages.append({**message, "tool_calls": calls} if calls else message)
    return "/v1/chat/completions", {"messages": messages}


def responses(maker: Maker, history: list[Message]) -> tuple[str, dict[str, Any]]:
    items: list[dict[str, Any]] = []
    for one in history:
        kind = "output_text" if one.role == "assistant" else "input_text"
        content: list[Any] = [{"type": kind, "text": words} for words in one.words]
        content += [{"type": "input_image", "image_url": DATA}] * one.pictures
        items += [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "secret"}]}] * one.thoughts
        if content and one.role != "tool":
            items.append({"role": one.role, "content": content})
        for name, number in one.calls:
            identity = with_id("call_id", maker.identity(name, number, maker.place[number]))
            items.append({"type": "function_call", "name": name, "arguments": json.dumps({"n": number}), **identity})
        for name, number in one.results:
            identity = with_id("call_id", maker.identity(name, number, maker.place[number]))
            answer = [{"type": "input_text", "text": f"r{number}."}, *content]
            items.append({"type": "function_call_output", "output": answer, **identity})
    return "/v1/responses", {"input": items or "w0."}


def messages(maker: Maker, history: list[Message]) -> tuple[str, dict[str, Any]]:
    found: list[dict[str, Any]] = []
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}
    for one in history:
        content: list[Any] = [{"type": "thinking", "thinking": "secret", "signature": "EqQB"}] * one.thoughts
        content += [{"type": "text", "text": words} for words in one.words]
        shown = [image] * one.pictures
        for name, number in one.calls:
            identity = with_id("id", maker.identity(name, number, maker.place[number]))
            content.append({"type": "tool_use", "name": name, "input": {"n": number}, **identity})
        for name, number in one.results:
            identity = with_id("tool_use_id", maker.identity(name, number, maker.place[number]))
            answer = [{"type": "text", "text": f"r{number}."}, *shown]
            content.append({"type": "tool_result", "content": answer, **identity})
        role = "user" if one.role == "tool" else one.role
        found.append({"role": role, "content": content if one.results else [*content, *shown]})
    return "/v1/messages", {"messages": found, "max_tokens": 99}


def google_got(request: Any) -> tuple[str, dict[int, str]]:
    """All text, and call → result by their numbers."""
    pairs: dict[int, str] = {}
    for calling, answering in zip(request["contents"], request["contents"][1:], strict=False):
        calls = [part["functionCall"]["args"]["n"] for part in calling["parts"] if "functionCall" in part]
        answers = [part["functionResponse"]["response"] for part in answering["parts"] if "functionResponse" in part]
        pairs |= {call: str(next(iter(one.values()))) for call, one in zip(calls, answers, strict=False)}
    return json.dumps(request), pairs


@pytest.mark.parametrize("write", [chat, responses, messages], ids=lambda write: write.__name__)
async def test_google_takes_it_and_nothing_is_lost(
    write: Callable[[Maker, list[Message]], tuple[str, dict[str, Any]]],
) -> None:
    judge = Judge()
    proxy = Proxy(judge, names=("ann",))
    for seed in range(HISTORIES):
        maker = Maker(seed)
        history = maker.history()
        path, body = write(maker, history)
        if write is messages and all(one.role == "system" or not (one.words or one.calls) for one in history):
            continue
        answer = await proxy.ask(path, data=json.dumps({"model": MODELS[seed % 4], **body}).encode())
        assert (answer.status, judge.words) == (200, []), (seed, answer.raw, judge.words)
        text, pairs = google_got(judge.asked[-1][1])
        check(maker, history, text, pairs)


def check(maker: Maker, history: list[Message], text: str, pairs: dict[int, str]) -> None:
    for one in history:
        said = [*one.words, *(f"r{number}." for _, number in one.results)]
        assert [words for words in said if words not in text] == []
    assert "secret" not in text
    assert text.count(PNG) == sum(one.pictures * max(1, len(one.results)) for one in history)
    if maker.ids == "own":
        came: set[int] = set()
        for one in reversed(history):
            came |= {number for _, number in one.results}
            for _, number in one.calls:
                assert pairs[number] == (f"r{number}." if number in came else "no result")
