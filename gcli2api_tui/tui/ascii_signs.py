"""The signs of a frame for a terminal that draws ASCII only: rules, boxes, scrollbars, arrows, ellipses.

In: text as it goes to the terminal. Out: the same text, cell for cell. Painters choose their glyphs themselves
(paint/look.py); this takes what the toolkit draws, and what stands in words and in texts from outside.
"""

_SIGNS = {
    "-": "─━╌═–—‐‑−", "|": "│┃║▏▎▍▌▐▕", "+": "╭╮╰╯┌┐└┘├┤┬┴┼✓", "_": "▁▂▃", "#": "▄▅▆▇█▉▊▋▀",
    "=": "▔", "*": "•●", "~": "…◐", ">": "→›▸▶", "<": "←‹◀", "^": "↑▲", "v": "↓▼▾", "'": "‘’", '"': "“”", ".": "·░▒▓",
    "x": "✕✗×", "o": "○",
}  # fmt: skip
"""ASCII sign → those it stands for; each is one cell wide."""
_TABLE = str.maketrans({sign: plain for plain, signs in _SIGNS.items() for sign in signs})


def in_ascii(text: str) -> str:
    return text if text.isascii() else text.translate(_TABLE)
