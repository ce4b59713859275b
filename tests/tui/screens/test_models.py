"""All models on the screen, with more than fits: their ends, what was learnt, and how that is forgotten."""

from dataclasses import replace
from typing import Any

import pytest
from alone import ENGLISH, alone

from gcli2api_tui.control.verb_results import Refused
from gcli2api_tui.ledger.admin_rows import ModelRow
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.messages.message import quoted
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.paint import model
from gcli2api_tui.tui.paint.cells import width_of
from gcli2api_tui.tui.screens.models import Models

SIZES = [(45, 20), (80, 24), (160, 50)]
DAY_S = 86_400.0


def text_of(lines: list[Any]) -> str:
    return "\n".join("".join(text for text, _ in line) for line in lines)


@pytest.fixture
def rows(reader: Any) -> tuple[ModelRow, ...]:
    return tuple(reader.known)


@pytest.mark.parametrize("width", [20, 45, 59, 60, 80, 160])
def test_a_line_is_as_wide_as_it_must_be_and_no_command(rows: tuple[ModelRow, ...], width: int) -> None:
    for row in rows:
        line = model.one_line(row, width, ENGLISH.at(1_790_000_000.0))
        assert width_of(line) == width and "\x1b" not in text_of([line])


@pytest.mark.parametrize(("days", "tone"), [(40, "plain"), (20, "warn"), (0, "dim"), (-5, "dim")])
def test_an_end_that_is_near_stands_out(rows: tuple[ModelRow, ...], days: int, tone: str) -> None:
    """The row ends on 2026-10-01."""
    at = 1_790_812_800.0 - days * DAY_S
    notes = model.one_line(rows[1], 80, ENGLISH.at(at))[-1]
    assert notes[1] == tone and ("ended" in notes[0]) == (days <= 0)


def test_all_that_is_known_stands_in_the_detail(rows: tuple[ModelRow, ...]) -> None:
    told = text_of(model.detail(rows[0], ENGLISH))
    assert "MINIMAL" in told and "Google: Penalty is not enabled" in told and "Gemini API, Vertex AI" in told
    ending = text_of(model.detail(rows[1], ENGLISH))
    assert "2026-10-01  Gemini API" in ending and "gemini-9-flash" in ending and "Nothing was learnt" in ending
    assert "Not in the lists" in text_of(model.detail(rows[-2], ENGLISH))
    assert "\x1b" not in text_of(model.detail(rows[-1], ENGLISH))


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_all_rows_can_be_reached_and_the_bar_names_what_works(
    rows: tuple[ModelRow, ...], snapshot: Snapshot, size: tuple[int, int]
) -> None:
    async with alone(screen := Models(ENGLISH, lambda: rows), size) as page:
        screen.update_from(snapshot)
        await page.until(lambda: "gemini-9-flash" in page.text)
        assert "2 learnt" in page.text and "x Forget" in page.text and "esc Back" in page.text
        await page.press("G")
        await page.until(lambda: "gemini-39-pro" in page.text and "Not in the lists" in page.text)
        assert "x Forget" not in page.text, "nothing was learnt of this one"


def test_what_a_person_looks_for_comes_first(rows: tuple[ModelRow, ...]) -> None:
    ordered = sorted(rows, key=model.rank)
    assert [bool(row.learnt) for row in ordered[:3]] == [True, True, False]
    assert ordered[2].id == "gemini-8-flash" and ordered[-1].id == "gemini-7-pro", "the next end, and what is hidden"


def test_an_end_on_one_side_alone_is_told_in_grey(rows: tuple[ModelRow, ...]) -> None:
    partly = replace(rows[0], learnt=(), ends=(("gemini-api", "2026-10-01"),))
    assert model.one_line(partly, 80, ENGLISH.at(1_790_000_000.0))[-1] == ("  Gemini API until 2026-10-01", "dim")


async def test_forgetting_is_asked_for_and_what_came_of_it_is_said(
    rows: tuple[ModelRow, ...], snapshot: Snapshot
) -> None:
    known = list(rows)
    async with alone(screen := Models(ENGLISH, lambda: tuple(known))) as page:
        screen.update_from(snapshot)
        await page.press("x")
        (wish,) = page.said(Models.Forget)
        assert wish.name == "gemini-9-flash"
        known[0] = replace(known[0], learnt=())
        screen.told("Forgotten.", "ok")
        await page.until(lambda: "Forgotten." in page.text and "Nothing was learnt" in page.text)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_from_use_by_its_key_and_back(panel: Panel, size: tuple[int, int]) -> None:
    async with panel.run_test(size=size) as pilot:
        await pilot.press("u", "i")
        await pilot.pause()
        assert isinstance(panel.screen, Models)
        await pilot.press("x")
        await pilot.pause()
        assert panel.control.calls == [("forget_learnt", "gemini-9-flash")]  # type: ignore[attr-defined]
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(panel.screen, Models)


async def test_a_refusal_is_said_on_the_screen_that_is_open(panel: Panel) -> None:
    panel.control.refusal = Refused(quoted("Nothing is remembered."))  # type: ignore[attr-defined]
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("u", "i", "x")
        await pilot.pause()
        assert isinstance(panel.screen, Models)
        assert "Nothing is remembered." in "".join(
            text
            for line in panel.screen.query_one("#models-message").lines(80, 1)
            for text, _ in line  # type: ignore[attr-defined]
        )
