"""The rescue bar: exact at every width, to scale, and a story in words for each way a request can end."""

from dataclasses import replace

import pytest

from gcli2api_tui.events.records import CredentialId, Usage
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState, Hop
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.paint.cells import Line, width_of
from gcli2api_tui.tui.paint.exchange_detail import rescue_bar, story, to_scale
from gcli2api_tui.tui.paint.look import ASCII, FANCY, Look
from gcli2api_tui.tui.words import Words

LOOK = Look(Words(), FANCY, 1_000.0)


def hop(name: str, start: float, end: float | None, status: int = 200, failure: str = "") -> Hop:
    return Hop(CredentialId(name), f"{name}@example.com", start, end, status, failure)


@pytest.fixture
def row(snapshot: Snapshot) -> ExchangeRow:
    """429 on carol for 2 s, then alice: 2 s of waiting, 6 s of answer."""
    hops = (hop("carol", 0.0, 2.0, 429, "rate: slow down"), hop("alice", 2.0, 10.0))
    return replace(snapshot.exchanges[0], hops=hops, opened_at=0.0, first_byte_at=4.0, ended_at=10.0)


def text(line: Line) -> str:
    return "".join(part for part, _ in line)


def test_it_reads_as_the_attempts_went(row: ExchangeRow) -> None:
    line = text(rescue_bar(row, 45, LOOK))
    assert line.startswith("carol ▒") and " > alice ░" in line and line.endswith("▓")
    assert "429 2.0s" in line and "░2.0s▓" in line


def test_its_cells_are_to_scale(row: ExchangeRow) -> None:
    line = text(rescue_bar(row, 200, LOOK))
    cells = [line.count(shade) for shade in "▒░▓"]
    assert cells[0] == pytest.approx(cells[1], abs=1) and cells[2] == pytest.approx(3 * cells[1], abs=3)


@pytest.mark.parametrize("glyphs", [FANCY, ASCII], ids=["fancy", "ascii"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_width_is_exact_and_the_answer_is_always_in_sight(
    row: ExchangeRow, glyphs: object, language: str
) -> None:
    look = replace(LOOK, words=Words(language), glyphs=glyphs)  # type: ignore[arg-type]
    many = tuple(hop(f"老李{number}", number, number + 1, 503, "x") for number in range(9))
    rows = [
        row, replace(row, hops=()), replace(row, hops=(*many, *row.hops)), replace(row, first_byte_at=None),
        replace(row, hops=row.hops[1:] * 3), replace(row, hops=row.hops[:1], state=ExchangeState.FAILED),
        replace(row, hops=(hop("", 0.0, None),), ended_at=None),
    ]  # fmt: skip
    for width in range(1, 201):
        for one in rows:
            assert width_of(rescue_bar(one, width, look)) == width
        if width >= 20:
            assert look.glyphs.shades[2] in text(rescue_bar(rows[2], width, look))


def test_shares_are_exact_and_none_is_empty() -> None:
    assert to_scale([1.0, 1.0, 2.0], 11) == [3, 3, 5]
    assert to_scale([0.0, 0.0], 5) == [3, 2] and to_scale([1e-9, 100.0], 10) == [1, 9] and to_scale([], 4) == [1] * 4
    for cells in range(3, 60):
        assert sum(to_scale([0.2, 1.1, 7.0], cells)) == cells


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "the client saw nothing, +2.0s"),
        ({"state": ExchangeState.FAILED, "status": 503}, "the client got 503 after 2 attempts"),
        (
            {"state": ExchangeState.FAILED, "status": 200, "usage": Usage(1, 0, 12, 0)},
            "The client got 200 and 12 tokens",
        ),
        ({"state": ExchangeState.CANCELLED, "usage": Usage()}, "the client left before the first word"),
        ({"state": ExchangeState.CANCELLED, "usage": Usage(1, 0, 1, 0)}, "the client left with 1 token;"),
        ({"hops": (hop("a", 0.0, 9.0),), "finish": "length"}, "the answer is not whole: length"),
        ({"hops": (hop("a", 0.0, 9.0),), "fake": True}, "a whole answer, sent as a stream"),
        ({"hops": (hop("a", 0.0, 9.0),)}, ""),
    ],
)
def test_what_the_client_saw_is_said_in_words(row: ExchangeRow, changes: dict[str, object], words: str) -> None:
    told, _ = story(replace(row, **changes), LOOK)  # type: ignore[arg-type]
    assert told.startswith(words) and bool(told) is bool(words)
