"""Bodies of many small items, one kind each, for every route; and a counter of the steps that reading one takes.

`BODIES[name](n)` is a JSON value with n items. Steps are bytecodes, counted in this thread: they do not depend on the
machine. What C code does in one step (`x in a_list`) shows only as time, in the bodies of 200,000 items.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

Body = dict[str, Any]
MODEL = "gemini-3.1-pro-preview"


def steps(work: Callable[[], object]) -> int:
    """How many bytecodes of Python `work` runs."""
    count = 0

    def entered(frame: FrameType, event: str, argument: object) -> Any:
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return counted

    def counted(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        count += event == "opcode"
        return counted

    before = sys.gettrace()
    sys.settrace(entered)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def chat(messages: list[Any] | None = None, **more: Any) -> Body:
    return {"model": MODEL, "messages": messages or [{"role": "user", "content": "a"}], **more}


def responses(items: list[Any] | None = None, **more: Any) -> Body:
    return {"model": MODEL, "input": items or "a", **more}


def messages(said: list[Any] | None = None, **more: Any) -> Body:
    return {"model": MODEL, "max_tokens": 9, "messages": said or [{"role": "user", "content": "a"}], **more}


def native(contents: list[Any] | None = None, **more: Any) -> Body:
    return {"contents": contents or [{"role": "user", "parts": [{"text": "a"}]}], **more}


def _properties(n: int) -> Body:
    return {"type": "object", "properties": {f"p{i}": {"type": "string"} for i in range(n)}}


def _enum(n: int) -> Body:
    return {"type": "object", "properties": {"p": {"type": "string", "enum": [f"e{i}" for i in range(n)]}}}


def _any_of(n: int) -> Body:
    return {"type": "object", "properties": {"p": {"anyOf": [{"type": "string", "title": f"t{i}"} for i in range(n)]}}}


def doubling(n: int) -> Body:
    """Each definition names the next one twice: put in place they would double n times."""
    kinds: Body = {
        f"D{i}": {"type": "object", "properties": {name: {"$ref": f"#/$defs/D{i + 1}"} for name in "ab"}}
        for i in range(n)
    }
    return {"type": "object", "$defs": {**kinds, f"D{n}": {"type": "string"}}, **kinds.get("D0", {})}


def _one_reference(n: int) -> Body:
    """Many properties that name one definition of many properties: n × n put in place."""
    shared = {"type": "object", "properties": {f"q{i}": {"type": "string"} for i in range(n)}}
    return {
        "type": "object",
        "$defs": {"D": shared},
        "properties": {f"p{i}": {"$ref": "#/$defs/D"} for i in range(n)},
    }


def _small_doubling(n: int) -> list[Body]:
    """n schemas that each unfold to thousands of nodes."""
    return [doubling(14) for _ in range(n // 20)]


SCHEMAS: dict[str, Callable[[int], Body]] = {
    "properties": _properties,
    "enum": _enum,
    "anyOf": _any_of,
    "references": doubling,
    "one-reference": _one_reference,
    "allOf": lambda n: {"type": "object", "allOf": [_properties(1) | {"required": [f"p{i}"]} for i in range(n)]},
}


def _called(n: int) -> Body:
    call = {"type": "function", "function": {"name": "f", "arguments": "{}"}}
    return {"role": "assistant", "tool_calls": [{**call, "id": f"c{i}"} for i in range(n)]}


def _chat_turns(n: int) -> list[Body]:
    found: list[Body] = [{"role": "user", "content": "a"}]
    for i in range(n):
        call = {"id": f"c{i}", "type": "function", "function": {"name": "f", "arguments": "{}"}}
        found.append({"role": "assistant", "tool_calls": [call]})
        found.append({"role": "tool", "tool_call_id": f"c{i}", "content": "r"})
    return found


CHAT: dict[str, Callable[[int], Body]] = {
    "user": lambda n: chat([{"role": "user", "content": "a"}] * n),
    "assistant": lambda n: chat([{"role": "assistant", "content": "a"}] * n),
    "both": lambda n: chat([{"role": role, "content": "a"} for role in ("user", "assistant")] * (n // 2)),
    "system": lambda n: chat([{"role": "user", "content": "a"}, *[{"role": "system", "content": "a"}] * n]),
    "systems-first": lambda n: chat([*[{"role": "system", "content": "a"}] * n, {"role": "user", "content": "a"}]),
    "parts": lambda n: chat([{"role": "user", "content": [{"type": "text", "text": "a"}] * n}]),
    "images": lambda n: chat(
        [
            {
                "role": "user",
                "content": [{"type": "image_url", "image_url": {"url": f"https://x.invalid/{i}"}} for i in range(n)],
            }
        ]
    ),
    "turns": lambda n: chat(_chat_turns(n)),
    "calls": lambda n: chat(
        [
            {"role": "user", "content": "a"},
            _called(n),
            *[{"role": "tool", "tool_call_id": f"c{i}", "content": "r"} for i in range(n)],
        ]
    ),
    "users-behind-calls": lambda n: chat([*_chat_turns(1), *[{"role": "user", "content": "a"}] * n]),
    "calls-without-results": lambda n: chat(
        [{"role": "user", "content": "a"}, _called(n), {"role": "user", "content": "b"}]
    ),
    "tools": lambda n: chat(
        tools=[{"type": "function", "function": {"name": f"f{i}", "parameters": {}}} for i in range(n)]
    ),
    "tools-renamed": lambda n: chat(tools=[{"type": "function", "function": {"name": f"f {i}"}} for i in range(n)]),
    "allowed": lambda n: chat(
        tools=[{"type": "function", "function": {"name": f"f{i}"}} for i in range(n)],
        tool_choice={
            "type": "allowed_tools",
            "allowed_tools": {
                "mode": "auto",
                "tools": [{"type": "function", "function": {"name": f"f{i}"}} for i in range(n)],
            },
        },
    ),
    "unfolding-tools": lambda n: chat(
        tools=[
            {"type": "function", "function": {"name": f"f{i}", "parameters": one}}
            for i, one in enumerate(_small_doubling(n))
        ]
    ),
    "stops": lambda n: chat(stop=[f"s{i}" for i in range(n)]),
    "modalities": lambda n: chat(modalities=["text"] * n),
    "fields": lambda n: chat(**{f"x{i}": i for i in range(n)}),
    "logit-bias": lambda n: chat(logit_bias={str(i): 1 for i in range(n)}),
    **{
        f"schema-{name}": lambda n, make=make: chat(
            response_format={"type": "json_schema", "json_schema": {"name": "x", "schema": make(n)}}
        )
        for name, make in SCHEMAS.items()
    },
}


def _response_turns(n: int) -> list[Body]:
    found: list[Body] = [{"role": "user", "content": "a"}]
    for i in range(n):
        found.append({"type": "function_call", "call_id": f"c{i}", "name": "f", "arguments": "{}"})
        found.append({"type": "function_call_output", "call_id": f"c{i}", "output": "r"})
    return found


RESPONSES: dict[str, Callable[[int], Body]] = {
    "user": lambda n: responses([{"role": "user", "content": "a"}] * n),
    "assistant": lambda n: responses([{"role": "assistant", "content": "a"}] * n),
    "parts": lambda n: responses([{"role": "user", "content": [{"type": "input_text", "text": "a"}] * n}]),
    "developer": lambda n: responses([{"role": "developer", "content": "a"}] * n),
    "turns": lambda n: responses(_response_turns(n)),
    "calls": lambda n: responses(
        [
            *[{"type": "function_call", "call_id": f"c{i}", "name": "f", "arguments": "{}"} for i in range(n)],
            *[{"type": "function_call_output", "call_id": f"c{i}", "output": "r"} for i in range(n)],
        ]
    ),
    "reasoning": lambda n: responses(
        [*[{"type": "reasoning", "encrypted_content": "g1:0:x", "summary": []}] * n, {"role": "user", "content": "a"}]
    ),
    "unknown-items": lambda n: responses([*[{"type": "web_search_call"}] * n, {"role": "user", "content": "a"}]),
    "tools": lambda n: responses(tools=[{"type": "function", "name": f"f{i}", "parameters": {}} for i in range(n)]),
    "namespaces": lambda n: responses(
        tools=[{"type": "namespace", "name": f"n{i}", "tools": [{"type": "function", "name": "f"}]} for i in range(n)]
    ),
    "include": lambda n: responses(include=["reasoning.encrypted_content"] * n),
    "metadata": lambda n: responses(metadata={f"m{i}": "x" for i in range(n)}),
    "references": lambda n: responses(
        [{"type": "item_reference", "id": f"msg_{'0' * 24}{i:02d}"} for i in range(n)],
    ),
}


def _uses(n: int) -> list[Body]:
    return [{"type": "tool_use", "id": f"c{i}", "name": "f", "input": {}} for i in range(n)]


def _message_turns(n: int) -> list[Body]:
    found: list[Body] = [{"role": "user", "content": "a"}]
    for i in range(n):
        found.append({"role": "assistant", "content": [{"type": "tool_use", "id": f"c{i}", "name": "f", "input": {}}]})
        found.append({"role": "user", "content": [{"type": "tool_result", "tool_use_id": f"c{i}", "content": "r"}]})
    return found


MESSAGES: dict[str, Callable[[int], Body]] = {
    "user": lambda n: messages([{"role": "user", "content": "a"}] * n),
    "assistant": lambda n: messages([{"role": "assistant", "content": "a"}] * n),
    "blocks": lambda n: messages([{"role": "user", "content": [{"type": "text", "text": "a"}] * n}]),
    "system": lambda n: messages(system=[{"type": "text", "text": "a"}] * n),
    "turns": lambda n: messages(_message_turns(n)),
    "calls": lambda n: messages(
        [
            {"role": "user", "content": "a"},
            {"role": "assistant", "content": _uses(n)},
            {
                "role": "user",
                "content": [{"type": "tool_result", "tool_use_id": f"c{i}", "content": "r"} for i in range(n)],
            },
        ]
    ),
    "result-blocks": lambda n: messages(
        [
            {"role": "user", "content": "a"},
            {"role": "assistant", "content": _uses(1)},
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "c0", "content": [{"type": "text", "text": "r"}] * n}
                ],
            },
        ]
    ),
    "thinking": lambda n: messages(
        [
            {"role": "user", "content": "a"},
            {"role": "assistant", "content": [{"type": "thinking", "thinking": "x", "signature": "g1"}] * n},
        ]
    ),
    "document": lambda n: messages(
        [
            {
                "role": "user",
                "content": [
                    {"type": "document", "source": {"type": "content", "content": [{"type": "text", "text": "a"}] * n}}
                ],
            }
        ]
    ),
    "tools": lambda n: messages(tools=[{"name": f"f{i}", "input_schema": {}} for i in range(n)]),
    "unfolding-tools": lambda n: messages(
        tools=[{"name": f"f{i}", "input_schema": one} for i, one in enumerate(_small_doubling(n))]
    ),
    "additions": lambda n: messages(
        [
            {
                "role": "user",
                "content": [
                    {"type": "tool_addition", "tool": {"definition": {"name": f"f{i}", "input_schema": {}}}}
                    for i in range(n)
                ],
            },
            {"role": "user", "content": "a"},
        ]
    ),
    "stops": lambda n: messages(stop_sequences=[f"s{i}" for i in range(n)]),
    **{
        f"schema-{name}": lambda n, make=make: messages(tools=[{"name": "f", "input_schema": make(n)}])
        for name, make in SCHEMAS.items()
    },
}


def _native_turns(n: int) -> list[Body]:
    found: list[Body] = [{"role": "user", "parts": [{"text": "a"}]}]
    for i in range(n):
        found.append({"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}, "id": f"c{i}"}}]})
        found.append({"role": "user", "parts": [{"functionResponse": {"name": "f", "id": f"c{i}", "response": {}}}]})
    return found


NATIVE: dict[str, Callable[[int], Body]] = {
    "contents": lambda n: native([{"role": "user", "parts": [{"text": "a"}]}] * n),
    "parts": lambda n: native([{"role": "user", "parts": [{"text": "a"}] * n}]),
    "turns": lambda n: native(_native_turns(n)),
    "system": lambda n: native(systemInstruction={"parts": [{"text": "a"}] * n}),
    "tools": lambda n: native(tools=[{"functionDeclarations": [{"name": f"f{i}"} for i in range(n)]}]),
    "stops": lambda n: native(generationConfig={"stopSequences": [f"s{i}" for i in range(n)]}),
    "fields": lambda n: native(**{f"some_field_{i}": i for i in range(n)}),
    **{
        f"schema-{name}": lambda n, make=make: native(
            tools=[{"functionDeclarations": [{"name": "f", "parametersJsonSchema": make(n)}]}]
        )
        for name, make in SCHEMAS.items()
    },
}

COMPLETIONS: dict[str, Callable[[int], Body]] = {
    "prompts": lambda n: {"model": MODEL, "prompt": ["a"] * n},
    "stops": lambda n: {"model": MODEL, "prompt": "a", "stop": [f"s{i}" for i in range(n)]},
}
EMBEDDINGS: dict[str, Callable[[int], Body]] = {
    "inputs": lambda n: {"model": "gemini-embedding-001", "input": ["a"] * n},
    "batch": lambda n: {"requests": [{"content": {"parts": [{"text": "a"}]}}] * n},
}

BODIES = {
    f"{route}:{name}": make
    for route, kinds in (
        ("chat", CHAT),
        ("responses", RESPONSES),
        ("messages", MESSAGES),
        ("native", NATIVE),
        ("completions", COMPLETIONS),
        ("embeddings", EMBEDDINGS),
    )
    for name, make in kinds.items()
}
