"""Pictures and sounds of the model that come back inside the text of its answers (shown_media writes them there).

In: what a client sends as the assistant's words. Out: parts; a link that holds the data is the model's media again.
Text that only looks like one, or is quoted as code, stays text; an address stays an address.
"""

import re

from gcli2api_tui.dialects.media import first_bytes
from gcli2api_tui.gemini.media_types import by_bytes
from gcli2api_tui.gemini.types import Part

_LINK = re.compile(
    r"(?:(?<!`)!|(?<![`!]))\[([^\]\n]{0,200}+)\]\(data:((?:image|audio)/[\w.+-]{1,40}+);base64,([A-Za-z0-9+/]{24,}+={0,2}+)\)"
)
_MARK = re.compile(r"\]\(data:(?:image|audio)/")
_OURS = ("image", "sound")
"""What shown_media writes where a program shows no media."""
_FENCE = "```"


def with_pictures(words: str) -> list[Part]:
    """What the model said: its words, and the media among them as media."""
    if not _MARK.search(words):
        return [{"text": words}] if words else []
    found: list[Part] = []
    end, looked, fences = 0, 0, 0
    for match in _LINK.finditer(words):
        fences += words.count(_FENCE, looked, match.start())
        looked = match.end()
        kind = _kind(match[2].lower(), match[3])
        if fences % 2 or not kind:
            continue
        before = words[end : match.start()] + ("" if match[1] in _OURS else match[1])
        found += [{"text": before}] if before else []
        found.append({"inlineData": {"mimeType": kind, "data": match[3]}})
        end = match.end()
    return [*found, {"text": words[end:]}] if words[end:] else found


def _kind(told: str, data: str) -> str:
    """The type of the bytes, if they are what the link tells; else nothing."""
    found = by_bytes(first_bytes(data))
    return found if found.partition("/")[0] == told.partition("/")[0] else ""
