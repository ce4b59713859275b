"""Thought signatures in a request: where one is demanded, under which keys one is remembered, how it is put back.

In: requests and what a model called. Out: keys, and new requests; a given one stays as it is. Total: contents may
hold parts of any shape. Gemini 3 demands a signature on the first call of each model content of the current turn,
which begins with the last words of the user: an image alone or results of functions begin none.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from gcli2api_tui.gemini.thinking import BYPASS_SIGNATURE
from gcli2api_tui.gemini.types import Content, FunctionCall, GenerateRequest

Known = Callable[[FunctionCall, int], str]
"""A call and the step of the turn that made it → its signature, empty if nobody knows it."""

_ANYONE = ""
"""Stands in a key where the client's own key will stand once there are several."""
_FAMILY = re.compile(r"gemini-\d+")


def keys(backend: str, model: str, call: FunctionCall, step: int) -> tuple[str, ...]:
    """The best first: by Google's id if it gave one, and by what was called when, for clients that lose the id."""
    mine = (backend, family(model), _ANYONE)
    by_what = _key(*mine, "call", call.get("name"), call.get("args") or {}, step)
    return (_key(*mine, "id", call["id"]), by_what) if call.get("id") else (by_what,)


def family(model: str) -> str:
    """Models of one family understand each other's signatures."""
    found = _FAMILY.match(model)
    return found.group() if found else model


def call_id(signature: str, name: str, args: dict[str, Any]) -> str:
    """An id for a signed call that Google gave none: always the same, so that the signature is found again by it.

    Clients send ids back as they got them, but fill in defaults among the arguments.
    """
    return f"call_{_key(signature, name, args)[:24]}"


def first_calls(contents: Sequence[Content]) -> Iterator[tuple[int, int]]:
    """(content, part) of the first function call of each content in the current turn: one for each step."""
    for position in range(_turn_start(contents), len(contents)):
        for number, part in enumerate(contents[position].get("parts") or ()):
            if _has(part, "functionCall") and isinstance(part["functionCall"], dict):
                yield position, number
                break


def step_to_come(request: GenerateRequest) -> int:
    """Which step of the turn the answer to this request is, from 0."""
    return sum(1 for _ in first_calls(request.get("contents") or ()))


def attached(request: GenerateRequest, known: Known) -> GenerateRequest:
    """The same request with real signatures where one is missing or bypassed; the others stay as they are."""
    contents = list(request.get("contents") or ())
    changed = False
    for step, (position, number) in enumerate(first_calls(contents)):
        parts = list(contents[position]["parts"])
        part = parts[number]
        unsigned = (part.get("thoughtSignature") or BYPASS_SIGNATURE) == BYPASS_SIGNATURE
        if unsigned and (signature := known(part["functionCall"], step)):
            parts[number] = {**part, "thoughtSignature": signature}
            contents[position] = {**contents[position], "parts": parts}
            changed = True
    return {**request, "contents": contents} if changed else request


def bypassed(request: GenerateRequest) -> GenerateRequest:
    """The same request with Google's bypass value in place of every signature."""
    contents: list[Content] = []
    for content in request.get("contents") or ():
        parts: list[Any] = [
            {**part, "thoughtSignature": BYPASS_SIGNATURE} if _has(part, "thoughtSignature") else part
            for part in content.get("parts") or ()
        ]
        contents.append({**content, "parts": parts} if parts else content)
    return {**request, "contents": contents}


def signed_throughout(request: GenerateRequest) -> GenerateRequest:
    """The same request with Google's bypass value on the first call of every content that has none signed.

    For models of which Google demands signatures all the same, or in more places than here is known.
    """
    contents: list[Content] = []
    for content in request.get("contents") or ():
        parts: list[Any] = list(content.get("parts") or ()) if isinstance(content, dict) else []
        first = next((number for number, part in enumerate(parts) if _has(part, "functionCall")), None)
        if first is not None and not parts[first].get("thoughtSignature"):
            parts[first] = {**parts[first], "thoughtSignature": BYPASS_SIGNATURE}
            content = {**content, "parts": parts}
        contents.append(content)
    return {**request, "contents": contents}


def _turn_start(contents: Sequence[Content]) -> int:
    for position in range(len(contents) - 1, -1, -1):
        content = contents[position]
        parts = content.get("parts") or ()
        spoken = any(_has(part, "text") for part in parts)
        if content.get("role") == "user" and spoken and not any(_has(part, "functionResponse") for part in parts):
            return position
    return 0


def _has(part: object, name: str) -> bool:
    return isinstance(part, dict) and name in part


def _key(*about: Any) -> str:
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()
