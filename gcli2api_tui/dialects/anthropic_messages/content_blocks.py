"""The content of one answer, block by block, with what Google Search found, and the events that tell of it.

Only one block is open at a time, its index never comes again, and a call is a block of its own. A thought signature
goes into the thinking that is open, or into a redacted block before its call. Google does not say which query found
which page: all pages are the result of the first one.
"""

from collections.abc import Sequence
from typing import Any

from gcli2api_tui.dialects.sse import compact, named, quoted
from gcli2api_tui.gemini.google_search import Search, read_citations

Event = dict[str, Any]
UNSIGNED = "g1"
"""Nothing is kept in it; clients throw thinking away that is not signed at all."""
_EMPTY: dict[str, Event] = {
    "text": {"type": "text", "text": ""},
    "thinking": {"type": "thinking", "thinking": "", "signature": ""},
}
_SPOKEN = {"text_delta": "text", "thinking_delta": "thinking"}
_PIECE = (
    b"event: content_block_delta\n"
    b'data: {"type":"content_block_delta","index":%d,"delta":{"type":"%b_delta","%b":%b}}\n\n'
)


def written(event: Event) -> bytes:
    """An event as it travels; pieces of text, which are nearly all, read alike around it."""
    if event["type"] != "content_block_delta" or (kind := _SPOKEN.get(event["delta"]["type"])) is None:
        return named(event)
    name = kind.encode()
    return _PIECE % (event["index"], name, name, quoted(event["delta"][kind]).encode())


class Content:
    """Grows; every method gives the events of what it did."""

    def __init__(self) -> None:
        self.blocks: list[Event] = []
        """Complete ones, as a whole answer holds them."""
        self.characters = 0
        """Length of all it said, for an estimate."""
        self._open = ""
        self._words: list[str] = []
        self._citations: list[Event] = []

    @property
    def text(self) -> str:
        """All text so far."""
        open_words = self._words if self._open == "text" else []
        return "".join([block["text"] for block in self.blocks if block["type"] == "text"] + open_words)

    @property
    def answered(self) -> bool:
        """It holds more than thoughts."""
        return any(block["type"] in ("text", "tool_use") for block in self.blocks)

    def write(self, kind: str, words: str) -> list[Event]:
        """Text or thinking."""
        if not words:
            return []
        events = []
        if self._open != kind:
            events = [*self.close(), self._started(_EMPTY[kind])]
            self._open = kind
        self._words.append(words)
        self.characters += len(words)
        return [*events, self._delta({"type": f"{kind}_delta", kind: words})]

    def sign(self, signature: str) -> list[Event]:
        """Keep a signature, in its envelope, for the call that comes next."""
        if self._open == "thinking":
            return self.close(signature)
        return [*self.close(), *self._whole({"type": "redacted_thinking", "data": signature})]

    def call(self, identity: str, name: str, args: dict[str, object]) -> list[Event]:
        """A whole tool_use."""
        written = compact(args)
        self.characters += len(written)
        block = {"type": "tool_use", "id": identity, "name": name, "input": args}
        return [*self.close(), *self._whole(block, written)]

    def cite(self, found: list[Event]) -> list[Event]:
        """Where the text that is open was found; one that has ended can be told nothing more."""
        if self._open != "text":
            return []
        self._citations = found
        return [self._delta({"type": "citations_delta", "citation": one}) for one in found]

    def add(self, block: Event) -> list[Event]:
        """A block of something that Google's servers did."""
        written = compact(block["input"]) if "input" in block else ""
        return [*self.close(), *self._whole(block, written)]

    def close(self, signature: str = UNSIGNED) -> list[Event]:
        """End the block that is open; `signature` signs it if it is thinking."""
        if not self._open:
            return []
        events = []
        block = {**_EMPTY[self._open], self._open: "".join(self._words)}
        if self._open == "thinking":
            block["signature"] = signature
            events.append(self._delta({"type": "signature_delta", "signature": signature}))
        if self._citations:
            block["citations"] = self._citations
        self._open, self._citations = "", []
        self._words.clear()
        return [*events, self._stopped(block)]

    def _whole(self, block: Event, written: str = "") -> list[Event]:
        """A block that comes in one piece; arguments are always told as a delta."""
        events = [self._started({**block, "input": {}} if written else block)]
        if written:
            events.append(self._delta({"type": "input_json_delta", "partial_json": written}))
        return [*events, self._stopped(block)]

    def _started(self, block: Event) -> Event:
        return {"type": "content_block_start", "index": len(self.blocks), "content_block": block}

    def _delta(self, delta: Event) -> Event:
        return {"type": "content_block_delta", "index": len(self.blocks), "delta": delta}

    def _stopped(self, block: Event) -> Event:
        self.blocks.append(block)
        return {"type": "content_block_stop", "index": len(self.blocks) - 1}


def search_blocks(search: Search, identity: str) -> list[Event]:
    """The search, and each page it found once. `identity` is the block's (`srvtoolu_…`)."""
    query = search.queries[0] if search.queries else ""
    pages = [
        {"type": "web_search_result", "url": url, "title": title, "encrypted_content": UNSIGNED, "page_age": None}
        for url, title in search.pages
    ]
    return [
        {"type": "server_tool_use", "id": identity, "name": "web_search", "input": {"query": query}},
        {"type": "web_search_tool_result", "tool_use_id": identity, "content": pages},
    ]


def citations(grounding: object, text: str) -> list[Event]:
    """Passages of the text with the page that each rests on; Google does not quote the pages themselves."""
    return [
        {
            "type": "web_search_result_location",
            "url": one.url,
            "title": one.title,
            "cited_text": text[one.start : one.end],
            "encrypted_index": UNSIGNED,
        }
        for one in read_citations(grounding, text)
    ]


def before_text(blocks: Sequence[Event], found: Sequence[Event]) -> list[Event]:
    """A whole answer, with what was found in front of what was made of it."""
    place = next((number for number, block in enumerate(blocks) if block["type"] == "text"), len(blocks))
    return [*blocks[:place], *found, *blocks[place:]]


def requests(search: Search) -> dict[str, int]:
    """For `usage.server_tool_use`."""
    return {"web_search_requests": max(1, len(search.queries)), "web_fetch_requests": 0}
