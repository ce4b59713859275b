"""What a client reads in an answer: the events of each dialect's stream, or one whole body, as `Heard`.

Pure, and total: whatever JSON comes, nothing is raised; what is not known says nothing. A stream of events and a whole
answer of the same content give the same text.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gcli2api_tui.events.records import Usage
from gcli2api_tui.quick_dataclass import dataclass

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """One event of an answer. `usage` and `finish` are there when it says them."""

    text: str = ""
    thought: str = ""
    call: str = ""
    """A tool's call, as the transcripts show it."""
    usage: Usage | None = None
    finish: str = ""
    error: str = ""
    ends: bool = False
    """The dialect's own end of a good answer."""

    @property
    def says(self) -> bool:
        return bool(self.text or self.thought or self.call)


NOTHING = Heard()


def heard(dialect: str, event: object) -> Heard:
    """One event of a stream."""
    if event == "[DONE]":
        return Heard(ends=True)
    found = _object(event)
    if error := error_of(found):
        return Heard(error=error)
    return _EVENTS.get(dialect, _openai_chat)(found)


def heard_whole(dialect: str, body: object) -> Heard:
    """A body in one piece; Gemini's streams may be a list of events too."""
    if isinstance(body, list):
        return joined(heard(dialect, event) for event in body)
    found = _object(body)
    if error := error_of(found):
        return Heard(error=error)
    return _WHOLE.get(dialect, _openai_chat_whole)(found)


def joined(events: Iterable[Heard]) -> Heard:
    """Several as one."""
    said = list(events)
    return Heard(
        "".join(one.text for one in said),
        "".join(one.thought for one in said),
        "".join(one.call for one in said),
        next((one.usage for one in reversed(said) if one.usage), None),
        next((one.finish for one in reversed(said) if one.finish), ""),
        next((one.error for one in said if one.error), ""),
        any(one.ends for one in said),
    )


def error_of(body: object) -> str:
    """The sentence of an error object, in any dialect's shape."""
    error = _object(body).get("error")
    if isinstance(error, str):
        return error
    if not isinstance(error, Mapping):
        return ""
    return str(error.get("message") or error.get("type") or error)


# OpenAI Chat, and the older completions


def _openai_chat(event: Fields) -> Heard:
    choice = _first(event.get("choices"))
    delta = _object(choice.get("delta"))
    return Heard(
        _text(delta.get("content")) or _text(choice.get("text")),
        _text(delta.get("reasoning_content")),
        "".join(_openai_calls(delta)),
        _openai_usage(event.get("usage")),
        _text(choice.get("finish_reason")),
    )


def _openai_chat_whole(body: Fields) -> Heard:
    choice = _first(body.get("choices"))
    message = _object(choice.get("message"))
    return Heard(
        _text(message.get("content")) or _text(choice.get("text")),
        _text(message.get("reasoning_content")),
        "".join(_openai_calls(message)),
        _openai_usage(body.get("usage")),
        _text(choice.get("finish_reason")),
        ends=True,
    )


def _openai_calls(message: Fields) -> Iterable[str]:
    for call in _objects(message.get("tool_calls")):
        function = _object(call.get("function"))
        yield _call(_text(function.get("name")), _text(function.get("arguments")))


def _openai_usage(found: object) -> Usage | None:
    """Of both of OpenAI's APIs."""
    usage = _object(found)
    if not usage:
        return None
    read = _object(usage.get("prompt_tokens_details") or usage.get("input_tokens_details"))
    made = _object(usage.get("completion_tokens_details") or usage.get("output_tokens_details"))
    thoughts = _number(made.get("reasoning_tokens"))
    output = _number(usage.get("completion_tokens", usage.get("output_tokens")))
    prompt = _number(usage.get("prompt_tokens", usage.get("input_tokens")))
    return Usage(prompt, _number(read.get("cached_tokens")), max(0, output - thoughts), thoughts)


# OpenAI Responses


def _openai_responses(event: Fields) -> Heard:
    match event.get("type"):
        case "response.output_text.delta" | "response.refusal.delta":
            return Heard(text=_text(event.get("delta")))
        case "response.reasoning_summary_text.delta" | "response.reasoning_text.delta":
            return Heard(thought=_text(event.get("delta")))
        case "response.output_item.done":
            return Heard(call=_responses_call(_object(event.get("item"))))
        case "response.completed" | "response.incomplete" | "response.failed":
            return _responses_end(_object(event.get("response")))
        case "error":
            return Heard(error=_text(event.get("message")) or "error")
    return NOTHING


def _responses_end(response: Fields) -> Heard:
    reason = _text(_object(response.get("incomplete_details")).get("reason"))
    finish = reason or _text(response.get("status"))
    usage = _openai_usage(response.get("usage"))
    return Heard(usage=usage, finish=finish, error=error_of(response), ends=not response.get("error"))


def _openai_responses_whole(body: Fields) -> Heard:
    items = _objects(body.get("output"))
    said = [_text(part.get("text")) for item in items if item.get("type") == "message" for part in _parts(item)]
    thought = [_text(part.get("text")) for item in items for part in _objects(item.get("summary"))]
    end = _responses_end(body)
    calls = "".join(_responses_call(item) for item in items)
    return Heard("".join(said), "".join(thought), calls, end.usage, end.finish, end.error, ends=True)


def _responses_call(item: Fields) -> str:
    if item.get("type") not in ("function_call", "custom_tool_call"):
        return ""
    return _call(_text(item.get("name")), _text(item.get("arguments") or item.get("input")))


# Anthropic


def _anthropic(event: Fields) -> Heard:
    match event.get("type"):
        case "content_block_start":
            block = _object(event.get("content_block"))
            return Heard(call=f"{_text(block.get('name'))} " if block.get("type") == "tool_use" else "")
        case "content_block_delta":
            delta = _object(event.get("delta"))
            return Heard(_text(delta.get("text")), _text(delta.get("thinking")), _text(delta.get("partial_json")))
        case "message_delta":
            finish = _text(_object(event.get("delta")).get("stop_reason"))
            return Heard(usage=_anthropic_usage(event.get("usage")), finish=finish)
        case "message_stop":
            return Heard(ends=True)
    return NOTHING


def _anthropic_whole(body: Fields) -> Heard:
    blocks = _objects(body.get("content"))
    calls = [
        _call(_text(block.get("name")), json.dumps(block.get("input"), ensure_ascii=False))
        for block in blocks
        if block.get("type") == "tool_use"
    ]
    return Heard(
        "".join(_text(block.get("text")) for block in blocks),
        "".join(_text(block.get("thinking")) for block in blocks),
        "".join(calls),
        _anthropic_usage(body.get("usage")),
        _text(body.get("stop_reason")),
        ends=True,
    )


def _anthropic_usage(found: object) -> Usage | None:
    usage = _object(found)
    if not usage:
        return None
    cached = _number(usage.get("cache_read_input_tokens"))
    return Usage(_number(usage.get("input_tokens")) + cached, cached, _number(usage.get("output_tokens")))


# Gemini


def _gemini(event: Fields) -> Heard:
    candidate = _first(event.get("candidates"))
    parts = _objects(_object(candidate.get("content")).get("parts"))
    finish = _text(candidate.get("finishReason"))
    blocked = _text(_object(event.get("promptFeedback")).get("blockReason"))
    return Heard(
        "".join(_text(part.get("text")) for part in parts if not part.get("thought")),
        "".join(_text(part.get("text")) for part in parts if part.get("thought")),
        "".join(_gemini_call(part) for part in parts),
        _gemini_usage(event.get("usageMetadata")),
        finish or blocked,
        ends=bool(finish or blocked),
    )


def _gemini_call(part: Fields) -> str:
    call = _object(part.get("functionCall"))
    return _call(_text(call.get("name")), json.dumps(call.get("args") or {}, ensure_ascii=False)) if call else ""


def _gemini_usage(found: object) -> Usage | None:
    usage = _object(found)
    if not usage:
        return None
    counted = ("promptTokenCount", "cachedContentTokenCount", "candidatesTokenCount", "thoughtsTokenCount")
    return Usage(*(_number(usage.get(name)) for name in counted))


# JSON of any shape


def _call(name: str, arguments: str) -> str:
    return f"{name}({arguments})\n" if name else arguments


def _parts(item: Fields) -> list[Fields]:
    return _objects(item.get("content"))


def _object(value: object) -> Fields:
    return value if isinstance(value, Mapping) else {}


def _objects(value: object) -> list[Fields]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _first(value: object) -> Fields:
    return next(iter(_objects(value)), {})


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


_EVENTS: Mapping[str, Callable[[Fields], Heard]] = {
    "openai-responses": _openai_responses,
    "anthropic-messages": _anthropic,
    "gemini": _gemini,
}
_WHOLE: Mapping[str, Callable[[Fields], Heard]] = {
    "openai-responses": _openai_responses_whole,
    "anthropic-messages": _anthropic_whole,
    "gemini": lambda body: _gemini(body),
}
