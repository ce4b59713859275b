"""The ring of prompts and answers: offsets, bounds, and the null object."""

from dataclasses import replace

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.exchange_rows import Passage
from gcli2api_tui.ledger.transcripts import HEAD_OF_BODY, TranscriptRing
from gcli2api_tui.ledger.wire_rows import MOST_ARRIVALS, Sent

SENT = Sent("POST", "/v1/chat/completions", (("User-Agent", "curl/8"),), '{"model": "m"}', 14)
ONE = ExchangeId(1)


def test_a_page_joins_reads_of_one_kind_and_keeps_messages_apart() -> None:
    ring = TranscriptRing(5, 100_000, Clock())
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
    ring = TranscriptRing(5, 100_000, Clock())
    transcript = ring.open(ONE)
    transcript.add("answer", "one ")
    first = ring.page(ONE)
    transcript.add("answer", "two")
    second = ring.page(ONE, first.next_offset)
    assert second.passages == (Passage("answer", "two"),)
    assert second.revision > first.revision
    assert ring.page(ONE, second.next_offset).passages == ()


def test_an_offset_inside_a_read_cuts_it() -> None:
    ring = TranscriptRing(5, 100_000, Clock())
    transcript = ring.open(ONE)
    transcript.add("answer", "abcdef")
    transcript.add("answer", "ghi")
    assert ring.page(ONE, 4).passages == (Passage("answer", "efghi"),)


def test_the_number_is_capped_and_a_dropped_transcript_takes_nothing_more() -> None:
    ring = TranscriptRing(2, 100_000, Clock())
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
    ring = TranscriptRing(100, 10_000, Clock())
    for number in range(1, 31):
        ring.open(ExchangeId(number)).add("answer", "x" * 1_000)
        assert ring.size_bytes <= 10_000
    assert ring.page(ExchangeId(30)).passages[0].text == "x" * 1_000
    assert ring.page(ExchangeId(1)).passages == ()


def test_one_text_that_is_too_long_loses_its_beginning() -> None:
    ring = TranscriptRing(100, 5_000, Clock())
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
    ring = TranscriptRing(100, 3_000, Clock())
    ring.open(ONE).add("answer", "x" * 1_000)
    assert ring.page(ONE).complete
    ring.open(ExchangeId(2)).add("answer", "漢" * 1_000)
    assert ring.page(ONE).passages == ()
    assert ring.page(ExchangeId(2)).complete


def test_many_tiny_reads_count_their_overhead() -> None:
    ring = TranscriptRing(100, 10_000, Clock())
    transcript = ring.open(ONE)
    for _ in range(1_000):
        transcript.add("answer", "x")
    assert len(ring.page(ONE).passages[0].text) < 120


@pytest.mark.parametrize("limits", [(0, 1_000), (10, 0)])
def test_switched_off_it_forgets_and_says_so(limits: tuple[int, int]) -> None:
    ring = TranscriptRing(*limits, Clock())
    transcript = ring.open(ONE)
    transcript.prompt((("user", "hi"),))
    transcript.add("answer", "hello")
    page = ring.page(ONE)
    assert (page.passages, page.kept, ring.size_bytes) == ((), False, 0)


def test_a_wire_has_the_request_our_head_and_when_text_came() -> None:
    moments = iter(range(100, 200))
    ring = TranscriptRing(5, 100_000, replace(Clock(), now=lambda: float(next(moments))))
    transcript = ring.open(ONE)
    transcript.asked(SENT)
    transcript.prompt((("user", "Hi"),))
    transcript.add("thought", "Hm")
    transcript.add("answer", "Hello")
    transcript.add("answer", " you")
    ring.answered(ONE, 200, (("x-request-id", "1"),))
    wire = ring.wire(ONE)
    assert (wire.kept, wire.sent, wire.status, wire.headers) == (True, SENT, 200, (("x-request-id", "1"),))
    assert [(one.kind, one.size, one.end) for one in wire.arrivals] == [
        ("thought", 2, 4), ("answer", 5, 9), ("answer", 4, 13),
    ]  # fmt: skip
    assert [kind for kind, _ in wire.firsts] == ["thought", "answer"] and wire.chunks == 3
    assert wire.firsts[0][1] <= wire.arrivals[0].at < wire.arrivals[2].at
    assert not ring.wire(ExchangeId(9)).kept


@pytest.mark.parametrize("chunks", [1, MOST_ARRIVALS - 1, MOST_ARRIVALS, MOST_ARRIVALS + 1, 3 * MOST_ARRIVALS + 7])
def test_many_arrivals_are_thinned_and_none_of_the_text_is_lost(chunks: int) -> None:
    ring = TranscriptRing(5, 10_000_000, Clock())
    transcript = ring.open(ONE)
    transcript.prompt((("user", "Hi"),))
    for number in range(chunks):
        transcript.add("answer", "abc"[: number % 3 + 1])
    wire = ring.wire(ONE)
    assert len(wire.arrivals) <= MOST_ARRIVALS + 1 and wire.chunks == chunks
    assert sum(one.size for one in wire.arrivals) + 2 == wire.arrivals[-1].end == ring.page(ONE).next_offset


def test_a_request_counts_against_the_bound_and_a_huge_one_is_cut() -> None:
    ring = TranscriptRing(5, 1_000_000, Clock())
    for number in range(1, 9):
        ring.open(ExchangeId(number)).asked(replace(SENT, body="x" * 200_000))
    assert ring.size_bytes <= 1_000_000
    assert not ring.wire(ONE).kept and ring.wire(ExchangeId(8)).sent.body == "x" * 200_000
    ring.open(ExchangeId(9)).asked(replace(SENT, body="y" * 300_000))
    assert ring.wire(ExchangeId(9)).sent.cut and len(ring.wire(ExchangeId(9)).sent.body) == HEAD_OF_BODY


def test_of_what_was_dropped_the_arrivals_are_gone_as_well() -> None:
    ring = TranscriptRing(5, 3_000, Clock())
    transcript = ring.open(ONE)
    transcript.prompt((("user", "Hi"),))
    for _ in range(100):
        transcript.add("answer", "x" * 50)
    wire = ring.wire(ONE)
    assert wire.chunks == 100 and 0 < len(wire.arrivals) < 100
    assert wire.arrivals[-1].end == 2 + 100 * 50 and wire.arrivals[0].size == 50


def test_messages_that_fell_off_the_front_are_no_arrivals() -> None:
    ring = TranscriptRing(5, 2_000, Clock())
    transcript = ring.open(ONE)
    transcript.prompt(tuple(("user", f"{number}" * 400) for number in range(6)))
    assert (ring.wire(ONE).chunks, ring.wire(ONE).arrivals) == (0, ())
    transcript.add("answer", "Hello")
    wire, page = ring.wire(ONE), ring.page(ONE)
    assert (wire.chunks, wire.arrivals[0].size, wire.arrivals[0].end) == (1, 5, 6 * 400 + 5)
    assert [said.text[0] for said in page.passages] == ["3", "4", "5", "H"] and not page.complete
    assert ring.text_of(ONE).splitlines()[-1] == "Hello" and ring.size_bytes <= 2_000


def test_nothing_is_kept_where_nothing_is_to_be() -> None:
    ring = TranscriptRing(0, 100_000, Clock())
    ring.open(ONE).asked(SENT)
    ring.answered(ONE, 200, ())
    assert not ring.wire(ONE).kept and ring.opening(ONE) == "" and ring.size_bytes == 0


def test_the_opening_is_how_the_newest_message_of_the_person_begins() -> None:
    ring = TranscriptRing(5, 100_000, Clock())
    ring.open(ONE).prompt((("system", "Be brief."), ("user", "first"), ("assistant", "ok"), ("user", "把下面的" * 99)))
    assert ring.opening(ONE).startswith("把下面的") and len(ring.opening(ONE)) <= 200


def test_who_still_holds_a_transcript_that_was_let_go_holds_no_words() -> None:
    ring = TranscriptRing(1, 10_000, Clock())
    kept, late = ring.open(ExchangeId(1)), "what a person said"
    kept.prompt((("user", late),))
    ring.resize(0, 0)
    kept.prompt((("user", late),))
    held = [getattr(kept, name) for name in type(kept).__slots__ if name not in ("_ring",)]  # type: ignore[attr-defined]
    assert late not in repr(held)
    assert ring.size_bytes == 0
