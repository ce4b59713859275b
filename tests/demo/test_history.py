"""The hour behind the demo went through the ledger: rows, texts, curve, logs and usage agree."""

from collections import Counter
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.demo.history import DAYS, MILLION, Past
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState
from gcli2api_tui.ledger.ledger import Ledger
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.simulator.demo_world import USED_TODAY
from gcli2api_tui.state.ports import DayUsage

NOW = 1_790_000_000.0
PEOPLE = {label: CredentialId(f"{number:032x}") for number, label in enumerate(USED_TODAY)}


@dataclass
class Shelf:
    """Of a store, what a past needs."""

    rows: list[DayUsage] = field(default_factory=list)

    def add_usage(self, usage: DayUsage) -> None:
        self.rows.append(usage)

    def __getattr__(self, name: str) -> Future[Any]:
        raise AssertionError(f"nothing else is told: {name}")


def told(seed: int) -> tuple[Ledger, Shelf, list[ExchangeRow]]:
    settled: list[ExchangeRow] = []
    ledger = Ledger(Clock(now=lambda: NOW), keep_bodies=200, keep_bodies_bytes=10_000_000, on_settled=settled.append)
    shelf = Shelf()
    Past(ledger, shelf, PEOPLE, NOW, seed).tell()  # type: ignore[arg-type]
    return ledger, shelf, settled


@pytest.fixture(scope="module")
def past() -> tuple[Ledger, Shelf, list[ExchangeRow]]:
    return told(3)


def test_an_hour_of_all_sorts(past: tuple[Ledger, Shelf, list[ExchangeRow]]) -> None:
    snapshot: Snapshot = past[0].snapshot()
    rows = snapshot.exchanges
    assert 300 < len(rows) <= 500 and not any(row.live for row in rows)
    assert all(NOW - 3700 < row.opened_at <= (row.ended_at or 0) < NOW for row in rows), "nothing is from tomorrow"
    states = Counter(row.state for row in rows)
    assert states[ExchangeState.DONE] > 0.8 * len(rows) > 100
    assert min(states[ExchangeState.FAILED], states[ExchangeState.CANCELLED]) >= 3
    assert sum(row.retried for row in rows) >= 5, "answers that were rescued"
    assert any(row.state is ExchangeState.FAILED and row.status == 200 for row in rows), "a stream that broke"
    assert len({row.dialect for row in rows}) == 4 and len({row.client for row in rows}) >= 6
    assert max(row.usage.prompt for row in rows) == MILLION


def test_curve_first_words_logs_and_texts_come_with_it(past: tuple[Ledger, Shelf, list[ExchangeRow]]) -> None:
    ledger, _, settled = past
    snapshot = ledger.snapshot()
    assert sum(snapshot.totals.per_minute) >= len(settled) - 15 and sum(map(bool, snapshot.totals.per_minute)) > 45
    assert snapshot.totals.ttft_p50_s and 0.3 < snapshot.totals.ttft_p50_s < 2
    assert snapshot.totals.hidden_retries and snapshot.totals.rate_limited
    assert [line.at for line in snapshot.log] == sorted(line.at for line in snapshot.log)
    newest = next(row for row in reversed(snapshot.exchanges) if row.state is ExchangeState.DONE)
    kinds = {passage.kind for passage in ledger.transcripts.page(newest.id).passages}
    assert {"prompt", "answer"} <= kinds


def test_weeks_of_usage_and_today_adds_up_to_what_the_pool_counts(
    past: tuple[Ledger, Shelf, list[ExchangeRow]],
) -> None:
    _, shelf, settled = past
    days = {row.day for row in shelf.rows}
    assert len(days) == DAYS
    today = max(days)
    alice = PEOPLE["alice@example.com"]
    counted = sum(row.requests for row in shelf.rows if row.day == today and row.credential == alice)
    counted += sum(row.hops[-1].credential == alice for row in settled if row.hops)
    assert counted == pytest.approx(sum(USED_TODAY["alice@example.com"].used.values()), abs=60), "lite has no morning"


def test_a_seed_repeats_it(past: tuple[Ledger, Shelf, list[ExchangeRow]]) -> None:
    assert told(3)[0].snapshot().exchanges == past[0].snapshot().exchanges != told(4)[0].snapshot().exchanges


def test_texts_came_when_their_answers_did(past: tuple[Ledger, Shelf, list[ExchangeRow]]) -> None:
    ledger = past[0]
    answered = [row for row in ledger.snapshot().exchanges if ledger.transcripts.wire(row.id).firsts]
    assert len(answered) > 100
    for row in answered:
        wire = ledger.transcripts.wire(row.id)
        came = [one.at for one in wire.arrivals]
        assert came == sorted(came) and row.first_byte_at is not None and row.ended_at is not None
        assert row.first_byte_at == came[0] == min(at for _, at in wire.firsts) and came[-1] < row.ended_at
    assert max(ledger.transcripts.wire(row.id).chunks for row in answered) > 5, "a stream to step through"
