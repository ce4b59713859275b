"""What comes out paints the same picture as what went in, judged by a terminal emulator; and it is less.

For a terminal that draws ASCII only, a frame is written cell for cell in signs of one cell.
"""

import random

import pyte
import pytest
from rich.cells import cell_len

from gcli2api_tui.tui.paint.look import FANCY
from gcli2api_tui.tui.terminal_io.frames import _TABLE, FrameDiff, in_ascii

COLUMNS, LINES = 40, 8
STYLES = ("", "1", "38;2;200;10;10", "38;2;200;10;10;48;2;0;0;40", "1;38;5;12;48;5;3", "31;44", "7", "2;97")
WORDS = ("the", "rain", "老李", "●", "░░▓", "a", " ", "，", "12s", "e\u0301t", "|")


def picture(dice: random.Random, before: list[list[tuple[str, str]]] | None) -> list[list[tuple[str, str]]]:
    """Rows of (text, style), each exactly COLUMNS cells; most rows stay what they were."""
    rows = []
    for y in range(LINES):
        if before is not None and dice.random() < 0.6:
            rows.append(before[y])
            continue
        row, left = list[tuple[str, str]](), COLUMNS
        while left:
            word = dice.choice(WORDS)
            size = sum(2 if char in "老李，" else 0 if char == "\u0301" else 1 for char in word)
            if size > left:
                word, size = " " * left, left
            row.append((word, dice.choice(STYLES)))
            left -= size
        rows.append(row)
    return rows


def frame(rows: list[list[tuple[str, str]]], cursor: tuple[int, int] = (0, 0)) -> str:
    """As Textual's layout update writes it."""
    lines = (
        f"\x1b[{y + 1};1H" + "".join(f"\x1b[{style}m{text}\x1b[0m" if style else text for text, style in row)
        for y, row in enumerate(rows)
    )
    return "\n".join(lines) + f"\x1b[{cursor[1] + 1};{cursor[0] + 1}H"


class Emulator:
    def __init__(self) -> None:
        self.screen = pyte.Screen(COLUMNS, LINES)
        self.screen.reset_mode(pyte.modes.DECAWM)
        self._stream = pyte.Stream(self.screen)

    def write(self, text: str) -> None:
        self._stream.feed(text.replace("\n", ""))  # the next line begins with a move

    def shows(self) -> object:
        cells = [[self.screen.buffer[y][x] for x in range(COLUMNS)] for y in range(LINES)]
        return cells, (self.screen.cursor.x, self.screen.cursor.y)


@pytest.mark.parametrize("seed", range(12))
def test_the_picture_is_the_same(seed: int) -> None:
    dice, whole, less, diff = random.Random(seed), Emulator(), Emulator(), FrameDiff()
    rows = None
    for _ in range(30):
        rows = picture(dice, rows)
        text = frame(rows, (dice.randrange(COLUMNS), dice.randrange(LINES)))
        whole.write(text)
        less.write(diff.changed(text))
        assert whole.shows() == less.shows()
        if dice.random() < 0.1:
            less.screen.reset()
            less.screen.reset_mode(pyte.modes.DECAWM)
            whole.screen.reset()
            whole.screen.reset_mode(pyte.modes.DECAWM)
            diff.forget()


def test_what_reads_the_same_costs_nothing() -> None:
    diff, rows = FrameDiff(), picture(random.Random(1), None)
    diff.changed(frame(rows))
    assert diff.changed("\x1b[?2026h") + diff.changed(frame(rows)) + diff.changed("\x1b[?2026l") == ""


def test_one_changed_word_is_one_move_and_the_word() -> None:
    diff = FrameDiff()
    diff.changed("\x1b[1;1H\x1b[31malice  12s\x1b[0m\x1b[1;1H")
    assert diff.changed("\x1b[1;1H\x1b[31malice  13s\x1b[0m\x1b[1;1H") == "\x1b[8C3\x1b[1;1H"


def test_a_change_of_colour_says_only_the_colour() -> None:
    diff = FrameDiff()
    told = diff.changed("\x1b[1;1H\x1b[38;2;1;2;3;48;2;0;0;40mab\x1b[0m\x1b[38;2;9;9;9;48;2;0;0;40mcd\x1b[0m")
    assert told == "\x1b[1;1H\x1b[0;38;2;1;2;3;48;2;0;0;40mab\x1b[38;2;9;9;9mcd"


@pytest.mark.parametrize(
    "foreign", ["\x1b]8;;http://x\x1b\\link", "\x1b[2J", "a\tb", "a\nb", "\x1b[2;2Ha\nb", "\x1b[3A"]
)
def test_what_it_does_not_understand_goes_out_as_it_is_and_nothing_is_known_afterwards(foreign: str) -> None:
    diff, rows = FrameDiff(), picture(random.Random(1), None)
    diff.changed(frame(rows))
    assert diff.changed(foreign) == foreign
    emulator = Emulator()
    emulator.write(diff.changed(frame(rows)))
    again = Emulator()
    again.write(frame(rows))
    assert emulator.shows() == again.shows()


def test_half_a_wide_character_is_none() -> None:
    whole, less, diff = Emulator(), Emulator(), FrameDiff()
    for text in ("\x1b[1;1Hab老李cd", "\x1b[1;5HXY", "\x1b[1;1Hab老李cd", "\x1b[1;1Hab老", "\x1b[1;1H1234567"):
        whole.write(text)
        less.write(diff.changed(text))
    assert whole.screen.display == less.screen.display


def test_each_sign_is_replaced_by_one_of_its_width() -> None:
    for code, plain in _TABLE.items():
        assert plain.isascii() and cell_len(chr(code)) == len(plain) == 1, chr(code)


def test_rules_and_ellipses_go_and_what_people_wrote_stays() -> None:
    assert in_ascii("\x1b[3;1H╭─ Logs ─╮ a… → 老李") == "\x1b[3;1H+- Logs -+ a~ > 老李"


def test_all_glyphs_of_the_painters_are_known_to_it() -> None:
    for name in FANCY.__slots__:
        assert in_ascii(getattr(FANCY, name)).isascii(), name
