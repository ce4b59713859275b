"""How long things took stays true when the clock is set while a request runs; which tier served it is the last told."""

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.dialects.call import Call
from gcli2api_tui.gemini.stream_parts import Batch, TextPart
from gcli2api_tui.ledger.ledger import Ledger
from gcli2api_tui.relay.ports import ClientFacts
from gcli2api_tui.relay.recorder import ExchangeRecorder


def test_a_clock_that_jumps_meanwhile_makes_no_answer_longer() -> None:
    passed = jumped = 0.0
    clock = Clock(now=lambda: 1_790_000_000.0 + passed + jumped, monotonic=lambda: 50.0 + passed)
    ledger = Ledger(clock, keep_bodies=1, keep_bodies_bytes=10_000)
    call = Call(dialect="openai-chat", model="m", requested="m", stream=True, request={"contents": []})
    recorder = ExchangeRecorder(ledger, clock, call, ClientFacts("/v1/chat/completions", "curl", "127.0.0.1"))
    passed, jumped = 1.0, 3_600.0
    recorder.received(Batch((), (TextPart("Hello"),), has_content=True))
    passed, jumped = 3.0, -7_200.0
    recorder.finished("stop")
    (row,) = ledger.snapshot().exchanges
    assert row.ttft_s == 1.0 and row.ended_at is not None and row.ended_at - row.opened_at == 3.0


@pytest.mark.parametrize(("told", "shown"), [(("flex", ""), "flex"), (("", "priority"), "priority"), (("", ""), "")])
def test_the_tier_that_served_is_kept_whichever_read_told_it(told: tuple[str, str], shown: str) -> None:
    clock = Clock(now=lambda: 1_790_000_000.0, monotonic=lambda: 50.0)
    ledger = Ledger(clock, keep_bodies=1, keep_bodies_bytes=10_000)
    call = Call(dialect="openai-chat", model="m", requested="m", stream=True, request={"contents": []})
    recorder = ExchangeRecorder(ledger, clock, call, ClientFacts("/v1/chat/completions", "curl", "127.0.0.1"))
    for tier in told:
        recorder.received(Batch((), (TextPart("Hello"),), has_content=True, tier=tier))
    recorder.finished("stop")
    assert ledger.snapshot().exchanges[0].tier.rpartition(" ")[2] == shown
