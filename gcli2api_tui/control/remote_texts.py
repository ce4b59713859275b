"""A transcript as far as it came from afar, a page after the other.

In: pages, each from where the last one ended. Out: a page from any offset on. What the server no longer has is told as
cut, and what has not come yet as not here.
"""

from dataclasses import replace

from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.exchange_rows import Page, Passage
from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class RemoteText:
    """`passages` stand from character `start` to `end`."""

    passages: tuple[Passage, ...] = ()
    start: int = 0
    end: int = 0
    revision: int = 0
    complete: bool = True
    kept: bool = True
    here: bool = False

    def with_page(self, page: Page) -> "RemoteText":
        begins = page.next_offset - sum(len(passage.text) for passage in page.passages)
        told = replace(self, revision=page.revision, complete=page.complete, kept=page.kept, here=True)
        if not page.revision and self.passages:
            return replace(told, revision=self.revision, complete=self.complete)  # gone there; what came stays
        if begins != self.end:
            return replace(told, passages=page.passages, start=begins, end=page.next_offset)
        return replace(told, passages=_joined(self.passages, page.passages), end=page.next_offset)

    def page(self, exchange: ExchangeId, from_offset: int) -> Page:
        found, begins = [], self.start
        for passage in self.passages:
            skip = from_offset - begins
            begins += len(passage.text)
            if begins > from_offset:
                found.append(passage if skip <= 0 else replace(passage, text=passage.text[skip:]))
        offset = self.end if self.here else from_offset
        return Page(exchange, self.revision, tuple(found), offset, self.complete, self.kept, coming=not self.here)


def _joined(before: tuple[Passage, ...], more: tuple[Passage, ...]) -> tuple[Passage, ...]:
    """As one page would have it: a run of answer or thought is one passage."""
    if not before or not more or more[0].kind != before[-1].kind or more[0].kind in ("prompt", "call"):
        return before + more
    return (*before[:-1], replace(before[-1], text=before[-1].text + more[0].text), *more[1:])
