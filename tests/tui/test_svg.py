"""Pictures of screens: what stands where, as wide as its cells, in colours, and moving by style alone."""

import re
from xml.etree import ElementTree

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from .svg import CELL, Frame, Run, moving, of_strips, still

GROUND = "#101010"


def row(text: str, fg: str = "#ffffff") -> tuple[Run, ...]:
    return (Run(text, fg, GROUND),)


def test_each_text_stands_at_its_cell_and_is_as_wide_as_its_cells() -> None:
    strip = Strip([
        Segment("  老李 ", Style.parse("#ff0000 on #101010")),
        Segment("ab<c", Style.parse("bold #00ff00 on #202020")),
        Segment("   ", Style.parse("on #101010")),
        Segment("end", Style.parse("bold #00ff00 on #101010")),
    ])  # fmt: skip
    text = still(of_strips([strip]), 20, GROUND, "a <title>")
    found = {node.text: node.attrib for node in ElementTree.fromstring(text).iter("{http://www.w3.org/2000/svg}text")}
    assert found["老李"]["x"] == str(2 * CELL) and found["老李"]["textLength"] == str(4 * CELL)
    assert "ab<c   end" in found, "plain texts of one look are one"
    assert f'fill="#202020" d="M{7 * CELL} 0h{4 * CELL}' in text
    assert re.search(r"\.\w\{fill:#00ff00;font-weight:bold\}", text) and "a &lt;title&gt;" in text


def test_a_reversed_segment_swaps_its_colours() -> None:
    ((run,),) = of_strips([Strip([Segment("x", Style.parse("reverse #ff0000 on #00ff00"))])])
    assert (run.fg, run.bg) == ("#00ff00", "#ff0000")


def test_a_row_that_stays_is_drawn_once_and_one_that_comes_back_too() -> None:
    shown = [
        Frame(0.0, (row("stays"), row("one"))),
        Frame(1.0, (row("stays"), row("two"))),
        Frame(2.5, (row("stays"), row("one"))),
    ]
    text = moving(shown, 10, GROUND, "moves", 5.0)
    ElementTree.fromstring(text)
    assert text.count(">stays<") == text.count(">one<") == text.count(">two<") == 1
    (steps,) = re.findall(r"@keyframes r1\{(.*?)\}\}", text)
    assert re.findall(r"([\d.]+)%\{transform:translateY\((-?\d+)px\)", steps) == [
        ("0", "0"),
        ("20", "-18"),
        ("50", "0"),
    ]
    assert "<script" not in text and "@keyframes r0" not in text
