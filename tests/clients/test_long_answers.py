"""Long answers through the official SDKs: hops, and a cut in the third, that no client sees."""

from collections.abc import Iterator
from typing import Any

import programs
import pytest
from sdk_readers import MODEL, READERS

HOP = 100
GOOD = {"stop", "completed", "end_turn"}
KEY_OF_GOOGLE = "AIza-sim-key-0002"
USUAL = {"chat, streamed", "messages"}
EVERY = [pytest.param(name, marks=() if name in USUAL else pytest.mark.slow) for name in READERS]


@pytest.fixture
def hops(served: Any) -> Iterator[None]:
    programs.fetch(f"{served.google}/sim/hop-tokens", {"hop_tokens": HOP})
    yield
    programs.fetch(f"{served.google}/sim/hop-tokens", {"hop_tokens": 65_536})


def whole(google: str, prompt: str) -> str:
    """What the stand-in says to this in one hop."""
    programs.fetch(f"{google}/sim/hop-tokens", {"hop_tokens": 1_000_000})
    asked = {"contents": [{"role": "user", "parts": [{"text": prompt}]}]}
    url = f"{google}/v1beta/models/{MODEL}:generateContent?key={KEY_OF_GOOGLE}"
    parts = programs.fetch(url, asked)["candidates"][0]["content"]["parts"]
    programs.fetch(f"{google}/sim/hop-tokens", {"hop_tokens": HOP})
    return "".join(part.get("text", "") for part in parts if not part.get("thought"))


@pytest.mark.parametrize("dialect", EVERY)
def test_a_long_answer_is_one(served: Any, hops: None, dialect: str) -> None:
    prompt = f"A story for {dialect} [sim:words=300]"
    wanted = whole(served.google, prompt)
    served.order("cut", hop=3, after=7)
    read = READERS[dialect](served.url, served.key, prompt, 200_000)
    assert read.text == wanted and read.end in GOOD
    assert read.output_tokens > 4 * HOP
    calls = programs.fetch(f"{served.google}/sim/journal?model={MODEL}")
    mine = [call for call in calls if dialect in str(call["body"]) and call["rpc"] == "streamGenerateContent"]
    assert [call["outcome"] for call in mine].count("cut") == 1 and len(mine) > 5
