"""A structured answer asked for in words, for models that take no JSON mode, or none beside functions.

In: a request. Out: the same with the mode and its schema as the last words of the system instruction; None where it
does not ask for JSON. Pure and total.
"""

import json
from typing import Any, cast

from gcli2api_tui.gemini.types import GenerateRequest

_MODE = ("responseMimeType", "responseSchema", "responseJsonSchema")


def json_in_words(request: GenerateRequest, *, only_beside_functions: bool) -> GenerateRequest | None:
    """`only_beside_functions`: the mode may stay where no functions are declared."""
    config: Any = request.get("generationConfig")
    if not isinstance(config, dict) or config.get("responseMimeType") != "application/json":
        return None
    if only_beside_functions and not _declares_functions(request.get("tools")):
        return None
    schema = config.get("responseJsonSchema") or config.get("responseSchema")
    words = "Answer with a JSON object only." + (f" It follows this schema: {_compact(schema)}" if schema else "")
    return cast(
        GenerateRequest,
        {
            **request,
            "systemInstruction": _with_words(request.get("systemInstruction"), words),
            "generationConfig": {name: value for name, value in config.items() if name not in _MODE},
        },
    )


def _declares_functions(tools: Any) -> bool:
    listed = tools if isinstance(tools, list) else ()
    return any(isinstance(tool, dict) and tool.get("functionDeclarations") for tool in listed)


def _with_words(instruction: Any, words: str) -> Any:
    """Google also takes a plain text for an instruction."""
    if isinstance(instruction, str):
        instruction = {"parts": [{"text": instruction}]}
    given = instruction if isinstance(instruction, dict) else {}
    parts = given.get("parts")
    return {**given, "parts": [*(parts if isinstance(parts, list) else ()), {"text": words}]}


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
