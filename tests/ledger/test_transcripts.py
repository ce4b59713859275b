"""The ring of prompts and answers: offsets, bounds, and the null object."""

import pytest

from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.records import Passage
from gcli2api_tui.ledger.transcripts import TranscriptRing

ONE = ExchangeId(1)


def test_a_page_joins_reads_of_one_kind_and_keeps_messages_apart() -> None:
    ring = TranscriptRing(5, 100_000)
    transcript = ring.open(ONE)
    transcript.prompt((("system", "Be brief."), ("user", "你好")))
    transcript.add("thought", "Hm")
    transcript.add("thought", "m.")
    transcript.add("answer", "Hello")
    assert ring.page(ONE).passages == (
        Passage("prompt", "Be brief.", "system"),
        Passage("prompt", "你好", "user"),
        Passage("thought", "Hmm."),
        Passage("answer", "Hello"),
    )


def test_reading_on_from_the_last_page_gives_only_what_is_new() -> None:
    ring = TranscriptRing(5, 100_000)
    transcript = ring.open(ONE)
    transcript.add("answer", "one ")
    first = ring.page(ONE)
    transcript.add("answer", "two")
    second = ring.page(ONE, first.next_offset)
    assert second.passages == (Passage("answer", "two"),)
    assert second.revision > first.revision
    assert ring.page(ONE, second.next_offset).passages == ()


def test_an_offset_inside_a_read_cuts_it() -> None:
    ring = TranscriptRing(5, 100_000)
    transcript = ring.open(ONE)
    transcript.add("answer", "abcdef")
    transcript.add("answer", "ghi")
    assert ring.page(ONE, 4).passages == (Passage("answer", "efghi"),)


def test_the_number_is_capped_and_a_dropped_transcript_takes_nothing_more() -> None:
    ring = TranscriptRing(2, 100_000)
    oldest = ring.open(ONE)
    oldest.add("answer", "x" * 100)
    for number in (2, 3):
        ring.open(ExchangeId(number))
    assert ring.size_bytes == 0
    oldest.add("answer", "y" * 100)
    assert ring.size_bytes == 0
    page = ring.page(ONE)
    assert (page.passages, page.complete, page.kept) == ((), False, True)


def test_bytes_are_capped_the_oldest_goes_first() -> None:
    ring = TranscriptRing(100, 10_000)
    for number in range(1, 31):
        ring.open(ExchangeId(number)).add("answer", "x" * 1_000)
        assert ring.size_bytes <= 10_000
    assert ring.page(ExchangeId(30)).passages[0].text == "x" * 1_000
    assert ring.page(ExchangeId(1)).passages == ()


def test_one_text_that_is_too_long_loses_its_beginning() -> None:
    ring = TranscriptRing(100, 5_000)
    transcript = ring.open(ONE)
    for number in range(20):
        transcript.add("answer", f"{number:04}" * 125)
    page = ring.page(ONE)
    assert not page.complete
    assert page.next_offset == 20 * 500
    assert page.passages[0].text.endswith("0019" * 125)
    assert ring.size_bytes <= 5_000
    assert ring.page(ONE, page.next_offset - 4).passages == (Passage("answer", "0019"),)


def test_wide_characters_cost_what_they_take() -> None:
    ring = TranscriptRing(100, 3_000)
    ring.open(ONE).add("answer", "x" * 1_000)
    assert ring.page(ONE).complete
    ring.open(ExchangeId(2)).add("answer", "漢" * 1_000)
    assert ring.page(ONE).passages == ()
    assert ring.page(ExchangeId(2)).complete


def test_many_tiny_reads_count_their_overhead() -> None:
    ring = TranscriptRing(100, 10_000)
    transcript = ring.open(ONE)
    for _ in range(1_000):
        transcript.add("answer", "x")
    assert len(ring.page(ONE).passages[0].text) < 120


@pytest.mark.parametrize("limits", [(0, 1_000), (10, 0)])
def test_switched_off_it_forgets_and_says_so(limits: tuple[int, int]) -> None:
    ring = TranscriptRing(*limits)
    transcript = ring.open(ONE)
    transcript.prompt((("user", "hi"),))
    transcript.add("answer", "hello")
    page = ring.page(ONE)
    assert (page.passages, page.kept, ring.size_bytes) == ((), False, 0)
