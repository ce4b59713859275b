"""The fold from events to rows, totals and log lines."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.events import records as events
from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.events.records import ClientKeyId, CredentialId, ExchangeId
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState
from gcli2api_tui.ledger.exchanges import KEPT_EXCHANGES
from gcli2api_tui.ledger.ledger import Ledger

FIRST = CredentialId("a" * 32)
SECOND = CredentialId("b" * 32)
Settle = Callable[[float, ExchangeId], events.Event]


@dataclass
class Stage:
    """A ledger with a clock moved by hand, and the events of an ordinary exchange."""

    now: float = 1_000_000.0
    settled: list[ExchangeRow] = field(default_factory=list)

    def __post_init__(self) -> None:
        clock = Clock(now=lambda: self.now, monotonic=lambda: self.now)
        self.ledger = Ledger(
            clock,
            keep_bodies=10,
            keep_bodies_bytes=100_000,
            first_exchange=ExchangeId(41),
            on_settled=self.settled.append,
        )

    def open(self) -> ExchangeId:
        number = self.ledger.next_exchange()
        opened = events.ExchangeOpened(
            self.now,
            number,
            "openai-chat",
            "/v1/chat/completions",
            "gemini-2.5-pro",
            True,
            "aider/0.9",
            client_key=ClientKeyId("laptop"),
        )
        self.ledger.record(opened)
        return number

    def pick(self, number: ExchangeId, credential: CredentialId = FIRST, label: str = "mia@example.org") -> None:
        self.ledger.record(
            events.AttemptStarted(self.now, number, 1, credential, label, "gemini-2.5-pro", "least used today")
        )

    def refuse(self, number: ExchangeId, kind: FaultKind = FaultKind.RATE) -> None:
        self.ledger.record(events.AttemptEnded(self.now, number, FIRST, 429, kind, "Resource exhausted.", 30.0))

    def finish(self, number: ExchangeId) -> None:
        self.ledger.record(events.ExchangeFinished(self.now, number, events.Usage(prompt=7, output=40), "stop"))

    def row(self, number: ExchangeId) -> ExchangeRow:
        return next(row for row in self.ledger.snapshot().exchanges if row.id == number)

    def lines(self) -> list[str]:
        return [row.text for row in self.ledger.snapshot().log]


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_numbers_go_on_where_the_disk_ended(stage: Stage) -> None:
    assert [stage.ledger.next_exchange() for _ in range(3)] == [41, 42, 43]


def test_an_exchange_moves_through_its_states(stage: Stage) -> None:
    number = stage.open()
    assert (stage.row(number).state, stage.row(number).client_key) == (ExchangeState.QUEUED, "laptop")
    stage.pick(number)
    assert stage.row(number).state is ExchangeState.SENT
    stage.now += 2
    stage.ledger.record(events.FirstByte(stage.now, number))
    assert (stage.row(number).state, stage.row(number).ttft_s) == (ExchangeState.STREAMING, 2.0)
    stage.now += 3
    stage.finish(number)
    row = stage.row(number)
    assert (row.state, row.status, row.finish, row.usage.output) == (ExchangeState.DONE, 200, "stop", 40)
    assert (row.hops[0].status, row.hops[0].ended_at, row.hops[0].reason) == (200, stage.now, "least used today")


def test_a_request_that_waits_says_until_when(stage: Stage) -> None:
    number = stage.open()
    stage.ledger.record(events.ExchangeHeld(stage.now, number, stage.now + 12, "All rest."))
    assert (stage.row(number).waits_until, stage.row(number).state) == (stage.now + 12, ExchangeState.QUEUED)
    assert "waits for a credential: All rest." in stage.lines()[-1]
    stage.pick(number)
    assert (stage.row(number).waits_until, stage.row(number).state) == (None, ExchangeState.SENT)
    stage.ledger.record(events.ExchangeHeld(stage.now, number, stage.now + 12, "All rest."))
    stage.ledger.record(events.ExchangeCancelled(stage.now, number))
    assert stage.row(number).waits_until is None


def test_a_retry_is_two_hops_and_the_first_keeps_its_own_end(stage: Stage) -> None:
    number = stage.open()
    stage.pick(number)
    stage.now += 1
    stage.refuse(number)
    refused_at = stage.now
    stage.now += 1
    stage.pick(number, SECOND, "kim@example.org")
    stage.now += 1
    stage.finish(number)
    first, second = stage.row(number).hops
    assert (first.status, first.failure, first.ended_at) == (429, "rate: Resource exhausted.", refused_at)
    assert (second.status, second.failure, second.label) == (200, "", "kim@example.org")
    totals = stage.ledger.snapshot().totals
    assert (totals.ok, totals.failed, totals.hidden_retries, totals.rate_limited) == (1, 0, 1, 1)


def test_the_last_failure_that_the_client_saw_is_not_hidden(stage: Stage) -> None:
    number = stage.open()
    for _ in range(2):
        stage.pick(number)
        stage.refuse(number, FaultKind.SERVER)
    stage.ledger.record(events.ExchangeFailed(stage.now, number, 502, "server", "Google had an internal error."))
    totals = stage.ledger.snapshot().totals
    assert (totals.failed, totals.hidden_retries, totals.rate_limited) == (1, 1, 0)
    assert totals.errors_per_minute[-1] == 1
    assert stage.row(number).error == "Google had an internal error."


def test_a_client_that_leaves_is_499_and_no_failure(stage: Stage) -> None:
    number = stage.open()
    stage.pick(number)
    stage.ledger.record(events.ExchangeCancelled(stage.now, number))
    assert stage.row(number).status == 499
    totals = stage.ledger.snapshot().totals
    assert (totals.requests, totals.cancelled, totals.failed) == (1, 1, 0)


SETTLERS: list[Settle] = [
    lambda at, number: events.ExchangeFinished(at, number, events.Usage(), "stop"),
    lambda at, number: events.ExchangeFailed(at, number, 503, "capacity", "busy"),
    lambda at, number: events.ExchangeCancelled(at, number),
]


@pytest.mark.parametrize("settle", SETTLERS)
def test_it_settles_once_whatever_comes_later(stage: Stage, settle: Settle) -> None:
    number = stage.open()
    stage.ledger.record(settle(stage.now, number))
    before = stage.row(number)
    for again in SETTLERS:
        stage.ledger.record(again(stage.now + 1, number))
    assert stage.settled == [before] == [stage.row(number)]
    totals = stage.ledger.snapshot().totals
    assert totals.ok + totals.failed + totals.cancelled == 1


def test_the_ring_is_bounded_and_keeps_what_is_live(stage: Stage) -> None:
    live = stage.open()
    for _ in range(KEPT_EXCHANGES + 20):
        stage.finish(stage.open())
    rows = stage.ledger.snapshot().exchanges
    assert len(rows) == KEPT_EXCHANGES
    assert rows[0].id == live
    assert [row.id for row in rows] == sorted(row.id for row in rows)
    assert stage.ledger.snapshot().totals.requests == KEPT_EXCHANGES + 21


def test_it_is_bounded_even_if_nothing_ever_settles(stage: Stage) -> None:
    for _ in range(KEPT_EXCHANGES + 20):
        stage.open()
    assert len(stage.ledger.snapshot().exchanges) == KEPT_EXCHANGES


def test_events_of_unknown_exchanges_are_harmless(stage: Stage) -> None:
    stage.pick(ExchangeId(7))
    stage.refuse(ExchangeId(7))
    stage.finish(ExchangeId(7))
    assert stage.ledger.snapshot().exchanges == ()
    assert stage.settled == []


def test_a_listener_that_fails_costs_nothing_but_a_line() -> None:
    def broken(row: ExchangeRow) -> None:
        raise RuntimeError("the disk said sk-secret")

    ledger = Ledger(
        Clock(now=lambda: 5.0), keep_bodies=0, keep_bodies_bytes=0, first_exchange=ExchangeId(1), on_settled=broken
    )
    number = ledger.next_exchange()
    ledger.record(events.ExchangeOpened(5.0, number, "d", "/p", "m", False, "c"))
    ledger.record(events.ExchangeCancelled(5.0, number))
    assert ledger.snapshot().totals.cancelled == 1
    assert ledger.snapshot().log[-1].text == "the ledger could not take ExchangeCancelled: RuntimeError"


def test_the_revision_moves_with_every_event_and_rows_are_shared_until_then(stage: Stage) -> None:
    stage.finish(stage.open())
    before, again = stage.ledger.snapshot(), stage.ledger.snapshot()
    assert before.revision == again.revision == stage.ledger.revision
    assert before.exchanges is again.exchanges
    assert before.log is again.log
    stage.open()
    after = stage.ledger.snapshot()
    assert after.revision > before.revision
    assert len(before.exchanges) == 1 < len(after.exchanges)


def test_estimated_tokens_show_while_live_and_give_way_to_the_count(stage: Stage) -> None:
    number = stage.open()
    stage.pick(number)
    stage.ledger.record(events.FirstByte(stage.now, number))
    for tokens in (30, 60, 90):
        stage.now += 1
        stage.ledger.record(events.Progress(stage.now, number, tokens))
    assert stage.row(number).usage.output == 90
    assert stage.ledger.snapshot().totals.tokens_per_s == pytest.approx(20.0)
    stage.finish(number)
    assert stage.row(number).usage.output == 40
    totals = stage.ledger.snapshot().totals
    assert (totals.output_tokens, totals.tokens_per_s) == (40, None)


def test_only_the_first_first_byte_counts(stage: Stage) -> None:
    number = stage.open()
    for _ in range(2):
        stage.now += 1
        stage.ledger.record(events.FirstByte(stage.now, number))
    totals = stage.ledger.snapshot().totals
    assert (totals.ttft_p50_s, totals.ttft_p95_s) == (1.0, 1.0)
    assert stage.row(number).ttft_s == 1.0


def test_lines_name_credentials_although_events_carry_ids(stage: Stage) -> None:
    stage.ledger.record(events.CredentialAdded(stage.now, FIRST, "mia@example.org", "login"))
    stage.ledger.record(events.TokenRefreshed(stage.now, FIRST, stage.now + 3600))
    number = stage.open()
    stage.pick(number, SECOND, "kim@example.org")
    stage.ledger.record(
        events.AttemptEnded(stage.now, number, SECOND, 429, FaultKind.DAILY, "Quota exceeded.", 5 * 3600.0)
    )
    lines = stage.lines()
    assert "new access token for mia@example.org" in lines
    failed = next(row for row in stage.ledger.snapshot().log if "failed" in row.text)
    assert failed.text == (
        "kim@example.org failed: 429 daily quota used up: Quota exceeded. (Google asks to wait 5 h 00 min)"
    )
    assert (failed.exchange, failed.level) == (number, "warning")


def test_a_removed_credential_is_named_once_more_and_then_forgotten(stage: Stage) -> None:
    stage.ledger.record(events.CredentialAdded(stage.now, FIRST, "mia@example.org", "login"))
    stage.ledger.record(events.CredentialRemoved(stage.now, FIRST, "mia@example.org"))
    stage.ledger.record(events.TokenRefreshed(stage.now, FIRST, 0.0))
    assert stage.lines()[-2:] == [
        "removed mia@example.org; its file is in trash",
        "new access token for a credential",
    ]


def test_a_disk_that_fails_is_shown_until_it_works_again(stage: Stage) -> None:
    stage.ledger.record(events.StateDegraded(stage.now, "The disk is full."))
    assert stage.ledger.snapshot().degraded == "The disk is full."
    stage.ledger.record(events.StateDegraded(stage.now, ""))
    assert stage.ledger.snapshot().degraded == ""


def test_two_ledgers_share_nothing() -> None:
    one, two = Stage(), Stage()
    one.finish(one.open())
    assert two.ledger.snapshot().exchanges == ()
    assert two.ledger.next_exchange() == 41


def test_an_attempt_that_is_continued_has_ended_well(stage: Stage) -> None:
    number = stage.open()
    stage.pick(number)
    stage.now += 5
    stage.ledger.record(events.AttemptEnded(stage.now, number, FIRST, 200))
    stage.pick(number, SECOND, "ann@example.org")
    first, second = stage.row(number).hops
    assert (first.status, first.failure, first.ended_at) == (200, "", stage.now) and second.ended_at is None


def test_an_earlier_run_is_shown_and_counts_for_nothing() -> None:
    row = ExchangeRow(
        ExchangeId(4), 1.0, "openai-chat", "/v1", "m", True, "c", "p", ExchangeState.DONE, ended_at=2.0, status=200
    )
    settled: list[ExchangeRow] = []
    ledger = Ledger(
        Clock(now=lambda: 9.0),
        keep_bodies=0,
        keep_bodies_bytes=0,
        first_exchange=ExchangeId(5),
        restored=(row,),
        on_settled=settled.append,
    )
    snapshot = ledger.snapshot()
    assert (snapshot.exchanges, snapshot.totals.requests, settled) == ((row,), 0, [])
    assert ledger.next_exchange() == 5
