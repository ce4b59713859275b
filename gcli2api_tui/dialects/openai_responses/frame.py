"""The `response` object around an answer: what the client asked, said back to it as OpenAI does.

In: the body's fields, already found good, and what they came to. Out: a dict with every key that OpenAI's has; the
encoder fills in status, output and usage.
"""

from collections.abc import Mapping
from typing import Any

from gcli2api_tui.dialects.openai_responses.tools import ResponseTools

_DEFAULTS: Mapping[str, float] = {
    "temperature": 1.0,
    "top_p": 1.0,
    "presence_penalty": 0.0,
    "frequency_penalty": 0.0,
}


def frame(fields: Mapping[str, Any], tools: ResponseTools, effort: str, store: bool) -> dict[str, object]:
    """Everything but id and created_at, in the state of an answer that has just begun."""
    reasoning = fields.get("reasoning") or {}
    shape = fields.get("text") or {}
    summary = reasoning.get("summary") if reasoning.get("summary") in ("auto", "concise", "detailed") else None
    return {
        "object": "response",
        "status": "in_progress",
        "background": False,
        "completed_at": None,
        "error": None,
        "incomplete_details": None,
        "instructions": fields.get("instructions"),
        "max_output_tokens": fields.get("max_output_tokens"),
        "max_tool_calls": fields.get("max_tool_calls"),
        "model": fields["model"],
        "output": [],
        "parallel_tool_calls": not tools.tools.one_call,
        "previous_response_id": fields.get("previous_response_id"),
        "prompt_cache_key": _word(fields.get("prompt_cache_key")),
        "reasoning": {"effort": effort or None, "summary": summary},
        "safety_identifier": _word(fields.get("safety_identifier")),
        "service_tier": "default",
        "store": store,
        **{name: default if (said := fields.get(name)) is None else said for name, default in _DEFAULTS.items()},
        "text": {
            "format": shape.get("format") or {"type": "text"},
            "verbosity": _one_of(("low", "medium", "high"), shape.get("verbosity"), "medium"),
        },
        "tool_choice": fields.get("tool_choice") or "auto",
        "tools": [_tool(tool) for tool in fields.get("tools") or () if tool],
        "top_logprobs": fields.get("top_logprobs") or 0,
        "truncation": _one_of(("disabled", "auto"), fields.get("truncation"), "disabled"),
        "usage": None,
        "user": _word(fields.get("user")),
        "metadata": _words(fields.get("metadata")),
    }


def _tool(tool: dict[str, object]) -> dict[str, object]:
    """A function has these keys in OpenAI's answers even where the client left them out."""
    if isinstance(inner := tool.get("function"), dict):
        tool = {**inner, "type": "function"}
    if tool.get("type") != "function":
        return tool
    return {"description": None, "parameters": None, "strict": None, **tool}


def _one_of(words: tuple[str, ...], said: object, default: str) -> str:
    return said if isinstance(said, str) and said in words else default


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _words(value: object) -> dict[str, str]:
    table = value if isinstance(value, dict) else {}
    return {key: said for key, said in table.items() if isinstance(said, str)}
