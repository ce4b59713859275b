"""The two items that come in pieces, a message and the summary of thoughts: their state and their events.

In: pieces of text. Out: events without sequence numbers, and `item` as it stands. Half characters wait for their
other half.
"""

from collections.abc import Sequence
from typing import Any

from gcli2api_tui.dialects.sse import Mender, named, quoted
from gcli2api_tui.gemini.google_search import Citation, read_citations

Event = dict[str, Any]
_PIECES = {
    "response.output_text.delta": (
        b"event: response.output_text.delta\n"
        b'data: {"type":"response.output_text.delta","item_id":"%b","output_index":%d,"content_index":0,'
        b'"delta":%b,"logprobs":[],"sequence_number":%d}\n\n'
    ),
    "response.reasoning_summary_text.delta": (
        b"event: response.reasoning_summary_text.delta\n"
        b'data: {"type":"response.reasoning_summary_text.delta","item_id":"%b","output_index":%d,"summary_index":0,'
        b'"delta":%b,"sequence_number":%d}\n\n'
    ),
}
"""Pieces of text as they travel: nearly all events are one, and read alike around it."""


def written(event: Event, number: int) -> bytes:
    """An event with its sequence number."""
    piece = _PIECES.get(event["type"])
    if piece is None:
        return named({**event, "sequence_number": number})
    return piece % (event["item_id"].encode(), event["output_index"], quoted(event["delta"]).encode(), number)


class Message:
    """An answer's text."""

    def __init__(self, identity: str, index: int) -> None:
        self.index = index
        self.signature = ""
        """Google's, for this text."""
        self.item: dict[str, object] = {
            "id": identity,
            "type": "message",
            "status": "in_progress",
            "role": "assistant",
            "content": [],
        }
        self._place = {"item_id": identity, "output_index": index, "content_index": 0}
        self._said: list[str] = []
        self._mender = Mender()

    def begin(self) -> list[Event]:
        return [
            {"type": "response.output_item.added", "output_index": self.index, "item": dict(self.item)},
            {"type": "response.content_part.added", **self._place, "part": _text_part("")},
        ]

    def add(self, words: str) -> list[Event]:
        return self._delta(self._mender.feed(words))

    def close(self, status: str, logprobs: Sequence[dict[str, object]], grounding: object = None) -> list[Event]:
        """`grounding` is Google's groundingMetadata: where the text was found."""
        rest = self._delta(self._mender.flush())
        words = "".join(self._said)
        found = [_citation(one) for one in read_citations(grounding, words)]
        part = {**_text_part(words, logprobs), "annotations": found}
        self.item = {**self.item, "status": status, "content": [part]}
        added = {"type": "response.output_text.annotation.added", **self._place}
        return [
            *rest,
            *({**added, "annotation_index": number, "annotation": one} for number, one in enumerate(found)),
            {"type": "response.output_text.done", **self._place, "text": words, "logprobs": list(logprobs)},
            {"type": "response.content_part.done", **self._place, "part": part},
            {"type": "response.output_item.done", "output_index": self.index, "item": self.item},
        ]

    def _delta(self, words: str) -> list[Event]:
        if not words:
            return []
        self._said.append(words)
        return [{"type": "response.output_text.delta", **self._place, "delta": words, "logprobs": []}]


class Reasoning:
    """The summary of the model's thoughts, in one part; `encrypted` is for its encrypted_content, if anything."""

    signature = ""
    """Google signs no thoughts."""

    def __init__(self, identity: str, index: int) -> None:
        self.index = index
        self.encrypted = ""
        self.item: dict[str, object] = {"id": identity, "type": "reasoning", "summary": []}
        self._place = {"item_id": identity, "output_index": index, "summary_index": 0}
        self._said: list[str] = []
        self._mender = Mender()

    def begin(self) -> list[Event]:
        return [
            {"type": "response.output_item.added", "output_index": self.index, "item": dict(self.item)},
            {"type": "response.reasoning_summary_part.added", **self._place, "part": _summary_part("")},
        ]

    def add(self, words: str) -> list[Event]:
        return self._delta(self._mender.feed(words))

    def close(self, status: str, logprobs: Sequence[dict[str, object]], grounding: object = None) -> list[Event]:
        """Thoughts have no status, no probabilities and no sources."""
        rest = self._delta(self._mender.flush())
        part = _summary_part("".join(self._said))
        self.item = {**self.item, "summary": [part]}
        if self.encrypted:
            self.item["encrypted_content"] = self.encrypted
        return [
            *rest,
            {"type": "response.reasoning_summary_text.done", **self._place, "text": part["text"]},
            {"type": "response.reasoning_summary_part.done", **self._place, "part": part},
            {"type": "response.output_item.done", "output_index": self.index, "item": self.item},
        ]

    def _delta(self, words: str) -> list[Event]:
        if not words:
            return []
        self._said.append(words)
        return [{"type": "response.reasoning_summary_text.delta", **self._place, "delta": words}]


def _text_part(words: str, logprobs: Sequence[dict[str, object]] = ()) -> dict[str, object]:
    return {"type": "output_text", "text": words, "annotations": [], "logprobs": list(logprobs)}


def _citation(one: Citation) -> dict[str, object]:
    return {"type": "url_citation", "url": one.url, "title": one.title, "start_index": one.start, "end_index": one.end}


def _summary_part(words: str) -> dict[str, object]:
    return {"type": "summary_text", "text": words}
