"""A window is whole in the first frame that it is in, opens without laying out what is below it, and stands a resize.

This leans on how Textual sizes screens and widgets (gcli2api_tui/tui/base_screens.py), in the versions that
pyproject.toml allows.

A window is left once, however fast the keys come.
"""

from typing import Any

import pytest
from alone import until
from textual._compositor import Compositor
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from gcli2api_tui.tui.app import Panel
from gcli2api_tui.tui.base_app import PaneApp
from gcli2api_tui.tui.base_screens import classes_of
from gcli2api_tui.tui.demo_panel import on_screen
from gcli2api_tui.tui.screens.help_and_palette import Help
from gcli2api_tui.tui.screens.menus import Confirm
from gcli2api_tui.tui.widgets.pick_list import PickList

SIZES = [(45, 20), (80, 24), (160, 50)]


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which screens are laid out, by their classes' names."""
    seen: list[str] = []
    reflow = Compositor.reflow

    def noted(compositor: Compositor, parent: Widget, size: Size) -> Any:
        seen.append(type(parent).__name__)
        return reflow(compositor, parent, size)

    monkeypatch.setattr(Compositor, "reflow", noted)
    return seen


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The open tab, and what stands on the screen in front, each time that it is painted."""
    seen: list[tuple[str, str]] = []
    paint = Screen._compositor_refresh

    def noted(screen: Screen[Any]) -> None:
        if screen is screen.app.screen:
            strips = screen._compositor.render_strips()
            text = "\n".join("".join(segment.text for segment in line) for line in strips)
            seen.append((screen.app.pane.id, text))  # type: ignore[attr-defined]
        paint(screen)

    monkeypatch.setattr(Screen, "_compositor_refresh", noted)
    return seen


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_help_is_whole_when_it_is_first_seen(
    panel: Panel, frames: list[tuple[str, str]], size: tuple[int, int]
) -> None:
    async with panel.run_test(size=size) as pilot:
        await pilot.press("r")
        await pilot.pause()
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(panel.screen, Help) and panel.screen.is_mounted)
        await pilot.pause()
        first = next(frame for _, frame in frames if panel.look.words("help.title") in frame)
        listed = panel.screen.query_one(PickList)
        rows = [listed.render_line(y).text.strip() for y in range(listed.size.height)]
        assert len(rows) > 10 and all(row in first for row in rows)
        assert panel.look.words("help.hint")[:20] in first


async def test_a_window_lays_out_itself_alone(panel: Panel, laid_out: list[str]) -> None:
    async with panel.run_test(size=(80, 24)) as pilot:
        await pilot.press("r", "question_mark")
        await until(pilot, lambda: isinstance(panel.screen, Help) and panel.screen.is_mounted)
        await pilot.press("escape")
        await pilot.pause()
        laid_out.clear()
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(panel.screen, Help) and panel.screen.is_mounted)
        await pilot.pause()
        assert set(laid_out) == {"Help"}
        assert len(laid_out) <= 3, "once, and once for a scrollbar"


async def test_a_resize_reaches_the_window_and_what_is_below(panel: Panel) -> None:
    async with panel.run_test(size=(160, 50)) as pilot:
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(panel.screen, Help))
        for size in [(45, 20), (80, 24)]:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            for screen in panel.screen_stack:
                assert screen._compositor.size == size
                assert screen.has_class(*classes_of(Size(*size), *points()))
        await pilot.press("escape")
        await until(pilot, lambda: len(panel.screen_stack) == 1)
        assert 40 < max(map(len, on_screen(panel).splitlines())) <= 80


def points() -> Any:
    return PaneApp.HORIZONTAL_BREAKPOINTS, PaneApp.VERTICAL_BREAKPOINTS


@pytest.mark.parametrize("size", [*SIZES, (59, 15), (60, 16), (109, 21), (110, 22), (149, 39), (150, 40)], ids=str)
async def test_a_screen_begins_with_the_classes_that_textual_gives_it(size: tuple[int, int]) -> None:
    app = PaneApp[None]()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        given = {name for name in app.screen.classes if name.startswith("-")}
        assert given == classes_of(Size(*size), *points())


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize(("tab", "row"), [("requests", "1.8k"), ("credentials", "carol"), ("logs", "listening")])
async def test_a_tab_has_its_rows_and_its_keys_in_its_first_frame(
    panel: Panel, frames: list[tuple[str, str]], size: tuple[int, int], tab: str, row: str
) -> None:
    async with panel.run_test(size=size) as pilot:
        await until(pilot, lambda: "7861" in on_screen(panel))
        await pilot.press(tab[0])
        await until(pilot, lambda: [name for name, _ in frames if name == tab])
        first = next(frame for name, frame in frames if name == tab).splitlines()
        assert row in "\n".join(first[2:])
        assert first[-1].split()[0] in ("a", "enter", "tab", "x") and panel.look.words("help.more") in first[-1]


async def test_two_keys_at_once_close_a_window_once_and_answer_once(panel: Panel) -> None:
    answers: list[bool | None] = []
    async with panel.run_test(size=(80, 24)) as pilot:
        panel.push_screen(Confirm(panel.look, "Really?"), answers.append)
        await pilot.pause()
        for key in ("y", "n", "y"):
            panel.simulate_key(key)
        await pilot.pause()
        await pilot.press("v")
        for key in ("x", "escape", "x"):
            panel.simulate_key(key)
        await pilot.pause()
        assert answers == [True] and len(panel.screen_stack) == 1 and "Dashboard" in on_screen(panel)
