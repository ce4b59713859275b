"""The pictures in docs/pictures are whole, small and all there; the command that makes them still does (slow)."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from .pictures import (
    FOLDER,
    LANGUAGES_SHOWN,
    LARGEST,
    LARGEST_DESK,
    SHOTS,
    SIZES,
    THEMES,
    album,
    index,
    lint,
    sizes_of,
)


def wanted() -> set[str]:
    return {
        f"{shot.name}-{width}x{height}-{language}-{theme}.svg"
        for shot in SHOTS
        for width, height in sizes_of(shot)
        for language in LANGUAGES_SHOWN
        for theme in THEMES
    }


def test_every_screen_has_its_pictures_and_the_index_shows_them() -> None:
    there = {path.name for path in FOLDER.glob("*-*x*-*.svg")}
    assert there == wanted(), "run: python tests/tui/pictures.py"
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert page == index() and set(re.findall(r"\(([\w-]+\.svg)\)", page)) == there


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*-*x*-*-dark.svg")), ids=lambda path: path.stem)
def test_a_picture_is_whole_small_and_holds_nothing_of_a_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    ElementTree.fromstring(text)
    assert len(text.encode()) <= (LARGEST_DESK if "160x50" in path.name else LARGEST)
    assert "http://www.w3.org/2000/svg" in text and "<script" not in text and "url(" not in text
    assert "/tmp/" not in text and str(FOLDER.parent.parent) not in text


def test_the_lint_finds_what_is_wrong() -> None:
    width = 20
    good = ["a row".ljust(width), "a Add  ? more".ljust(width)]
    assert not list(lint("x-20x2-zh-dark.svg", good))
    assert list(lint("x-20x2-zh-dark.svg", [good[0] + " ", good[1]])), "too wide"
    assert list(lint("x-20x2-zh-dark.svg", [good[0], "a Add  s So…".ljust(width)])), "a hint is cut"
    assert list(lint("x-20x2-zh-dark.svg", ["tab.dashboard".ljust(width), good[1]])), "a key for a text"


@pytest.mark.slow
async def test_the_command_still_makes_them_and_all_is_well_on_them() -> None:
    made = await album(SHOTS, ("zh",), ("dark",), SIZES[:2])
    assert made.pictures.keys() >= {name for name in wanted() if "80x24-zh-dark" in name}
    assert [fault for name, lines in made.texts.items() for fault in lint(name, lines)] == []
