"""Three clients in a loop of tools, one a protocol: they take an answer, call what it asks for and send all back.

`keeps`: the client sends back what carries signatures. Each result says the id of its call.
"""

import json
from collections.abc import Sequence
from typing import Any

from whole_path import Answer

PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
ASKED = "Which weather has Rome?"


class Chat:
    path = "/v1/chat/completions"

    def __init__(self, *, keeps: bool = True, stream: bool = False) -> None:
        self.keeps, self.stream = keeps, stream
        self.said: list[dict[str, Any]] = [{"role": "user", "content": ASKED}]

    @property
    def body(self) -> dict[str, Any]:
        tool = {"type": "function", "function": {"name": "look", "parameters": PARAMETERS}}
        return {"messages": self.said, "tools": [tool], "stream": self.stream}

    def take(self, answer: Answer) -> list[str]:
        """The ids of its calls."""
        deltas = answer.deltas if self.stream else [answer.body["choices"][0]["message"]]
        calls = [call for delta in deltas for call in delta.get("tool_calls") or ()]
        kept = [{name: one for name, one in call.items() if self.keeps or name != "extra_content"} for call in calls]
        words = "".join(delta.get("content") or "" for delta in deltas)
        ids = [call["id"] for call in calls]
        self.said.append({"role": "assistant", "content": words, "tool_calls": kept})
        self.said += [{"role": "tool", "tool_call_id": one, "content": one} for one in ids]
        return ids


class Responses:
    path = "/v1/responses"

    def __init__(self, *, keeps: bool = True, stream: bool = False) -> None:
        self.keeps, self.stream = keeps, stream
        self.said: list[dict[str, Any]] = [{"role": "user", "content": ASKED}]

    @property
    def body(self) -> dict[str, Any]:
        tool = {"type": "function", "name": "look", "parameters": PARAMETERS}
        include = ["reasoning.encrypted_content"] if self.keeps else []
        return {"input": self.said, "tools": [tool], "store": False, "include": include, "stream": self.stream}

    def take(self, answer: Answer) -> list[str]:
        items = answer.events[-1]["response"]["output"] if self.stream else answer.body["output"]
        ids = [item["call_id"] for item in items if item["type"] == "function_call"]
        self.said += [item for item in items if self.keeps or item["type"] != "reasoning"]
        self.said += [{"type": "function_call_output", "call_id": one, "output": one} for one in ids]
        return ids


class Messages:
    path = "/v1/messages"

    def __init__(self, *, keeps: bool = True, stream: bool = False) -> None:
        self.keeps, self.stream = keeps, stream
        self.said: list[dict[str, Any]] = [{"role": "user", "content": ASKED}]

    @property
    def body(self) -> dict[str, Any]:
        thinking = {"type": "enabled", "budget_tokens": 1024} if self.keeps else {"type": "disabled"}
        tools = [{"name": "look", "input_schema": PARAMETERS}]
        return {
            "messages": self.said, "tools": tools, "max_tokens": 4096, "thinking": thinking, "stream": self.stream,
        }  # fmt: skip

    def take(self, answer: Answer) -> list[str]:
        blocks = _blocks(answer.events) if self.stream else answer.body["content"]
        ids = [block["id"] for block in blocks if block["type"] == "tool_use"]
        self.said.append({"role": "assistant", "content": blocks})
        results = [{"type": "tool_result", "tool_use_id": one, "content": one} for one in ids]
        self.said.append({"role": "user", "content": results})
        return ids


def _blocks(events: Sequence[Any]) -> list[dict[str, Any]]:
    """The content blocks that a stream adds up to."""
    blocks: list[dict[str, Any]] = []
    for event in events:
        if event["type"] == "content_block_start":
            blocks.append(dict(event["content_block"]))
        elif event["type"] == "content_block_delta":
            delta = {name: one for name, one in event["delta"].items() if name != "type"}
            for name, one in delta.items():
                blocks[-1][name] = blocks[-1].get(name, "") + one
    for block in blocks:
        if written := block.pop("partial_json", ""):
            block["input"] = json.loads(written)
    return blocks


CLIENTS = (Chat, Responses, Messages)


def pairs(request: Any) -> list[tuple[str, Any]]:
    """(id, result) of all results that Google gets, which have to be those of its calls, in order."""
    parts = [part for content in request["contents"] for part in content["parts"]]
    calls = [part["functionCall"]["id"] for part in parts if "functionCall" in part]
    results = [part["functionResponse"] for part in parts if "functionResponse" in part]
    assert [one["id"] for one in results] == calls
    return [(one["id"], one["response"].get("result")) for one in results]
