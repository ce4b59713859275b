"""Rows of exchanges: made when somebody looks, and the same until they change. Rows of callers: who was answered, what
is off, and that strangers push nobody out.
"""

from typing import Any

from gcli2api_tui.events.records import (
    AttemptEnded,
    AttemptStarted,
    CallerSeen,
    CredentialId,
    ExchangeCancelled,
    ExchangeFinished,
    ExchangeHeld,
    ExchangeId,
    ExchangeOpened,
    FirstByte,
    Progress,
    Usage,
)
from gcli2api_tui.ledger.exchange_rows import ExchangeState
from gcli2api_tui.ledger.exchanges import CLIENT_LEFT, FORGIVEN_S, KEPT_CALLERS, Callers, Exchanges
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.messages.message import NOTHING, say
from gcli2api_tui.quick_dataclass import replace

NO_KEY = say("caller.no_key")
TWICE = say("caller.forgiven", path="/v1/v1/models", part="/v1")


def opened(at: float, client: str = "curl 8") -> ExchangeOpened:
    return ExchangeOpened(at, ExchangeId(1), "openai-chat", "/v1/chat/completions", "m", False, client, "127.0.0.1")


def seen(at: float, program: str = "curl 8", **changes: Any) -> CallerSeen:
    return CallerSeen(at, **{"program": program, "peer": "127.0.0.1", "answered": False, **changes})


def rows(*happened: CallerSeen | ExchangeOpened) -> Any:
    callers = Callers()
    for event in happened:
        if isinstance(event, CallerSeen):
            callers.seen(event)
        else:
            callers.opened(event)
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


ONE = ExchangeId(1)


def started(at: float, label: str) -> AttemptStarted:
    return AttemptStarted(at, ONE, 1, CredentialId(label * 32), label, "m", NOTHING)


def test_a_row_is_the_same_until_its_exchange_changes() -> None:
    exchanges = Exchanges()
    exchanges.opened(opened(1))
    exchanges.opened(replace(opened(2), exchange=ExchangeId(2)))
    first, other = exchanges.rows()
    assert exchanges.rows()[0] is first
    exchanges.progress(Progress(3, ONE, 7))
    later, same = exchanges.rows()
    assert (first.usage.output, later.usage.output) == (0, 7)
    assert same is other


def test_an_attempt_that_another_follows_stays_without_an_end() -> None:
    exchanges = Exchanges()
    exchanges.opened(opened(1))
    exchanges.attempt_started(started(2, "a"))
    exchanges.attempt_started(started(3, "b"))
    assert exchanges.settled(ExchangeFinished(5, ONE, Usage(), "stop")) == (exchanges.rows()[0], "b" * 32)
    hops = exchanges.rows()[0].hops
    assert [(hop.label, hop.ended_at, hop.status) for hop in hops] == [("a", None, 0), ("b", 5, 200)]


def test_of_an_attempt_that_ended_twice_the_last_word_counts() -> None:
    exchanges = Exchanges()
    exchanges.opened(opened(1))
    exchanges.attempt_ended(AttemptEnded(2, ONE, CredentialId("a" * 32), 200))
    assert exchanges.rows()[0].hops == ()
    exchanges.attempt_started(started(3, "a"))
    for at, status in ((4, 200), (5, 429)):
        exchanges.attempt_ended(AttemptEnded(at, ONE, CredentialId("a" * 32), status))
    assert [(hop.ended_at, hop.status) for hop in exchanges.rows()[0].hops] == [(5, 429)]
    assert exchanges.settled(ExchangeFinished(6, ONE, Usage(), "stop")) == (exchanges.rows()[0], None)


def test_what_has_settled_changes_no_more() -> None:
    exchanges = Exchanges()
    exchanges.opened(opened(1))
    exchanges.settled(ExchangeCancelled(2, ONE))
    rows = exchanges.rows()
    assert (rows[0].state, rows[0].status, rows[0].ended_at) == (ExchangeState.CANCELLED, CLIENT_LEFT, 2)
    late = (
        exchanges.first_byte(FirstByte(3, ONE)),
        exchanges.progress(Progress(3, ONE, 9)),
        exchanges.held(ExchangeHeld(3, ONE, 9, NOTHING)),
        exchanges.settled(ExchangeFinished(3, ONE, Usage(), "stop")),
    )
    assert late == (None,) * 4
    assert exchanges.rows() is rows and exchanges.streaming_since() is None
