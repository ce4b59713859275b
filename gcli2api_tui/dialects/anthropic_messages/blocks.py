"""Content blocks that a user, a system or a tool may send → Gemini parts.

In: the value of a `content` field and its name. Out: parts in order, empty texts left out. An image's address is
noted in `remote`, not fetched.
"""

from gcli2api_tui.dialects.call import RemoteFile
from gcli2api_tui.dialects.fields import items, table, text, wrong
from gcli2api_tui.dialects.media import blob, by_address, google_reads
from gcli2api_tui.dialects.sse import compact
from gcli2api_tui.events.problems import ClientFault
from gcli2api_tui.gemini.types import Part
from gcli2api_tui.messages.message import say

Block = tuple[str, dict[str, object], str]
"""(type, the block, its field)"""


_KINDS = ("text", "image", "document", "search_result", "tool_reference")


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
