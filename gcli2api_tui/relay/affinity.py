"""Which conversation a request belongs to, as a name for the pool: what the client says, else how it began.

In: a Call. Out: a name, or "" for none. The next request of a conversation has the same system instruction and first
message; one that has no more than these begins it, and the name says so. A token for the next hop of a long answer is
more: the hop is to go where the first one was. Pure.
"""

import hashlib
from typing import Any

from gcli2api_tui.dialects.call import Call
from gcli2api_tui.gemini.turns import GO_ON
from gcli2api_tui.pool.ports import BEGINS

ENOUGH = 2_000
"""Characters of each text: what makes conversations differ comes early, and hashing a book costs time."""


def affinity_of(call: Call) -> str:
    """Total: a body of strange types belongs to no conversation."""
    return call.affinity or _opening(dict(call.request))


def _opening(request: dict[str, Any]) -> str:
    contents = request.get("contents")
    if not isinstance(contents, list) or not contents:
        return ""
    first = _text(contents[0])
    if not first or contents[0] == GO_ON:
        return ""  # it does not begin there
    words = f"{_text(request.get('systemInstruction'))}\n{first}"
    name = hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    goes_on = len(contents) > 1 or request.get("continuationToken")
    return name if goes_on else f"{BEGINS}{name}"


def _text(content: object) -> str:
    parts = content.get("parts") if isinstance(content, dict) else None
    if not isinstance(parts, list):
        return ""
    texts = (part.get("text") for part in parts if isinstance(part, dict))
    return "\n".join(text for text in texts if isinstance(text, str))[:ENOUGH]
