"""Prompts, answers and what went over the wire while they are remembered: a ring in memory, capped in number and bytes.

In: the request, one `add` per read from upstream, our head. Out: a `Page` from any character offset on; a `Wire`. Lives
here and nowhere else: text leaves with the oldest exchange first, a closed transcript takes nothing more, and nothing
here is written or logged.
"""

import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterator

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.exchange_rows import Page, Passage, TranscriptKind
from gcli2api_tui.ledger.ports import Transcript
from gcli2api_tui.ledger.wire_rows import MOST_ARRIVALS, NOTHING_SENT, Arrival, Headers, Sent, Wire
from gcli2api_tui.quick_dataclass import replace

HEAD_OF_BODY = 64 * 1024
"""Characters kept of a request that is too large to be kept whole."""
OPENING = 200
"""Characters of a prompt for the line of a list."""


class TranscriptRing:
    """The last `keep` transcripts within `keep_bytes`; 0 of either keeps none."""

    def __init__(self, keep: int, keep_bytes: int, clock: Clock) -> None:
        self._keep = keep
        self._keep_bytes = keep_bytes
        self.now = clock.now
        self._kept: dict[ExchangeId, _Kept] = {}
        self._bytes = 0

    @property
    def keeps(self) -> bool:
        """Whether it keeps anything at all."""
        return bool(self._keep and self._keep_bytes)

    @property
    def size_bytes(self) -> int:
        """What the texts take in memory now."""
        return self._bytes

    def resize(self, keep: int, keep_bytes: int) -> None:
        """What is too much now goes at once. One that grows while nothing is kept any more is closed."""
        if (keep, keep_bytes) == (self._keep, self._keep_bytes):
            return
        self._keep, self._keep_bytes = keep, keep_bytes
        while self._kept and (len(self._kept) > keep or self._bytes > keep_bytes):
            self._drop_oldest()

    def open(self, exchange: ExchangeId) -> Transcript:
        """A place for the text of one exchange, or one that forgets everything."""
        if not self.keeps:
            return Forgetful()
        transcript = self._kept[exchange] = _Kept(self)
        while len(self._kept) > self._keep:
            self._drop_oldest()
        return transcript

    def page(self, exchange: ExchangeId, from_offset: int = 0) -> Page:
        """What was added from character `from_offset` on."""
        transcript = self._kept.get(exchange)
        if transcript is None:
            return Page(exchange, revision=0, next_offset=from_offset, complete=False, kept=self.keeps)
        return transcript.page(exchange, from_offset)

    def revisions(self) -> dict[ExchangeId, int]:
        """What is kept, oldest first, and how often its text has grown."""
        return {exchange: kept.revision for exchange, kept in self._kept.items()}

    def text_of(self, exchange: ExchangeId) -> str:
        """Prompt and answer in one; may be asked from a thread. Empty where it is gone."""
        transcript = self._kept.get(exchange)
        return transcript.whole_text() if transcript else ""

    def wire(self, exchange: ExchangeId) -> Wire:
        transcript = self._kept.get(exchange)
        return transcript.wire(exchange) if transcript else Wire(exchange)

    def opening(self, exchange: ExchangeId) -> str:
        """How the newest message of the person begins."""
        transcript = self._kept.get(exchange)
        return transcript.opening if transcript else ""

    def answered(self, exchange: ExchangeId, status: int, headers: Headers) -> None:
        """The head of our answer."""
        if transcript := self._kept.get(exchange):
            transcript.answered(status, headers)

    @property
    def largest_body(self) -> int:
        """Characters: one request may not push out all the others."""
        return self._keep_bytes // 4

    def took(self, size: int) -> None:
        """Called by a transcript that grew; makes room again."""
        self._bytes += size
        while self._bytes > self._keep_bytes and len(self._kept) > 1:
            self._drop_oldest()
        if self._bytes > self._keep_bytes:
            (last,) = self._kept.values()
            # More than is needed: dropping one chunk for each that comes would move all the others each time.
            self._bytes -= last.shorten(self._bytes - self._keep_bytes * 7 // 8)

    def _drop_oldest(self) -> None:
        oldest = next(iter(self._kept))
        self._bytes -= self._kept.pop(oldest).close()


class Forgetful:
    """The null transcript."""

    def asked(self, sent: Sent) -> None:
        """Forgets it."""

    def prompt(self, messages: tuple[tuple[str, str], ...]) -> None:
        """Forgets it."""

    def add(self, kind: TranscriptKind, text: str, at: float | None = None) -> None:
        """Forgets it."""


class _Kept:
    """Chunks of text, and in arrays beside them where each ends and when it came."""

    def __init__(self, ring: TranscriptRing) -> None:
        self._ring = ring
        self._chunks: list[Passage] = []
        self.ends = array("Q")
        self.came = array("d")
        self._start = 0
        """Characters dropped from the front."""
        self._gone = 0
        """Chunks dropped from the front."""
        self._prompts = 0
        """Chunks that are no arrivals; they are the first."""
        self.revision = 0
        self._closed = False
        self._sent = NOTHING_SENT
        self._sent_bytes = 0
        self._status = 0
        self._headers: Headers = ()
        self._firsts: dict[TranscriptKind, float] = {}
        self.opening = ""

    def asked(self, sent: Sent) -> None:
        if len(sent.body) > self._ring.largest_body:
            sent = replace(sent, body=sent.body[:HEAD_OF_BODY], cut=True)
        if not self._closed:
            self._sent, self._sent_bytes = sent, _head_size(sent)
            self._ring.took(self._sent_bytes)

    def answered(self, status: int, headers: Headers) -> None:
        if not self._closed:
            self._status, self._headers = status, headers

    def prompt(self, messages: tuple[tuple[str, str], ...]) -> None:
        now = self._ring.now()
        for role, text in messages:
            self._append(Passage("prompt", text, role), now)
        self._prompts = len(self._chunks)
        self.opening = next((text[:OPENING] for role, text in reversed(messages) if role == "user"), "")

    def add(self, kind: TranscriptKind, text: str, at: float | None = None) -> None:
        at = self._ring.now() if at is None else at
        if kind not in self._firsts and text:
            self._firsts[kind] = at
        self._append(Passage(kind, text), at)

    def _append(self, passage: Passage, at: float) -> None:
        # The relay still holds a transcript that the ring has let go; growing it would escape the bound.
        if self._closed or not passage.text:
            return
        self._chunks.append(passage)
        self.ends.append(self._end + len(passage.text))
        self.came.append(at)
        self.revision += 1
        self._ring.took(_size(passage))

    def whole_text(self) -> str:
        """Messages stand on lines of their own, reads follow each other."""
        chunks, first = tuple(self._chunks), max(0, self._prompts - self._gone)
        prompt = "\n".join([chunk.text for chunk in chunks[:first]])
        return prompt + "\n" + "".join([chunk.text for chunk in chunks[first:]])

    @property
    def _end(self) -> int:
        return self.ends[-1] if self.ends else self._start

    def page(self, exchange: ExchangeId, from_offset: int) -> Page:
        passages = tuple(_joined(self._from(max(from_offset, self._start))))
        return Page(exchange, self.revision, passages, self._end, complete=self._start == 0)

    def wire(self, exchange: ExchangeId) -> Wire:
        firsts = tuple(self._firsts.items())
        first = max(0, self._prompts - self._gone)
        chunks = self._gone + len(self._chunks) - self._prompts
        arrivals = tuple(self._arrivals(first))
        kept = self._sent != NOTHING_SENT
        return Wire(exchange, kept, self._sent, self._status, self._headers, firsts, arrivals, chunks)

    def _arrivals(self, first: int) -> Iterator[Arrival]:
        """Evenly thinned; the last one is always told."""
        last = len(self._chunks) - 1
        step = -(-(last + 1 - first) // MOST_ARRIVALS) or 1
        before = self.ends[first - 1] if first else self._start
        for position in sorted({*range(first, last + 1, step), max(first, last)}) if last >= first else ():
            end = self.ends[position]
            yield Arrival(self.came[position], self._chunks[position].kind, end - before, end)
            before = end

    def _from(self, offset: int) -> Iterator[Passage]:
        first = bisect_right(self.ends, offset)
        for position in range(first, len(self._chunks)):
            chunk = self._chunks[position]
            skip = offset - (self.ends[position] - len(chunk.text))
            yield chunk if skip <= 0 else Passage(chunk.kind, chunk.text[skip:], chunk.role)

    def shorten(self, wanted: int) -> int:
        """Drop chunks from the front until `wanted` bytes are free; returns how many were freed."""
        freed = count = 0
        while freed < wanted and count < len(self._chunks):
            freed += _size(self._chunks[count])
            count += 1
        self._start = self.ends[count - 1] if count else self._start
        self._gone += count
        del self._chunks[:count], self.ends[:count], self.came[:count]
        self.revision += 1
        return freed

    def close(self) -> int:
        """Give everything back; returns the bytes freed."""
        freed = sum(map(_size, self._chunks)) + self._sent_bytes
        self._closed = True
        self._chunks.clear()
        self._sent = NOTHING_SENT
        return freed


def _joined(chunks: Iterator[Passage]) -> Iterator[Passage]:
    """Neighbours of one kind become one passage; two prompt messages stay two."""
    kind: TranscriptKind = "answer"
    texts: list[str] = []
    for chunk in chunks:
        if texts and chunk.kind != kind:
            yield Passage(kind, "".join(texts))
            texts = []
        if chunk.kind in ("prompt", "call"):
            yield chunk
        else:
            kind = chunk.kind
            texts.append(chunk.text)
    if texts:
        yield Passage(kind, "".join(texts))


# A slotted record and its place in the list and the arrays, beside the text itself.
_CHUNK_BYTES = 96


def _size(chunk: Passage) -> int:
    return sys.getsizeof(chunk.text) + _CHUNK_BYTES


def _head_size(sent: Sent) -> int:
    """What a request takes; the text of its body is kept nowhere else."""
    return sys.getsizeof(sent.body) + sum(len(name) + len(value) + 120 for name, value in sent.headers)
