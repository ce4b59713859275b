"""Reading recordings: of this form and of others, whole and torn."""

import pytest

from gcli2api_tui.events.problems import Problem
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState, Passage
from gcli2api_tui.ledger.export_formats import Exported
from gcli2api_tui.ledger.recording_format import Header, line_of, read_recording
from gcli2api_tui.ledger.wire_rows import Sent, Wire

HEAD = Header("1.2.3", 5.0, "masked")
ROW = ExchangeRow(7, 1.0, "gemini", "/v1beta/models/m:g", "m", True, "curl", "127.0.0.1", ExchangeState.DONE,  # type: ignore[arg-type]
                  ended_at=3.0, status=200, finish="STOP")  # fmt: skip


def line(body: str = '{"contents": []}', *, cut: bool = False) -> str:
    sent = Sent("POST", "/v1beta/models/m:streamGenerateContent?alt=sse&key=x", (), body, len(body), cut)
    wire = Wire(ROW.id, kept=True, sent=sent)
    return line_of(Exported(ROW, (Passage("answer", "Hello"),), wire, 4.0), "masked")


def test_what_was_written_is_read() -> None:
    header, (one,) = read_recording([HEAD.line(), line(), ""], "file")
    assert header == HEAD
    assert (one.number, one.dialect, one.target) == (7, "gemini", "/v1beta/models/m:streamGenerateContent?alt=sse")
    assert (one.answer, one.body, one.cut) == ("Xxxxx", '{"contents": []}', False)


def test_half_a_body_is_marked_and_hidden() -> None:
    _, (one,) = read_recording([HEAD.line(), line('{"contents": [{"text": "Hel', cut=True)], "file")
    assert one.cut and "Hel" not in one.body


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "no recording"),
        (["not JSON"], "no recording"),
        (['{"some": "json"}'], "no recording"),
        (['{"gcli2api_recording": 2}'], "form 2"),
        ([HEAD.line(), "{", line()], "Line 2"),
        ([HEAD.line(), '{"id": 1}'], "Line 2"),
        ([HEAD.line(), '{"id": 1, "dialect": "x", "model": "m", "request": [], "answer": {}}'], "Line 2"),
    ],
)
def test_what_is_none_is_refused_in_words(lines: list[str], words: str) -> None:
    with pytest.raises(Problem, match=words):
        read_recording(lines, "file")


def test_a_last_line_that_was_being_written_is_passed_over() -> None:
    assert len(read_recording([HEAD.line(), line(), line()[:40]], "file")[1]) == 1
