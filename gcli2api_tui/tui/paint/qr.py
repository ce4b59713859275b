"""QR codes as lines of text, two rows of modules in each line of half blocks.

In: a text. Out: lines of equal width, dark modules drawn and light ones blank: put them black on white, whatever the
terminal's own colours are, because many scanners read no inverted code. The panel and the command line both draw these.
"""

BORDER = 2
"""Quiet modules around the code. The standard says 4; phones read 2, and a phone's screen has no room for more."""

_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
_BLACK_ON_WHITE = "\x1b[38;5;16;48;5;231m{}\x1b[0m"


def connection(url: str, key: str) -> str:
    """What a chat app is told: the address of the OpenAI API, and the key in the second line."""
    return f"{url}/v1\n{key}"


def half_blocks(text: str) -> list[str]:
    """The smallest code that holds `text`. An address and a key of ours take 33 modules: 37 cells in 19 lines."""
    import segno  # for a code, and not for everything that could show one

    code = segno.make(text, error="l", micro=False, boost_error=False)
    rows = [tuple(map(bool, row)) for row in code.matrix_iter(border=BORDER)]
    rows += [(False,) * len(rows[0])] * (len(rows) % 2)
    return ["".join(_HALVES[pair] for pair in zip(*rows[at : at + 2], strict=True)) for at in range(0, len(rows), 2)]


def coloured(text: str) -> list[str]:
    """The same for a terminal that nobody else paints on."""
    return [_BLACK_ON_WHITE.format(line) for line in half_blocks(text)]
