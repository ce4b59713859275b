"""For a terminal that draws ASCII only, a frame is written cell for cell in signs of one cell."""

from rich.cells import cell_len

from gcli2api_tui.tui.paint.look import FANCY
from gcli2api_tui.tui.terminal_io.frames import _TABLE, in_ascii


def test_each_sign_is_replaced_by_one_of_its_width() -> None:
    for code, plain in _TABLE.items():
        assert plain.isascii() and cell_len(chr(code)) == len(plain) == 1, chr(code)


def test_rules_and_ellipses_go_and_what_people_wrote_stays() -> None:
    assert in_ascii("\x1b[3;1H╭─ Logs ─╮ a… → 老李") == "\x1b[3;1H+- Logs -+ a~ > 老李"


def test_all_glyphs_of_the_painters_are_known_to_it() -> None:
    for name in FANCY.__slots__:
        assert in_ascii(getattr(FANCY, name)).isascii(), name
