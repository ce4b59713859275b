"""Rows of callers: who was answered, what is off, and that strangers push nobody out."""

from typing import Any

from gcli2api_tui.events.records import CallerSeen, ExchangeId, ExchangeOpened
from gcli2api_tui.ledger.exchanges import FORGIVEN_S, KEPT_CALLERS, Callers
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.messages.message import say

NO_KEY = say("caller.no_key")
TWICE = say("caller.forgiven", path="/v1/v1/models", part="/v1")


def opened(at: float, client: str = "curl 8") -> ExchangeOpened:
    return ExchangeOpened(at, ExchangeId(1), "openai-chat", "/v1/chat/completions", "m", False, client, "127.0.0.1")


def seen(at: float, program: str = "curl 8", **changes: Any) -> CallerSeen:
    return CallerSeen(at, **{"program": program, "peer": "127.0.0.1", "answered": False, **changes})


def rows(*happened: CallerSeen | ExchangeOpened) -> Any:
    callers = Callers()
    for event in happened:
        callers.apply(event)
    return callers.rows()


def test_a_refused_caller_shows_why_until_it_is_answered() -> None:
    (row,) = rows(seen(1, snag=NO_KEY), seen(2))
    assert (row.snag, row.calls, row.answered) == (NO_KEY, 2, 0), "a lockout tells nothing new"
    (row,) = rows(seen(1, snag=NO_KEY), opened(2))
    assert (row.snag, row.calls, row.answered, row.first_at, row.last_at) == ("", 2, 1, 1, 2)


def test_a_path_that_was_forgiven_is_told_while_it_goes_on() -> None:
    one = seen(2, answered=True, opened=True, snag=TWICE)
    (row,) = rows(opened(1), one, opened(3))
    assert (row.snag, row.calls, row.answered) == (TWICE, 2, 2)
    (row,) = rows(opened(1), one, opened(3 + FORGIVEN_S))
    assert row.snag == ""


def test_the_newest_comes_first_and_a_program_elsewhere_is_another() -> None:
    found = rows(opened(1), seen(2, peer="10.0.0.2", answered=True), opened(3, "aider"))
    assert [(row.program, row.peer) for row in found] == [
        ("aider", "127.0.0.1"),
        ("curl 8", "10.0.0.2"),
        ("curl 8", "127.0.0.1"),
    ]


def test_strangers_push_nobody_out_who_was_answered() -> None:
    found = rows(opened(1, "mine"), *(seen(2 + n, f"x{n}", snag=NO_KEY) for n in range(KEPT_CALLERS * 3)))
    assert len(found) == KEPT_CALLERS and "mine" in {row.program for row in found}


def test_a_foreign_client_has_called_when_it_was_answered_and_is_not_ours() -> None:
    for event, told in (
        (seen(1, snag=NO_KEY), False),
        (opened(1, "gcli2api-tui 1.0"), False),
        (opened(1), True),
        (seen(1, answered=True), True),
    ):
        assert Snapshot(1, 1.0, callers=rows(event)).foreign_client_called is told


def test_the_model_that_leads_nowhere_can_be_named() -> None:
    (row,) = rows(seen(1, snag=say("caller.no_model", model="gpt-4o")))
    assert row.unknown_model == "gpt-4o"
    assert rows(opened(1))[0].unknown_model == ""
