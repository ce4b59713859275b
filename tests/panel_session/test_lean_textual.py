"""What stands in for parts of Textual: only while its application is imported, and never for what a tab uses."""

import subprocess
import sys
from importlib.metadata import version

import pytest
from packaging.version import Version

from gcli2api_tui.panel_session.lean_textual import UNUSED

LOADED = "gcli2api_tui.panel_session.lean_textual.import_lean()"


def run(script: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\nimport gcli2api_tui.panel_session.lean_textual\n{script}"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_the_toolkit_is_there_without_what_nobody_uses_and_nothing_stands_in_any_more() -> None:
    unused = ["textual.widgets._tree", "textual.widgets._select", "textual.widgets._input", *UNUSED]
    asked = f"{LOADED}\nprint('textual.app' in sys.modules, *[name for name in {unused!r} if name in sys.modules])"
    assert run(asked) == ["True"]


@pytest.mark.parametrize("name", UNUSED)
def test_what_stood_in_can_be_imported_afterwards_and_is_the_real_one(name: str) -> None:
    real = f"print(real.__file__ is not None, *[hasattr(real, each) for each in {UNUSED[name]!r}])"
    asked = f"{LOADED}\nimport {name} as real\n{real}"
    assert set(run(asked)) == {"True"}


def test_a_panel_runs_on_it() -> None:
    """With a window in front that has a field and a list, whose widgets the palette would have brought along."""
    asked = f"""{LOADED}
import asyncio
from gcli2api_tui.tui.base_app import PaneApp
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.screens.help_and_palette import Help
from gcli2api_tui.tui.words import Words

class Page(PaneApp[None]):
    pass

async def main():
    page = Page()
    async with page.run_test() as pilot:
        await page.push_screen(Help(Look(Words("en")), [("q", "app.leave", "leave")]))
        await pilot.press("x", "y")
        print(page.focused.value)

asyncio.run(main())"""
    assert run(asked) == ["xy"]


def test_it_was_tried_with_this_version() -> None:
    """A new one may import another name: these tests then say so before a person's start does."""
    assert Version("8.2.5") <= Version(version("textual")) < Version("9")
