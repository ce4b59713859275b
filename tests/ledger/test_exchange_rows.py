"""What a row says at a second look: how fast it was, once that means something."""

from gcli2api_tui.events.ids import Usage
from gcli2api_tui.events.records import ExchangeId
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState, tokens_per_s

AT = 1_790_000_000.0


def row(first: float, end: float | None) -> ExchangeRow:
    state = ExchangeState.STREAMING if end is None else ExchangeState.DONE
    return ExchangeRow(
        ExchangeId(1), AT, "openai-chat", "/v1/chat/completions", "gemini-2.5-pro", True, "curl", "127.0.0.1", state,
        first_byte_at=AT + first, ended_at=None if end is None else AT + end, usage=Usage(10, 0, 100, 0),
    )  # fmt: skip


def test_what_runs_has_no_speed_in_its_first_second() -> None:
    assert tokens_per_s(row(2.0, None), AT + 2.1) is None
    assert tokens_per_s(row(2.0, None), AT + 4.0) == 50.0


def test_an_answer_that_came_whole_has_no_speed() -> None:
    assert tokens_per_s(row(12.0, 12.03), AT + 60) is None
    assert tokens_per_s(row(2.0, 4.0), AT + 60) == 50.0
