"""Log lines: bounded, numbered, one line each; and Python's logging as a source."""

import logging

import pytest

from gcli2api_tui.clock import Clock
from gcli2api_tui.events import records as events
from gcli2api_tui.events.records import CredentialId, Event, ExchangeId, LogLine
from gcli2api_tui.events.secret import MASK
from gcli2api_tui.ledger import logbook
from gcli2api_tui.ledger.ledger import Ledger
from gcli2api_tui.ledger.logbook import KEPT_LINES, LONGEST_LINE, Entry, LedgerHandler, Logbook, OfEachRequest, said
from gcli2api_tui.log_lines import as_json
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.quick_dataclass import replace


def test_the_ring_is_bounded_and_numbers_go_on() -> None:
    book = Logbook()
    for number in range(KEPT_LINES + 5):
        book.add(0.0, "info", "test", str(number))
    rows = book.rows()
    assert len(rows) == KEPT_LINES
    assert (rows[0].number, rows[-1].number, rows[-1].text) == (6, KEPT_LINES + 5, str(KEPT_LINES + 4))


def test_rows_taken_earlier_do_not_change() -> None:
    book = Logbook()
    book.add(0.0, "info", "test", "one")
    before = book.rows()
    book.add(0.0, "info", "test", "two")
    assert [row.text for row in before] == ["one"]


def test_control_characters_and_line_breaks_become_blanks() -> None:
    book = Logbook()
    book.add(0.0, "info", "test", "a\r\nb\x1b[31mred\u2028c")
    assert book.rows()[0].text == "a  b [31mred c"


def test_a_line_is_cut_to_its_longest() -> None:
    book = Logbook()
    book.add(0.0, "info", "test", "x" * LONGEST_LINE)
    book.add(0.0, "info", "test", "x" * 1_000_000)
    fits, cut = book.rows()
    assert fits.text == "x" * LONGEST_LINE
    assert cut.text == "x" * (LONGEST_LINE - 1) + "…"


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(Clock(now=lambda: 5.0), keep_bodies=0, keep_bodies_bytes=0)


@pytest.fixture
def logger(ledger: Ledger) -> logging.Logger:
    chosen = logging.Logger("gcli2api_tui.pool.quota")
    chosen.addHandler(LedgerHandler(ledger, Clock(now=lambda: 5.0)))
    return chosen


def test_log_records_become_lines_with_level_and_source(ledger: Ledger, logger: logging.Logger) -> None:
    logger.debug("not wanted")
    logger.info("info %d", 1)
    logger.warning("care")
    logger.critical("bad")
    rows = ledger.snapshot().log
    assert [(row.level, row.source, row.text) for row in rows] == [
        ("info", "pool", "info 1"),
        ("warning", "pool", "care"),
        ("error", "pool", "bad"),
    ]


def test_a_traceback_does_not_come_along(ledger: Ledger, logger: logging.Logger) -> None:
    try:
        raise ValueError("refresh_token=1//planted")
    except ValueError:
        logger.exception("could not refresh")
    assert [row.text for row in ledger.snapshot().log] == ["could not refresh"]


def test_arguments_that_do_not_fit_are_no_crash(ledger: Ledger, logger: logging.Logger) -> None:
    logger.warning("%d pieces of %s", "two")
    assert "arguments do not fit" in ledger.snapshot().log[0].text


def test_a_line_moves_the_revision(ledger: Ledger, logger: logging.Logger) -> None:
    before = ledger.revision
    logger.info("x")
    assert ledger.revision > before


def test_debug_lines_of_our_own_keep_their_level(ledger: Ledger) -> None:
    event: Event = LogLine(5.0, "debug", "simulator", "fault chosen")
    ledger.record(event)
    assert ledger.snapshot().log[0].level == "debug"


PLANTED = "AIzaSyD-0123456789abcdefghijklmnopqrstu"
OF_A_REQUEST = (
    events.ExchangeOpened(1.0, ExchangeId(7), "openai-chat", "/v1", PLANTED, True, f"curl {PLANTED}"),
    events.AttemptStarted(2.0, ExchangeId(7), 1, CredentialId("a" * 32), "mia", "m", quoted(f"as {PLANTED} said")),
    events.ExchangeFinished(3.0, ExchangeId(7), events.Usage(output=4), PLANTED),
)


@pytest.mark.parametrize("event", OF_A_REQUEST)
def test_what_a_request_says_is_masked_by_whoever_reads_it(event: OfEachRequest) -> None:
    book, taken = Logbook(), list[Entry]()
    book.follow(taken.append)
    book.tell(event, "mia")
    (entry,) = taken
    assert PLANTED not in f"{entry!r} {entry}"
    written = as_json(said(entry))
    (row,) = book.rows()
    assert MASK in row.text and PLANTED not in f"{row} {written}"
    assert (row, row.at, row.exchange) == (said(entry), event.at, 7)


def test_an_event_that_cannot_be_said_costs_no_other_line() -> None:
    book = Logbook()
    book.tell(replace(OF_A_REQUEST[2], usage=None), "mia")
    book.tell(OF_A_REQUEST[1], "mia")
    broken, whole = book.rows()
    assert (broken.level, broken.source, broken.text.key) == ("error", "ledger", "log.ledger_failed")
    assert (whole.number, whole.text.key) == (2, "log.picked")


def test_an_event_that_cannot_be_masked_is_not_shown_and_costs_no_other_line(monkeypatch: pytest.MonkeyPatch) -> None:
    book = Logbook()
    book.tell(OF_A_REQUEST[0], "")
    book.add(0.0, "info", "test", quoted("another"))
    with monkeypatch.context() as broken:
        broken.setattr(logbook, "masked", lambda text: text.index("nothing"))
        rows = book.rows()
    assert [(row.number, row.text.key, str(row.text)[:7]) for row in rows] == [
        (1, "log.ledger_failed", "the led"), (2, "", "another"),
    ]  # fmt: skip
    assert book.rows() is rows


def test_lines_in_words_and_those_not_yet_read_stand_in_the_order_in_which_they_came() -> None:
    book, late = Logbook(kept=3), list[Entry]()
    book.add(0.0, "warning", "test", quoted("one"))
    for event in OF_A_REQUEST[1:]:
        book.tell(event, "mia")
    book.add(0.0, "error", "test", quoted("four"))
    rows = book.rows()
    assert [(row.number, row.level, row.source) for row in rows] == [
        (2, "info", "pool"), (3, "info", "relay"), (4, "error", "test"),
    ]  # fmt: skip
    assert book.rows() is rows
    book.follow(late.append)
    assert late == [*rows], "who comes late gets what is there"
