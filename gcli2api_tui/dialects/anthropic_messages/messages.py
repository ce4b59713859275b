"""The messages of a request → a History.

Results stand in later messages than their calls, with other blocks around them: they are found first, and put right
behind the calls they answer. Thought signatures, wherever a client has kept them, go back to their calls.
"""

from dataclasses import dataclass, field
from typing import Any

from gcli2api_tui.dialects.anthropic_messages.blocks import Block, listed, parts, result, texts
from gcli2api_tui.dialects.anthropic_messages.tools import CHANGES
from gcli2api_tui.dialects.call import RemoteFile
from gcli2api_tui.dialects.fields import flag, items, table, text, wrong
from gcli2api_tui.dialects.history import History, call
from gcli2api_tui.dialects.history import result as response
from gcli2api_tui.dialects.signature_codec import decode_signature
from gcli2api_tui.gemini.types import Part
from gcli2api_tui.messages.message import say

_BILLING = "x-anthropic-billing-header:"
"""Claude Code's first system block: it differs from request to request, and no cache of a prefix would ever hit."""
_THINKING = {"thinking": "signature", "redacted_thinking": "data"}
"""Kind of block → the field that a signature travels in."""
_SERVERS = frozenset({"server_tool_use", "mcp_tool_use", "mcp_tool_listing", "container_upload", "fallback"})
"""What Anthropic's servers did in an older answer; its text says what came of it."""

Message = tuple[str, list[Block]]
"""(role, blocks)"""


@dataclass(slots=True)
class _Context:
    """What all messages together say about each."""

    said: dict[str, tuple[str, list[Part]]] = field(default_factory=dict)
    """Field of a tool_result → its words, and its media."""
    results: dict[int, dict[str, dict[str, Any]]] = field(default_factory=dict)
    """Position of the assistant's message → call id → Google's `response`."""
    signatures: dict[str, str] = field(default_factory=dict)
    """Call id → thought signature."""


def read_messages(system: object, messages: object, family: str) -> History:
    """Translate all. `family` is the model's: signatures of others stay out. Raises ClientFault with the field."""
    found = [_message(item, f"messages.[{position}]") for position, item in enumerate(items(messages, "messages"))]
    if not found:
        wrong("messages", say("request.no_messages"))
    history, context = History(), _Context()
    _collect(found, context, history.remote)
    context.signatures = _signatures(found, family)
    if words := _instructions(texts(listed(system, "system"))):
        history.instruct(words)
    for position, message in enumerate(found):
        _add(history, position, message, context)
    history.begun("messages")
    return history


def _message(item: object, at: str) -> Message:
    message = table(item, at)
    role = text(message.get("role"), f"{at}.role")
    if role not in ("user", "assistant", "system"):
        wrong(f"{at}.role", say("request.role_of_two", at=at, role=role[:40]))
    blocks = listed(message.get("content"), f"{at}.content")
    return role, [block for block in blocks if block[0] not in CHANGES]


def _instructions(words: list[str]) -> list[str]:
    """The system prompt without the line for Anthropic's bills, which is a block, or begins a text."""
    if not words or not words[0].startswith(_BILLING):
        return words
    rest = words[0].partition("\n")[2].lstrip("\n")
    return [rest, *words[1:]] if rest else words[1:]


def _collect(messages: list[Message], context: _Context, remote: list[RemoteFile]) -> None:
    """Each result belongs to the latest message before it that called with its id."""
    owner: dict[str, int] = {}
    for position, (role, blocks) in enumerate(messages):
        for number, (kind, block, at) in enumerate(blocks):
            if kind == "tool_use" and role == "assistant":
                owner[_call_id(block, at, number)] = position
            elif kind == "tool_result" and role == "user":
                identity = text(block.get("tool_use_id"), f"{at}.tool_use_id")
                if identity not in owner:
                    wrong(f"{at}.tool_use_id", say("request.no_tool_use"))
                context.said[at] = words, _ = result(block, at, remote)
                failed = flag(block.get("is_error"), f"{at}.is_error")
                answer = {"error": words} if failed else response(words)
                context.results.setdefault(owner[identity], {})[identity] = answer


def _signatures(messages: list[Message], family: str) -> dict[str, str]:
    kept = [
        decode_signature(block.get(_THINKING[kind]))
        for role, blocks in messages
        for kind, block, _ in blocks
        if role == "assistant" and kind in _THINKING
    ]
    return {one.call_id: one.signature for one in kept if one and one.family == family}


def _add(history: History, position: int, message: Message, context: _Context) -> None:
    role, blocks = message
    if role == "system":
        history.instruct(texts(blocks))
    elif role == "assistant":
        found = [part for number, block in enumerate(blocks) for part in _answered(block, number, context)]
        history.answer(found, context.results.get(position, {}))
    else:
        history.prompt += [("tool", context.said[at][0]) for kind, _, at in blocks if kind == "tool_result"]
        history.ask([part for block in blocks for part in _asked(block, history, context)])


def _asked(block: Block, history: History, context: _Context) -> list[Part]:
    """A block of the user's. A result stands with its call already; its media follow here."""
    kind, _, at = block
    return context.said[at][1] if kind == "tool_result" else parts(block, history.remote)


def _answered(block: Block, number: int, context: _Context) -> list[Part]:
    """A block of the assistant's."""
    kind, content, at = block
    if kind == "tool_use":
        identity = _call_id(content, at, number)
        part = call(text(content.get("name"), f"{at}.name"), content.get("input"), identity, at)
        if signature := context.signatures.get(identity):
            part["thoughtSignature"] = signature
        return [part]
    if kind in _THINKING or kind in _SERVERS or kind.endswith("_tool_result"):
        return []
    key = "content" if kind == "compaction" else "text"
    if kind not in ("text", "compaction"):
        wrong(f"{at}.type", say("request.not_said", kind=kind[:40]))
    words = text(content.get(key), f"{at}.{key}")
    return [{"text": words}] if words else []


def _call_id(block: dict[str, object], at: str, number: int) -> str:
    return text(block.get("id"), f"{at}.id") or f"toolu_{number}"
