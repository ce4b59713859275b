"""A code drawn in half blocks holds every module of it, and fits a phone with its keyboard open."""

import pytest
import segno

from gcli2api_tui.tui.paint import qr

HALVES = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
ADDRESS_AND_KEY = "http://192.168.178.200:7861/v1\nsk-" + "Ab3_" * 7


def modules(lines: list[str]) -> list[list[int]]:
    return [[HALVES[cell][half] for cell in line] for line in lines for half in (0, 1)]


@pytest.mark.parametrize("text", ["a", ADDRESS_AND_KEY, "x" * 400, "地址 http://127.0.0.1"])
def test_every_module_is_drawn_and_the_rim_is_quiet(text: str) -> None:
    drawn = modules(qr.half_blocks(text))
    code = segno.make(text, error="l", micro=False, boost_error=False)
    size, rim = len(code.matrix), qr.BORDER
    assert [row[rim : rim + size] for row in drawn[rim : rim + size]] == [list(row) for row in code.matrix]
    assert not any(map(any, [*drawn[:rim], *drawn[rim + size :]]))
    assert not any(any(row[:rim] + row[rim + size :]) for row in drawn)


def test_an_address_and_a_key_fit_a_phone_with_a_line_to_spare() -> None:
    lines = qr.half_blocks(ADDRESS_AND_KEY)
    assert {len(line) for line in lines} == {37}
    assert len(lines) == 19


def test_it_is_black_on_white_whatever_the_terminal_is() -> None:
    for plain, line in zip(qr.half_blocks("a"), qr.coloured("a"), strict=True):
        assert line == f"\x1b[38;5;16;48;5;231m{plain}\x1b[0m"
