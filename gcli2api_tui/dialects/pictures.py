"""Pictures in an answer's text, and back: as Markdown with the data in it.

Out: `shown` writes a picture for clients whose answers are texts. In: what a client sends back of it, which becomes the
model's picture again. Text that only looks like one, or is quoted as code, stays text; an address stays an address.
"""

import binascii
import re

from gcli2api_tui.gemini.stream_parts import BlobPart
from gcli2api_tui.gemini.types import Part

_SHOWN = re.compile(r"(?<!`)!\[([^\]\n]{0,200}+)\]\(data:(image/[\w.+-]{1,40}+);base64,([A-Za-z0-9+/]{24,}+={0,2}+)\)")
_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")
_OURS = "image"
"""What stands for the picture where it cannot be shown."""
_FENCE = "```"


def shown(piece: BlobPart) -> str:
    """A picture in an answer."""
    return f"![{_OURS}](data:{piece.mime};base64,{piece.data})"


def with_pictures(words: str) -> list[Part]:
    """What the model said: its words, and the pictures among them as pictures."""
    if "](data:image/" not in words:
        return [{"text": words}] if words else []
    found: list[Part] = []
    end, looked, fences = 0, 0, 0
    for match in _SHOWN.finditer(words):
        fences += words.count(_FENCE, looked, match.start())
        looked = match.end()
        if fences % 2 or not _is_picture(match[3]):
            continue
        before = words[end : match.start()] + ("" if match[1] == _OURS else match[1])
        found += [{"text": before}] if before else []
        found.append({"inlineData": {"mimeType": match[2].lower(), "data": match[3]}})
        end = match.end()
    return [*found, {"text": words[end:]}] if words[end:] else found


def _is_picture(data: str) -> bool:
    try:
        start = binascii.a2b_base64(data[:16])
        binascii.a2b_base64(data, strict_mode=True)
    except binascii.Error:
        return False
    return start.startswith(_STARTS) or start[4:8] == b"ftyp"
