"""Token counts: texts and requests go in, `usageMetadata` comes out, and its numbers always add up.

The measure is simple and stable: a Chinese, Japanese or Korean character is a token, of others four make one.
"""

import json
import re
from collections.abc import Mapping

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.simulator.request_shape import Request

IMAGE_TOKENS = 258
WIDE = re.compile("[⺀-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Usage:
    prompt: int
    answer: int = 0
    thoughts: int = 0
    cached: int = 0

    def metadata(self, *, traffic: str = "") -> dict[str, object]:
        """total = prompt (which contains the cached part) + candidates + thoughts."""
        data: dict[str, object] = {"promptTokenCount": self.prompt}
        if self.answer:
            data["candidatesTokenCount"] = self.answer
        data["totalTokenCount"] = self.prompt + self.answer + self.thoughts
        data["promptTokensDetails"] = [{"modality": "TEXT", "tokenCount": self.prompt}]
        if self.cached:
            data["cachedContentTokenCount"] = self.cached
        if self.thoughts:
            data["thoughtsTokenCount"] = self.thoughts
        if traffic:
            data["trafficType"] = traffic
        return data


def tokens(text: str) -> int:
    wide = 0 if text.isascii() else len(WIDE.findall(text))
    return wide + (len(text) - wide + 3) // 4


def truncated(text: str, limit: int) -> str:
    """As much of the text as `limit` tokens hold."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if tokens(text[:middle]) <= limit else (low, middle - 1)
    return text[:low]


def request_tokens(request: Request) -> int:
    """All that the model would read: contents, system instruction and declared tools."""
    contents = [*request.get("contents", ()), request.get("systemInstruction") or {}]
    parts = [part for content in contents for part in content.get("parts") or ()]
    tools = request.get("tools")
    return sum(map(part_tokens, parts)) + (tokens(json.dumps(tools)) if tools else 0)


def part_tokens(part: Mapping[str, object]) -> int:
    if "inlineData" in part or "fileData" in part:
        return IMAGE_TOKENS
    if "text" in part:
        return tokens(str(part["text"]))
    return tokens(json.dumps(part, ensure_ascii=False))
