"""An earlier request as a Question that Play can show, or not: what it has no field for stays in the body.

Pure. In: an AskRequest of any dialect. Out: the Question and the fields, or None where showing it as one would lose
something: tools, pictures, several choices, an instruction of more than text. Then the body is edited as JSON.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from gcli2api_tui.control.question import (
    EFFORTS,
    AskRequest,
    Effort,
    Fields,
    Question,
    Turn,
    gemini_path,
    known_dialect,
    model_of,
)
from gcli2api_tui.events.ids import ANY
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.wire_rows import Sent

LARGEST = 100_000
"""Bytes of a body that is edited in a terminal."""

_NOT_SHOWN = frozenset({"tools", "functions", "n", "tool_choice", "function_call", "modalities", "audio",
                        "previous_response_id", "conversation", "prompt", "cachedContent", "toolConfig"})  # fmt: skip


class NotShown(ValueError):
    """The form has no place for something in it."""


def sent_again(sent: Sent, dialect: str, credential: CredentialId = ANY) -> AskRequest:
    """The same path and body; of the query only what says how to stream: the rest was a key, or is nobody's."""
    path = sent.target.partition("?")[0]
    if "alt=sse" in sent.target.partition("?")[2].split("&") or path.endswith(":streamGenerateContent"):
        path += "?alt=sse"
    return AskRequest(dialect, path, sent.body.encode("utf-8", "surrogatepass"), credential)


def on_model(request: AskRequest, model: str) -> AskRequest:
    """The same for another model. Raises ValueError where the body is no object."""
    if request.dialect == "gemini":
        return replace(request, path=gemini_path(model, stream="stream" in request.path.rpartition(":")[2]))
    body = json.dumps({**request.fields, "model": model}, ensure_ascii=False)
    return replace(request, body=body.encode("utf-8", "surrogatepass"))


def question_of(request: AskRequest) -> tuple[Question, Fields] | None:
    """What the form shows, and all fields as they were."""
    dialect = known_dialect(request.dialect)
    if dialect is None or len(request.body) > LARGEST:
        return None
    try:
        fields = request.fields
        if any(fields.get(name) for name in _NOT_SHOWN):
            return None
        read = _READERS[dialect](fields)
        question = replace(read, model=model_of(request), dialect=dialect, credential=request.credential)
    except (ValueError, TypeError, AttributeError, KeyError):
        return None
    if dialect == "gemini":
        question = replace(question, stream="stream" in request.path.rpartition(":")[2])
    return question, fields


def shown_json(request: AskRequest) -> str:
    """The body for an editor. Raises ValueError where it is no JSON."""
    return json.dumps(request.fields, ensure_ascii=False, indent=2)


# Reading what the four dialects hold. Whatever has another form raises.


def _openai_chat(fields: Fields) -> Question:
    system, turns = _said(fields["messages"], {"system", "developer"})
    effort = _effort(fields.get("reasoning_effort"))
    limit = fields.get("max_tokens", fields.get("max_completion_tokens"))
    return Question("", turns, system=system, effort=effort, **_common(fields, limit))


def _openai_responses(fields: Fields) -> Question:
    given = fields["input"]
    said = [{"role": "user", "content": given}] if isinstance(given, str) else given
    _, turns = _said(said, set())
    effort = _effort((fields.get("reasoning") or {}).get("effort"))
    system = _text(fields.get("instructions") or "")
    return Question("", turns, system=system, effort=effort, **_common(fields, fields.get("max_output_tokens")))


def _anthropic(fields: Fields) -> Question:
    _, turns = _said(fields["messages"], set())
    thinking, output = fields.get("thinking") or {}, fields.get("output_config") or {}
    if thinking.get("budget_tokens"):
        raise NotShown("budget_tokens")
    effort = "none" if thinking.get("type") == "disabled" else output.get("effort")
    system = _text(fields.get("system") or "")
    return Question("", turns, system=system, effort=_effort(effort), **_common(fields, fields.get("max_tokens")))


def _gemini(fields: Fields) -> Question:
    roles = {"user": "user", "model": "assistant", None: "user"}
    messages = [{"role": roles[one.get("role")], "content": one["parts"]} for one in fields["contents"]]
    _, turns = _said(messages, set())
    instruction = fields.get("systemInstruction") or fields.get("system_instruction") or {}
    system = _text(instruction.get("parts") or "")
    config = fields.get("generationConfig") or {}
    if config.get("thinkingConfig") or "generation_config" in fields:
        raise NotShown("thinkingConfig")
    return Question("", turns, system=system, **_common(config, config.get("maxOutputTokens")))


def _common(fields: Fields, limit: object) -> dict[str, Any]:
    temperature = fields.get("temperature")
    if not isinstance(temperature, int | float | None) or not isinstance(limit, int | None):
        raise NotShown("number")
    return {"temperature": temperature, "max_tokens": limit, "stream": bool(fields.get("stream"))}


def _said(messages: Iterable[Mapping[str, Any]], instructing: set[str]) -> tuple[str, tuple[Turn, ...]]:
    """The instruction at the beginning, and turns of two sides; any field more is something that would be lost."""
    system: list[str] = []
    turns: list[Turn] = []
    for message in messages:
        if not {"role", "content"} >= set(message) - {"type"} or message.get("type", "message") != "message":
            raise NotShown("message")
        role, text = message["role"], _text(message["content"])
        if role in instructing and not turns:
            system.append(text)
        elif role in ("user", "assistant"):
            turns.append(Turn(role, text))
        else:
            raise NotShown("role")
    if not turns or len(system) > 1:
        raise NotShown("turns")
    return "".join(system), tuple(turns)


def _text(content: object) -> str:
    """Text alone; one part is as good as a string, several would become one."""
    if isinstance(content, str):
        return content
    if isinstance(content, list) and len(content) == 1 and isinstance(content[0], Mapping):
        part = content[0]
        if set(part) <= {"type", "text"} and isinstance(part.get("text"), str):
            return str(part["text"])
    raise NotShown("content")


def _effort(word: object) -> Effort:
    for effort in EFFORTS:
        if effort == (word or ""):
            return effort
    raise NotShown("effort")


_READERS: Mapping[str, Callable[[Fields], Question]] = {
    "openai-chat": _openai_chat,
    "openai-responses": _openai_responses,
    "anthropic-messages": _anthropic,
    "gemini": _gemini,
}
