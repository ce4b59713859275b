"""Between two turns of the loop only a few lines are painted, and what goes to the terminal is the same frame.

Leans on Textual's own parts (gcli2api_tui/tui/sliced_paint.py), in the versions of pyproject.toml.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import pytest
from alone import until
from textual._compositor import CompositorUpdate
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip

from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui import sliced_paint
from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.base_screens import FrontScreen
from gcli2api_tui.tui.demo_panel import on_screen
from gcli2api_tui.tui.paint.cells import Line
from gcli2api_tui.tui.sliced_paint import SLICE, Lines
from gcli2api_tui.tui.terminal_io.frames import Cell, FrameDiff
from gcli2api_tui.tui.widgets.request_and_credential_tables import ExchangeTable
from gcli2api_tui.tui.widgets.scroll_view import Scrolled, StillScrollBar

from .conftest import FakeReader, exchange

SIZES = [(45, 20), (80, 24), (160, 50)]


class Turns:
    """How many lines of lists and texts are painted in each turn of the loop."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.painted = [0]
        self.framed = asyncio.Event()
        self.ended = False
        paint, frame = Scrolled.render_line, Screen._compositor_refresh

        def counted(view: Scrolled, y: int) -> Strip:
            self.painted[-1] += 1
            return paint(view, y)

        def noted(screen: Screen[Any]) -> None:
            frame(screen)
            self.framed.set()

        monkeypatch.setattr(Scrolled, "render_line", counted)
        monkeypatch.setattr(Screen, "_compositor_refresh", noted)
        self.begin()

    def begin(self) -> None:
        self.painted.append(0)
        if not self.ended:
            asyncio.get_running_loop().call_soon(self.begin)


@contextlib.asynccontextmanager
async def list_at_rest(panel: Panel, reader: FakeReader) -> AsyncIterator[tuple[ExchangeRow, ...]]:
    """More requests than fit, all painted, and no layout to come: its frame is Textual's own."""
    rows = tuple(exchange(number) for number in range(1, 60))
    reader.change(exchanges=rows)
    async with panel.run_test(size=(160, 50)) as pilot:
        await pilot.press("r")
        await pilot.pause()
        while panel.screen._layout_required or panel.screen._dirty_widgets:
            await pilot.pause()
        yield rows


async def test_streams_run_between_the_lines_of_a_frame(
    panel: Panel, reader: FakeReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list of 45 rows was painted in one go: no chunk of an answer went on meanwhile."""
    async with list_at_rest(panel, reader) as rows:
        monkeypatch.setattr(sliced_paint, "AHEAD_S", 60.0)
        turns = Turns(monkeypatch)
        reader.change(exchanges=tuple(replace(row, client="zed") for row in rows))
        panel.show_this(reader.now)
        await turns.framed.wait()
        turns.ended = True
        assert sum(turns.painted) > 30 and max(turns.painted) <= SLICE
        assert on_screen(panel).count(" zed ") > 30


async def test_a_frame_is_whole_after_a_moment_however_busy_the_loop_is(
    panel: Panel, reader: FakeReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each piece waited its turns, for seconds on a loop with much to do, and keys acted on rows that nobody saw."""
    async with list_at_rest(panel, reader) as rows:
        monkeypatch.setattr(sliced_paint, "AHEAD_S", 0.0)
        turns = Turns(monkeypatch)
        reader.change(exchanges=tuple(replace(row, client="zed") for row in rows))
        panel.show_this(reader.now)
        await turns.framed.wait()
        turns.ended = True
        assert max(turns.painted) > SLICE
        assert on_screen(panel).count(" zed ") > 30


async def test_a_frame_that_is_due_while_something_is_shown_comes_right_behind_it(
    panel: Panel, reader: FakeReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was dropped, and begun again only after the next look, which may drop it again."""
    async with list_at_rest(panel, reader):
        front = panel.screen
        assert isinstance(front, sliced_paint.SlicedPaint)
        turns = Turns(monkeypatch)
        async with front.painted_later():
            front._dirty_widgets.add(panel.pane)
            await front._frame_in_slices()
            assert not turns.framed.is_set()
        assert turns.framed.is_set()
        turns.ended = True


async def test_streams_run_between_the_lines_of_a_frame_that_was_due_while_something_was_shown(
    panel: Panel, reader: FakeReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nearly each frame is: it was painted in one go, 20 ms in which no chunk went on."""
    async with list_at_rest(panel, reader) as rows:
        front = panel.screen
        assert isinstance(front, FrontScreen)
        monkeypatch.setattr(sliced_paint, "AHEAD_S", 60.0)
        turns = Turns(monkeypatch)
        async with front.painted_later():
            panel.show_this(replace(reader.now, exchanges=tuple(replace(row, client="zed") for row in rows)))
            await front._frame_in_slices()
            assert sum(turns.painted) == 0
        await turns.framed.wait()
        turns.ended = True
        assert sum(turns.painted) > 30 and max(turns.painted) <= SLICE


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_what_others_stand_on_is_not_painted_ahead(
    panel: Panel, reader: FakeReader, size: tuple[int, int]
) -> None:
    """Containers have as many lines as what is in them: 32 pieces of a frame were of nothing that is seen."""
    async with panel.run_test(size=size) as pilot:
        for key in ("d", "r", "enter"):
            await pilot.press(key)
            await pilot.pause()
            front = panel.screen
            assert isinstance(front, FrontScreen)
            front._compositor.lines_in([front.region])
            front._repaint_required = True
            assert list(front._pieces()) == []


class Terminal:
    """What stands on the far end, of the frames that a panel sends."""

    def __init__(self, panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shown = FrameDiff()
        self.partial = 0
        self._panel = panel
        monkeypatch.setattr(panel, "_display", self._display)

    def _display(self, screen: Screen[Any], update: CompositorUpdate | None) -> None:
        if update is not None:
            self.shown.changed(update.render_segments(self._panel.console))
            self.partial += isinstance(update, Lines)

    def as_painted_whole(self) -> bool:
        whole = FrameDiff()
        whole.changed(self._panel.screen._compositor.render_full_update().render_segments(self._panel.console))
        return _cells(self.shown) == _cells(whole)


def _cells(shown: FrameDiff) -> dict[int, list[Cell]]:
    return {y: row.cells for y, row in shown._rows.items()}


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_terminal_shows_the_same_as_after_a_whole_frame(
    panel: Panel, reader: FakeReader, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    """On each tab, while answers run, in windows before it, and with what a person does in between."""
    async with panel.run_test(size=size) as pilot:
        await pilot.pause()
        terminal = Terminal(panel, monkeypatch)
        panel.screen.refresh(layout=True)
        await until(pilot, terminal.as_painted_whole)
        for keys in ("d", "r", "up", "enter", "tab", "escape", "c", "enter", "escape", "u", "l", "o", "question_mark"):
            await pilot.press(keys)
            await _seen(pilot, reader, terminal)
        assert terminal.partial > 10


async def _seen(pilot: Pilot[Any], reader: FakeReader, terminal: Terminal) -> None:
    for step in range(3):
        rows = tuple(exchange(number, ExchangeState.STREAMING) for number in range(1, 20 + step))
        reader.change(exchanges=tuple(replace(row, client=f"客户{step}") for row in rows))
        await pilot.pause(0.02)
        await until(pilot, terminal.as_painted_whole)


async def test_nothing_is_painted_while_parts_of_the_screen_are_of_an_earlier_moment(
    panel: Panel, reader: FakeReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with panel.run_test(size=(160, 50)) as pilot:
        await pilot.press("r")
        await pilot.pause()
        terminal, front = Terminal(panel, monkeypatch), panel.screen
        assert isinstance(front, FrontScreen)
        async with front.painted_later():
            panel.pane.update_from(replace(reader.now, exchanges=(exchange(1, client="zed"),)))
            await front._frame_in_slices()
            assert terminal.partial == 0
        await until(pilot, lambda: terminal.partial)


async def test_of_a_list_only_rows_are_painted_that_read_differently(
    panel: Panel, reader: FakeReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All in sight were painted ten times a second while one answer ran."""
    painted: list[int] = []
    paint = ExchangeTable.paint

    def noted(table: ExchangeTable, row: ExchangeRow, width: int) -> tuple[Line, ...]:
        painted.append(row.id)
        return paint(table, row, width)

    monkeypatch.setattr(ExchangeTable, "paint", noted)
    ended, runs = tuple(exchange(number) for number in range(1, 40)), exchange(40, ExchangeState.STREAMING)
    reader.change(exchanges=(*ended, runs))
    async with panel.run_test(size=(160, 50)) as pilot:
        await pilot.press("r")
        await pilot.pause()
        assert set(painted) >= set(range(1, 41))
        for step in (0.1, 60.0):
            painted.clear()
            reader.change(at=reader.now.at + step)
            panel.show_this(reader.now)
            assert painted == [40]
        painted.clear()
        reader.change(exchanges=(*ended[:-1], replace(ended[-1], client="zed"), runs))
        panel.show_this(reader.now)
        assert painted == [39] and " zed " in on_screen(panel)


async def test_of_a_scrollbar_only_the_ends_of_its_thumb_are_painted_when_a_list_grows(
    panel: Panel, reader: FakeReader
) -> None:
    """All of it was painted with each line that a text grew by: 40 lines a frame."""
    reader.change(exchanges=tuple(exchange(number) for number in range(1, 200)))
    async with panel.run_test(size=(160, 50)) as pilot:
        await pilot.press("r")
        await pilot.pause()
        bar = panel.pane.query_one(Scrolled).vertical_scrollbar
        assert isinstance(bar, StillScrollBar)
        bar.render_lines(bar.size.region)
        for count in range(200, 210):
            reader.change(exchanges=tuple(exchange(number) for number in range(1, count + 1)))
            panel.pane.update_from(reader.now)
            dirty = [y for y in range(bar.size.height) if bar._styles_cache.is_dirty(y)]
            shown = [strip.text for strip in bar.render_lines(bar.size.region)]
            assert len(dirty) <= 4
            bar._styles_cache.clear()
            bar._dirty_regions.add(bar.size.region)
            assert shown == [strip.text for strip in bar.render_lines(bar.size.region)]


async def test_a_scrollbar_looks_as_textual_paints_it(panel: Panel, reader: FakeReader) -> None:
    reader.change(exchanges=tuple(exchange(number) for number in range(1, 200)))
    async with panel.run_test(size=(160, 50)) as pilot:
        await pilot.press("r")
        for theme in ("dark", "light", "terminal"):
            panel.theme = theme
            await pilot.pause()
            bar = panel.pane.query_one(Scrolled).vertical_scrollbar
            bar._styles_cache.clear()
            ours = bar.render_lines(bar.size.region)
            bar._styles_cache.clear()
            bar._dirty_regions.add(bar.size.region)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(StillScrollBar, "_cells", lambda bar: ())
                assert ours == bar.render_lines(bar.size.region) and len(ours) > 40


async def test_a_scrollbar_that_was_made_where_it_has_no_room_is_seen_where_it_has(
    panel: Panel, reader: FakeReader
) -> None:
    """It kept the thickness it was made with, none: the thumb had no cells in a terminal that was widened."""
    reader.change(exchanges=tuple(exchange(number) for number in range(1, 200)))
    async with panel.run_test(size=(45, 20)) as pilot:
        await pilot.press("r")
        await pilot.resize_terminal(160, 50)
        await pilot.pause()
        bar = panel.pane.query_one(Scrolled).vertical_scrollbar
        shown = [segment for strip in bar.render_lines(bar.size.region) for segment in strip]
        assert any(segment.style and segment.style.reverse and segment.text for segment in shown)


async def test_a_panel_that_is_taken_down_between_two_steps_is_shown_nothing_more(
    panel: Panel, reader: FakeReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("r")
        await pilot.pause()
        shown: list[int] = []

        def steps(snapshot: Snapshot) -> Iterator[None]:
            for number in range(3):
                shown.append(number)
                yield

        monkeypatch.setattr(panel.pane, "showing", steps)
        reader.change()
        for step, _ in enumerate(panel._taken(reader.now)):
            if step == 1:
                monkeypatch.setattr(panel, "_screen_stacks", {"_default": []})
        monkeypatch.undo()
        assert shown == [0]


async def test_whoever_shows_is_told_when_the_panel_went_down_meanwhile(
    panel: Panel, reader: FakeReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.pause()

        def steps(snapshot: Snapshot) -> Iterator[None]:
            monkeypatch.setattr(panel, "_screen_stacks", {"_default": []})
            yield

        monkeypatch.setattr(panel, "_taken", steps)
        told = await panel.show_in_turns(reader.now)
        monkeypatch.undo()
        assert told is False


@pytest.mark.parametrize("step", range(3))
async def test_a_tab_is_whole_under_a_window_that_opened_between_two_steps(
    panel: Panel, reader: FakeReader, step: int
) -> None:
    """It stayed as far as it was: some parts of one moment, some of another, and keys acted on rows that nobody saw."""
    async with panel.run_test(size=(160, 50)) as pilot:
        await pilot.press("r")
        await pilot.pause()
        reader.now = newer = replace(reader.now, exchanges=(exchange(1, client="zed"), exchange(2, client="zed")))
        for number, _ in enumerate(panel._taken(newer)):
            if number == step:
                await pilot.press("question_mark")
                assert panel.screen is not panel.screen_stack[0]
        await pilot.press("escape")
        await pilot.pause()
        seen = on_screen(panel)
        panel.show_this(newer)
        await pilot.pause()
        assert " zed " in seen and seen == on_screen(panel)
