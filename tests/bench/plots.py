"""Bars of a figure by contender, as a small SVG of plain text that is read on light and on dark pages.

In: a title, contenders with values, and whose bar stands out. Out: the file's text. Pure.
"""

from collections.abc import Mapping
from html import escape

ROW, NAMES, BARS, VALUES = 22, 150, 380, 90
FONT = "font-family='ui-monospace, monospace' font-size='13' fill='#808080'"
OURS, OTHERS = "#2f81f7", "#a0a0a0"


def bars(title: str, unit: str, values: Mapping[str, float]) -> str:
    """The cheapest first."""
    rows = sorted(values.items(), key=lambda pair: pair[1])
    most = max(values.values(), default=0) or 1.0
    width, height = NAMES + BARS + VALUES, ROW * (len(rows) + 1) + 8
    lines = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' role='img'>",
        f"<title>{escape(title)}</title>",
        f"<text x='0' y='16' {FONT} font-weight='bold'>{escape(title)}</text>",
        *(_bar(number, name, value, most, unit) for number, (name, value) in enumerate(rows, 1)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _bar(number: int, name: str, value: float, most: float, unit: str) -> str:
    top, length = number * ROW + 6, max(1.0, BARS * value / most)
    colour = OURS if name.startswith("ours") else OTHERS
    return (
        f"<text x='{NAMES - 8}' y='{top + 13}' {FONT} text-anchor='end'>{escape(name)}</text>"
        f"<rect x='{NAMES}' y='{top}' width='{length:.1f}' height='16' rx='2' fill='{colour}'/>"
        f"<text x='{NAMES + length + 6:.1f}' y='{top + 13}' {FONT}>{value:.2f} {unit}</text>"
    )
