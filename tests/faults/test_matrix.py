"""Each fault of the simulator, in each situation, whole and streamed: what comes of it is what expected.toml says.

What must hold in every cell, whatever the table says, is checked in `check_manners`.
"""

import pytest
from fault_rig import MODEL, Played, Rig
from fault_table import FILE, PAGE, Cell, HttpError, Row, cells, page, rows

from gcli2api_tui.simulator.faults import REFUSALS, SHAPES

CELLS = list(cells())
UNDISTURBED = Cell(Row("none", {"on": "key", "fault": ""}), "alone", "whole", HttpError("200 stop", "1", ("ready",)))
TYPES = {400: "invalid_request_error", 404: "invalid_request_error", 429: "rate_limit_error"}


@pytest.fixture(scope="module")
def whole_text(rig: Rig) -> str:
    text = rig.play(UNDISTURBED).answer.text
    assert len(text) > 100 and len(text.encode()) > len(text) + 20, "long, and with characters of several bytes"
    return text


def test_every_fault_of_the_menu_is_in_the_table() -> None:
    assert {row.fault for row in rows()} - {""} == {*REFUSALS, *SHAPES}
    behind_text = {row.fault for row in rows() if row.outcome("after")}
    assert behind_text >= {*REFUSALS}


def test_the_page_says_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), f"run: python {FILE.with_name('fault_table.py')}"


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_cell(rig: Rig, whole_text: str, cell: Cell) -> None:
    played = rig.play(cell)
    check_manners(cell, played, "x" * 1_000_000 if cell.row.name == "huge_event" else whole_text)
    assert played.outcome.client == cell.expected.client
    assert asked_as(played.outcome.asked, cell.expected.asked), played.outcome
    assert played.outcome.ended == cell.expected.ended
    if played.answer.error and ", wait" in cell.expected.client and not cell.row.fields.get("untimed"):
        assert f"is used up for {MODEL}" in played.answer.error["message"]
    elif played.answer.error:
        assert cell.row.fields["says"] in played.answer.error["message"]
    if cell.row.fields.get("beats") and cell.mode == "stream":
        assert played.answer.beats >= 2


def asked_as(got: str, expected: str) -> bool:
    seen, wanted = got.split(), expected.split()
    return len(seen) == len(wanted) and all(want in ("?", see) for see, want in zip(seen, wanted, strict=True))


def check_manners(cell: Cell, played: Played, whole_text: str) -> None:
    """No hang (the rig's limit), no doubled text, no invented finish, nobody blamed for nothing, no needless 5xx."""
    answer = played.answer
    assert played.ends == 1 and played.in_flight == 0
    assert played.bystanders <= {"ready"}
    if answer.error is None:
        assert answer.text in (whole_text, "") and len(answer.finishes) == 1
        assert not answer.stream or answer.raw.endswith("data: [DONE]\n\n")
    else:
        assert not answer.finishes and "[DONE]" not in answer.raw
        assert whole_text.startswith(answer.text)
        assert set(answer.error) == {"message", "type", "param", "code"} and answer.error["message"]
        assert answer.status == 200 or answer.error["type"] == TYPES.get(answer.status, "server_error")
    if cell.situation in ("first", "last") and cell.row.name != "silence":
        assert answer.status < 500, "a healthy credential was there"
    if not cell.row.fields.get("method") and cell.row.fault:
        assert played.journal == played.outcome.asked.split(), "what Google saw is what the ledger tells"
    if played.again:
        assert played.calls_again == 0, "nobody can serve: Google is left alone"
        assert played.again.status in (404, 429, 503)
        assert played.again.status == answer.status or cell.behind_text
