"""The messages of a request → a History, block by block.

Thought signatures, wherever a client has kept them, go back to their calls. Empty texts are left out; an image's
address is noted in `remote`, not fetched. Raises ClientFault with the field.
"""

from collections.abc import Mapping

from gcli2api_tui.dialects.call import RemoteFile
from gcli2api_tui.dialects.fields import flag, items, table, text, wrong
from gcli2api_tui.dialects.history import History, call
from gcli2api_tui.dialects.media import blob, by_address, google_reads, with_pictures
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.dialects.tool_calls import ToolResult
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.signatures import decode_signature
from gcli2api_tui.gemini.types import Part
from gcli2api_tui.messages.message import say

_BILLING = "x-anthropic-billing-header:"
"""Claude Code's first system block: it differs from request to request, and no cache of a prefix would ever hit."""
_THINKING = {"thinking": "signature", "redacted_thinking": "data"}
"""Kind of block → the field that a signature travels in."""
_SERVERS = frozenset({"server_tool_use", "mcp_tool_use", "mcp_tool_listing", "container_upload", "fallback"})
"""What Anthropic's servers did in an older answer; its text says what came of it."""
CHANGES = ("tool_addition", "tool_removal")
"""Blocks that change the tools in the middle of a conversation. Google has one list for all of it: what was ever
offered is declared, and what was taken away stays, because calls of it may stand in the history."""
Block = tuple[str, dict[str, object], str]
"""(type, the block, its field)"""
Message = tuple[str, list[Block]]
"""(role, blocks)"""
_KINDS = ("text", "image", "document", "search_result", "tool_reference")


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


def listed(content: object, where: str) -> list[Block]:
    """The blocks of a content; a string is one of text."""
    if isinstance(content, str):
        return [("text", {"text": content}, where)]
    found = []
    for position, item in enumerate(items(content, where)):
        at = f"{where}.[{position}]"
        block = table(item, at)
        found.append((text(block.get("type"), f"{at}.type"), block, at))
    return found


def texts(blocks: list[Block]) -> list[str]:
    """Content that may only be text (the system's)."""
    words = []
    for kind, block, at in blocks:
        if kind != "text":
            wrong(f"{at}.type", say("request.text_not", kind=kind[:40]))
        words.append(text(block.get("text"), f"{at}.text"))
    return [item for item in words if item]


def parts(block: Block, remote: list[RemoteFile]) -> list[Part]:
    """One block of a user or of a tool's result."""
    kind, content, at = block
    match kind:
        case "text":
            return _said(text(content.get("text"), f"{at}.text"))
        case "image":
            return [_image(table(content.get("source"), f"{at}.source"), f"{at}.source", remote)]
        case "document":
            return _document(content, at, remote)
        case "search_result":
            return _found(content, at)
        case "tool_reference":
            return _said(f"[tool {text(content.get('tool_name'), f'{at}.tool_name')}]")
    raise ClientFault(
        say("request.content_type_here", kind=kind[:40]),
        param=f"{at}.type",
        way_out=say("request.use_blocks"),
    )


def _said(words: str) -> list[Part]:
    return [{"text": words}] if words else []


def _image(source: dict[str, object], where: str, remote: list[RemoteFile]) -> Part:
    match text(source.get("type"), f"{where}.type"):
        case "base64":
            return _data(source, where, "image/png")
        case "url":
            return by_address(text(source.get("url"), f"{where}.url"), f"{where}.url", remote)
    raise _unusable(source, where)


def _document(content: dict[str, object], at: str, remote: list[RemoteFile]) -> list[Part]:
    """Title and context, which the model may read, and the document itself."""
    source, where = table(content.get("source"), f"{at}.source"), f"{at}.source"
    about = [text(content.get(name), f"{at}.{name}") for name in ("title", "context")]
    found = _said("\n".join(filter(None, about)))
    match text(source.get("type"), f"{where}.type"):
        case "base64":
            return [*found, _data(source, where, "application/pdf", about[0])]
        case "url" if google_reads(url := text(source.get("url"), f"{where}.url")):
            return [*found, by_address(url, f"{where}.url", None)]
        case "text":
            return found + _said(text(source.get("data"), f"{where}.data"))
        case "content":
            inside = listed(source.get("content"), f"{where}.content")
            return found + [part for block in inside for part in parts(block, remote)]
    raise _unusable(source, where)


def _data(source: dict[str, object], where: str, usual: str, name: str = "") -> Part:
    label = text(source.get("media_type"), f"{where}.media_type")
    return blob(label, text(source.get("data"), f"{where}.data"), f"{where}.data", name, usual)


def _unusable(source: dict[str, object], where: str) -> ClientFault:
    kind = str(source.get("type"))[:40]
    said = {
        "file": say("request.no_files"),
        "url": say("request.documents"),
    }.get(kind, say("request.source_type", kind=kind))
    return ClientFault(said, param=f"{where}.type", way_out=say("request.send_base64"))


def _found(content: dict[str, object], at: str) -> list[Part]:
    """A search result: where it is from, and what it says."""
    head = [text(content.get(name), f"{at}.{name}") for name in ("title", "source")]
    return _said("\n".join(filter(None, [*head, *texts(listed(content.get("content"), f"{at}.content"))])))


def result(block: dict[str, object], at: str, remote: list[RemoteFile]) -> list[Part]:
    """What a tool said; what nobody here knows is said as it is."""
    found: list[Part] = []
    for inside in listed(block.get("content"), f"{at}.content"):
        found += parts(inside, remote) if inside[0] in _KINDS else [{"text": compact(inside[1])}]
    return found
