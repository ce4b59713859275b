"""Prompts, answers and what went over the wire while they are remembered: a ring in memory, capped in number and bytes.

In: the request, one `add` per read from upstream, our head. Out: a `Page` from any character offset on; a `Wire`. Lives
here and nowhere else: text leaves with the oldest exchange first, a closed transcript takes nothing more, and nothing
here is written or logged.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from sys import getsizeof

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
_CHUNK_BYTES = 96
"""A text's place in the lists and the arrays, beside the text itself."""


class TranscriptRing:
    """The last `keep` transcripts within `keep_bytes`; 0 of either keeps none."""

    def __init__(self, keep: int, keep_bytes: int, clock: Clock) -> None:
        self._keep = keep
        self.keep_bytes = keep_bytes
        self.now = clock.now
        self._kept: dict[ExchangeId, _Kept] = {}
        self.size_bytes = 0
        """What the texts take in memory now."""

    @property
    def keeps(self) -> bool:
        """Whether it keeps anything at all."""
        return bool(self._keep and self.keep_bytes)

    def resize(self, keep: int, keep_bytes: int) -> None:
        """What is too much now goes at once. One that grows while nothing is kept any more is closed."""
        if (keep, keep_bytes) == (self._keep, self.keep_bytes):
            return
        self._keep, self.keep_bytes = keep, keep_bytes
        while self._kept and (len(self._kept) > keep or self.size_bytes > keep_bytes):
            self._drop_oldest()

    def open(self, exchange: ExchangeId) -> Transcript:
        """A place for the text of one exchange, or one that forgets everything."""
        if not (self._keep and self.keep_bytes):
            return Forgetful()
        transcript = self._kept[exchange] = _Kept(self)
        if len(self._kept) > self._keep:
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

    def make_room(self) -> None:
        """Called by a transcript that grew too much."""
        while self.size_bytes > self.keep_bytes and len(self._kept) > 1:
            self._drop_oldest()
        if self.size_bytes > self.keep_bytes:
            (last,) = self._kept.values()
            # More than is needed: dropping one text for each that comes would move all the others each time.
            self.size_bytes -= last.shorten(self.size_bytes - self.keep_bytes * 7 // 8)

    def _drop_oldest(self) -> None:
        oldest = next(iter(self._kept))
        self.size_bytes -= self._kept.pop(oldest).close()


class Forgetful:
    """The null transcript."""

    def asked(self, sent: Sent) -> None:
        """Forgets it."""

    def prompt(self, messages: tuple[tuple[str, str], ...]) -> None:
        """Forgets it."""

    def add(self, kind: TranscriptKind, text: str, at: float | None = None) -> None:
        """Forgets it."""


class _Kept:
    """Messages as they were sent; of what came kinds and texts, and in arrays where each ends and when it came."""

    __slots__ = (
        "_bytes", "_came", "_closed", "_end", "_ends", "_firsts", "_gone", "_headers", "_kinds", "_messages",
        "_prompt_end", "_ring", "_sent", "_start", "_status", "_texts", "opening", "revision",
    )  # fmt: skip

    def __init__(self, ring: TranscriptRing) -> None:
        self._ring = ring
        self._messages: tuple[tuple[str, str], ...] = ()
        self._prompt_end = 0
        """Where what came begins."""
        self._kinds: list[TranscriptKind] = []
        self._texts: list[str] = []
        self._ends = array("Q")
        self._came = array("d")
        self._start = self._end = 0
        """Characters dropped from the front, and where the next text begins."""
        self._gone = 0
        """Of what came, how many were dropped."""
        self._bytes = 0
        self.revision = 0
        self._closed = False
        self._sent = NOTHING_SENT
        self._status = 0
        self._headers: Headers = ()
        self._firsts: dict[TranscriptKind, float] = {}
        self.opening = ""

    def asked(self, sent: Sent) -> None:
        if self._closed:
            return
        if len(sent.body) > self._ring.keep_bytes // 4:  # one request may not push out all the others
            sent = replace(sent, body=sent.body[:HEAD_OF_BODY], cut=True)
        self._sent = sent
        size = getsizeof(sent.body)  # its text is kept nowhere else
        for name, value in sent.headers:
            size += len(name) + len(value) + 120
        self._took(size)

    def answered(self, status: int, headers: Headers) -> None:
        self._status, self._headers = status, headers

    def prompt(self, messages: tuple[tuple[str, str], ...]) -> None:
        if self._closed:
            return
        for role, text in reversed(messages):
            if role == "user":
                self.opening = text[:OPENING]
                break
        texts = [text for _, text in messages if text]
        if not texts:
            return
        self._messages = messages if len(texts) == len(messages) else tuple([one for one in messages if one[1]])
        self._prompt_end = self._end = sum(map(len, texts))
        self.revision += len(texts)
        self._took(sum(map(getsizeof, texts)) + len(texts) * _CHUNK_BYTES)

    def add(self, kind: TranscriptKind, text: str, at: float | None = None) -> None:
        # The relay still holds a transcript that the ring has let go; growing it would escape the bound.
        if self._closed or not text:
            return
        if at is None:
            at = self._ring.now()
        if kind not in self._firsts:
            self._firsts[kind] = at
        self._kinds.append(kind)
        self._texts.append(text)
        self._end += len(text)
        self._ends.append(self._end)
        self._came.append(at)
        self.revision += 1
        self._took(getsizeof(text) + _CHUNK_BYTES)

    def _took(self, size: int) -> None:
        self._bytes += size
        ring = self._ring
        ring.size_bytes += size
        if ring.size_bytes > ring.keep_bytes:
            ring.make_room()

    def whole_text(self) -> str:
        """Messages stand on lines of their own, reads follow each other."""
        return "\n".join([text for _, text in self._messages]) + "\n" + "".join(tuple(self._texts))

    def page(self, exchange: ExchangeId, from_offset: int) -> Page:
        offset = max(from_offset, self._start)
        passages = (*self._prompts(offset), *self._joined(offset))
        return Page(exchange, self.revision, passages, self._end, complete=self._start == 0)

    def _prompts(self, offset: int) -> Iterator[Passage]:
        end = min(self._start, self._prompt_end)
        for role, text in self._messages:
            begin, end = end, end + len(text)
            if end > offset:
                yield Passage("prompt", text[max(0, offset - begin) :], role)

    def _joined(self, offset: int) -> Iterator[Passage]:
        """Neighbours of one kind become one passage; two calls stay two."""
        kind: TranscriptKind = "answer"
        texts: list[str] = []
        for position in range(bisect_right(self._ends, offset), len(self._texts)):
            own, text = self._kinds[position], self._texts[position]
            text = text[max(0, offset - (self._ends[position] - len(text))) :]
            if texts and own != kind:
                yield Passage(kind, "".join(texts))
                texts = []
            if own == "call":
                yield Passage(own, text)
            else:
                kind = own
                texts.append(text)
        if texts:
            yield Passage(kind, "".join(texts))

    def wire(self, exchange: ExchangeId) -> Wire:
        kept, chunks = self._sent != NOTHING_SENT, self._gone + len(self._texts)
        firsts, arrivals = tuple(self._firsts.items()), tuple(self._arrivals())
        return Wire(exchange, kept, self._sent, self._status, self._headers, firsts, arrivals, chunks)

    def _arrivals(self) -> Iterator[Arrival]:
        """Evenly thinned; the last one is always told."""
        count, before = len(self._texts), max(self._start, self._prompt_end)
        step = -(-count // MOST_ARRIVALS) or 1
        for position in sorted({*range(0, count, step), count - 1}) if count else ():
            end = self._ends[position]
            yield Arrival(self._came[position], self._kinds[position], end - before, end)
            before = end

    def shorten(self, wanted: int) -> int:
        """Drop messages, then texts, from the front until `wanted` bytes are free; returns how many were freed."""
        freed = messages = texts = 0
        for _, text in self._messages:
            if freed >= wanted:
                break
            freed += getsizeof(text) + _CHUNK_BYTES
            self._start += len(text)
            messages += 1
        while freed < wanted and texts < len(self._texts):
            freed += getsizeof(self._texts[texts]) + _CHUNK_BYTES
            self._start = self._ends[texts]
            texts += 1
        self._messages = self._messages[messages:]
        del self._kinds[:texts], self._texts[:texts], self._ends[:texts], self._came[:texts]
        self._gone += texts
        self._bytes -= freed
        self.revision += 1
        return freed

    def close(self) -> int:
        """Give everything back; returns the bytes freed."""
        self._closed = True
        self._messages, self._sent, self.opening = (), NOTHING_SENT, ""
        self._kinds.clear()
        self._texts.clear()
        return self._bytes
