"""The messages of a request → a History.

Thought signatures, wherever a client has kept them, go back to their calls.
"""

from collections.abc import Mapping

from gcli2api_tui.dialects.anthropic_messages.blocks import Block, listed, parts, result, texts
from gcli2api_tui.dialects.anthropic_messages.tools import CHANGES
from gcli2api_tui.dialects.call import RemoteFile
from gcli2api_tui.dialects.fields import flag, items, table, text, wrong
from gcli2api_tui.dialects.history import History, call
from gcli2api_tui.dialects.pictures import with_pictures
from gcli2api_tui.dialects.tool_results import ToolResult
from gcli2api_tui.gemini.signatures import decode_signature
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


def read_messages(system: object, messages: object, family: str) -> History:
    """Translate all. `family` is the model's: signatures of others stay out. Raises ClientFault with the field."""
    found = [_message(item, f"messages.[{position}]") for position, item in enumerate(items(messages, "messages"))]
    if not found:
        wrong("messages", say("request.no_messages"))
    history, signatures = History(), _signatures(found, family)
    if words := _instructions(texts(listed(system, "system"))):
        history.instruct(words)
    for role, blocks in found:
        _add(history, role, blocks, signatures)
    history.finish("messages")
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


def _signatures(messages: list[Message], family: str) -> dict[str, str]:
    kept = [
        decode_signature(block.get(_THINKING[kind]))
        for role, blocks in messages
        for kind, block, _ in blocks
        if role == "assistant" and kind in _THINKING
    ]
    return {one.call_id: one.signature for one in kept if one and one.family == family}


def _add(history: History, role: str, blocks: list[Block], signatures: Mapping[str, str]) -> None:
    if role == "system":
        history.instruct(texts(blocks))
    elif role == "assistant":
        history.answer([part for block in blocks for part in _answered(block, history.remote, signatures)])
    else:
        for kind, block, at in blocks:
            if kind == "tool_result":
                history.result(_result(block, at, history.remote))
        asked = [block for block in blocks if block[0] != "tool_result"]
        if asked or not blocks:
            history.ask([part for block in asked for part in parts(block, history.remote)])


def _result(block: dict[str, object], at: str, remote: list[RemoteFile]) -> ToolResult:
    identity = text(block.get("tool_use_id"), f"{at}.tool_use_id")
    failed = flag(block.get("is_error"), f"{at}.is_error")
    return ToolResult(result(block, at, remote), f"{at}.tool_use_id", identity, failed=failed)


def _answered(block: Block, remote: list[RemoteFile], signatures: Mapping[str, str]) -> list[Part]:
    """A block of the assistant's."""
    kind, content, at = block
    if kind == "tool_use":
        identity = text(content.get("id"), f"{at}.id")
        part = call(text(content.get("name"), f"{at}.name"), content.get("input"), identity, at)
        if signature := signatures.get(identity):
            part["thoughtSignature"] = signature
        return [part]
    if kind in _THINKING or kind in _SERVERS or kind.endswith("_tool_result"):
        return []
    if kind == "image":
        return parts(block, remote)
    key = "content" if kind == "compaction" else "text"
    if kind not in ("text", "compaction"):
        wrong(f"{at}.type", say("request.not_said", kind=kind[:40]))
    return with_pictures(text(content.get(key), f"{at}.{key}"))
