"""What is counted of events, and that labels from outside cannot grow it; histograms: bounds, percentiles between them,
and the last minute or two of one that goes on.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.events import records as events
from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.events.records import ClientKeyId, CredentialId, ExchangeId, Usage
from gcli2api_tui.ledger.ledger import Ledger
from gcli2api_tui.ledger.metrics import MOST_SERIES, OTHER, PAGE_S, Counted, Counts, Histogram, Recent, Spread, in_ms
from gcli2api_tui.messages.message import quoted

ANNA = CredentialId("abcdef" + "0" * 26)
PRO = "gemini-2.5-pro"


@dataclass
class Stage:
    """A ledger with a clock moved by hand; pro is the only model it knows."""

    now: float = 1000.0
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        clock = Clock(now=lambda: self.now, monotonic=lambda: self.now)
        self.ledger = Ledger(clock, keep_bodies=0, keep_bodies_bytes=0)
        self.ledger.metrics.model_of = lambda name: name if name == PRO else OTHER

    @property
    def counted(self) -> Counted:
        return self.ledger.metrics.look()

    def record(self, kind: Any, *values: Any, **more: Any) -> None:
        self.ledger.record(kind(self.now, *values, **more))

    def opened(self, model: str = PRO) -> ExchangeId:
        number = self.ledger.next_exchange()
        client = ClientKeyId("laptop")
        self.record(events.ExchangeOpened, number, "openai-chat", "/v1", model, True, "curl", client_key=client)
        return number

    def tried(self, number: ExchangeId) -> None:
        self.record(events.AttemptStarted, number, 1, ANNA, "anna@example.org", PRO, quoted("first"))

    def ended(self, number: ExchangeId, kind: FaultKind | None = None) -> None:
        self.record(events.AttemptEnded, number, ANNA, 429 if kind else 200, kind, quoted("Slow down"))


def test_an_exchange_is_counted_once_it_has_ended() -> None:
    stage = Stage()
    number = stage.opened()
    stage.tried(number)
    stage.now += 0.4
    stage.record(events.FirstByte, number)
    assert not stage.counted.requests and not stage.counted.first_tokens
    stage.now += 1.5
    stage.ended(number)
    stage.record(events.ExchangeFinished, number, Usage(prompt=100, cached=40, output=7, thoughts=3), "stop")
    stage.record(events.ExchangeCancelled, number)
    seen = stage.counted
    assert seen.requests == {("openai-chat", PRO, "laptop", "done"): 1}
    assert seen.tokens == {
        (PRO, "laptop", "input"): 60,
        (PRO, "laptop", "cached"): 40,
        (PRO, "laptop", "thoughts"): 3,
        (PRO, "laptop", "output"): 7,
    }
    assert seen.cache_hits == {(PRO,): 1}
    assert [round(seen.durations[(PRO,)].total, 3), round(seen.first_tokens[(PRO,)].total, 3)] == [1.9, 0.4]


def test_each_attempt_counts_by_what_was_wrong_and_by_the_files_digits() -> None:
    stage = Stage()
    number = stage.opened()
    for kind in (FaultKind.RATE, None):
        stage.tried(number)
        stage.ended(number, kind)
    stage.record(events.ExchangeFinished, number, Usage(), "stop")
    assert stage.counted.attempts == {("abcdef", PRO, "rate"): 1, ("abcdef", PRO, "ok"): 1}
    assert "anna" not in repr(stage.counted)


def test_one_that_was_left_counts_once() -> None:
    stage = Stage()
    number = stage.opened()
    stage.tried(number)
    stage.record(events.ExchangeCancelled, number)
    assert stage.counted.attempts == {("abcdef", PRO, "left"): 1}
    assert [*stage.counted.requests] == [("openai-chat", PRO, "laptop", "cancelled")]


def test_waits_rests_and_tokens_are_counted() -> None:
    stage = Stage()
    number = stage.opened()
    stage.record(events.ExchangeHeld, number, 1010.0, quoted("all rest"))
    stage.record(events.CooldownSet, ANNA, "anna", PRO, 1100.0, quoted("429"))
    stage.record(events.CooldownSet, ANNA, "anna", "", 1100.0, quoted("429"))
    stage.record(events.TokenRefreshed, ANNA, 2000.0)
    seen = stage.counted
    assert seen.held == {(PRO,): 1}
    assert seen.cooldowns == {("abcdef", PRO): 1, ("abcdef", "all"): 1}
    assert seen.token_refreshes == {("abcdef",): 1}


def test_names_that_clients_make_up_are_one() -> None:
    stage = Stage()
    for made_up in ("gemini-9", "x" * 5000, "gemini-9-high"):
        stage.record(events.ExchangeFailed, stage.opened(made_up), 404, "ClientFault", quoted("no such model"))
    assert stage.counted.requests == {("openai-chat", OTHER, "laptop", "failed"): 3}


def test_beyond_the_bound_sums_stay_true() -> None:
    counts = Counts()
    for number in range(MOST_SERIES + 50):
        counts.add((str(number), "ok"))
        counts.add((str(number), "ok"))
    assert len(counts) == MOST_SERIES + 1
    assert counts[OTHER, OTHER] == 100
    assert sum(counts.values()) == 2 * (MOST_SERIES + 50)


def test_a_look_stays_as_it_was() -> None:
    stage = Stage()
    before = stage.counted
    stage.record(events.ExchangeCancelled, stage.opened())
    assert not before.requests and stage.counted.requests


def test_a_read_that_went_out_is_counted_with_the_time_it_took() -> None:
    stage = Stage()
    passed = stage.ledger.passed_on
    for late_s in (0.0004, 0.0004, 0.0021):
        passed(stage.now - late_s)
    counted = stage.counted.chunk_transit
    assert sum(counted.counts) == 3 and 0.0029 <= counted.total < 1


def filled(*values: float) -> Histogram:
    row = Histogram((1.0, 2.0, 4.0))
    for value in values:
        row.observe(value)
    return row


def test_a_value_on_a_bound_falls_below_it() -> None:
    """`le` is "less or equal"."""
    row = filled(1.0, 1.5, 2.0, 7.0)
    assert (row.look().counts, row.look().total) == ((1, 2, 0, 1), 11.5)


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ((), 50, None),
        ((0.5, 0.5), 50, 0.5),
        ((1.5,) * 100, 50, 1.5),
        ((1.5,) * 100, 99, 1.99),
        ((0.5,) * 98 + (3.0,) * 2, 99, 3.0),
        ((9.0,), 99, 4.0),
    ],
)
def test_percentiles_lie_within_their_bound(values: tuple[float, ...], percent: float, expected: float | None) -> None:
    assert filled(*values).look().at_most(percent) == (expected and pytest.approx(expected))


def test_what_lies_between_two_looks() -> None:
    row = filled(0.5, 3.0)
    before = row.look()
    row.observe(1.5)
    assert row.look().since(before) == Spread((1.0, 2.0, 4.0), (0, 1, 0, 0), 1.5)


def test_the_recent_past_forgets_what_is_older_than_two_pages() -> None:
    row = Histogram((1.0, 2.0))
    recent = Recent(row)
    row.observe(1.5)
    assert sum(recent.look(1000.0).counts) == 1
    row.observe(0.5)
    assert sum(recent.look(1000.0 + PAGE_S - 1).counts) == 2
    assert recent.look(1000.0 + PAGE_S).counts == (1, 0, 0), "a page is turned, and the one before still counts"
    row.observe(3.0)
    assert recent.look(1000.0 + PAGE_S + 1).counts == (1, 0, 1)
    assert recent.look(1000.0 + 2 * PAGE_S).counts == (0, 0, 1)
    assert sum(recent.look(1000.0 + 9 * PAGE_S).counts) == 0


def test_milliseconds_are_short() -> None:
    assert (in_ms(None), in_ms(0.00123456)) == (None, 1.23)
