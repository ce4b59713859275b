"""Short texts: spans, counts, clock times, bars in eighths, sparklines, models by one word, programs, promptness. Pure.

Models are called by the one word that people use: `pro`, `flash`, `lite`; where two of a row share it, by more of their
name, and whatever is no Gemini keeps its name.
"""

import math
import re
import time
from collections.abc import Iterable, Sequence

from gcli2api_tui.ledger.snapshot import Pace
from gcli2api_tui.tui.paint.cells import plain, width_of
from gcli2api_tui.tui.paint.look import Glyphs, Look

FOREVER_S = 10 * 365 * 86400
SECONDS_BELOW_S = 3600
"""A countdown shows seconds from here on."""
_GEMINI = re.compile(r"gemini-(?:\d+(?:\.\d+)?-)?(?P<rest>[a-z].*)$")
_TAIL = re.compile(r"-(?:preview|exp|latest|\d{2,})(?:-.*)?$")
_VERSION = re.compile(r"[ /]v?\d[\w.+-]*$")


def clock(at: float) -> str:
    """Local `14:02`."""
    return time.strftime("%H:%M", time.localtime(at))


def clock_s(at: float) -> str:
    """Local `14:02:11`."""
    return time.strftime("%H:%M:%S", time.localtime(at))


def date_clock(at: float) -> str:
    """Local `2026-11-29 14:02`."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


def countdown(seconds: float) -> str:
    """`00:41`, `6h12m`, `3d04h`; an empty text for no end in sight."""
    if not math.isfinite(seconds) or seconds > FOREVER_S:
        return ""
    minutes, rest = divmod(max(0, math.ceil(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        return f"{hours // 24}d{hours % 24:02}h"
    return f"{hours}h{minutes:02}m" if hours else f"{minutes:02}:{rest:02}"


def until(end: float, look: Look) -> str:
    """The countdown to a moment. Where only minutes show they change with the clock's, not at a moment of their own."""
    span = end - look.now
    return countdown(span if span < SECONDS_BELOW_S else end - look.minute)


def seconds(span: float | None) -> str:
    """`0.4s`, `12s`, `3m05`; `-` where nothing is known. At most five cells up to an hour."""
    if span is None:
        return "-"
    span = max(0.0, span)
    if span < 9.95:
        return f"{span:.1f}s"
    if span < 100:
        return f"{span:.0f}s"
    minutes, rest = divmod(int(span), 60)
    return f"{minutes}m{rest:02}" if minutes < 60 else f"{minutes // 60}h{minutes % 60:02}"


def count(number: int) -> str:
    """`812`, `1.8k`, `12k`, `3.4M`: at most four cells up to a billion."""
    for unit, size in (("M", 1_000_000), ("k", 1_000)):
        if number >= size:
            scaled = number / size
            return f"{scaled:.1f}{unit}" if scaled < 9.95 else f"{scaled:.0f}{unit}"
    return str(number)


def rate(per_s: float | None) -> str:
    """`46/s`; empty where nothing says how fast."""
    return "" if per_s is None else f"{per_s:.0f}/s"


def bar(fraction: float, width: int, glyphs: Glyphs) -> tuple[str, str]:
    """(filled, rest), together exactly `width` cells, in eighths of a cell."""
    eighths = round(min(1.0, max(0.0, fraction)) * width * 8)
    if fraction > 0 and eighths == 0:
        eighths = 1
    full, part = divmod(eighths, 8)
    filled = glyphs.blocks[8] * full + (glyphs.blocks[part] if part else "")
    return filled, glyphs.rest * (width - len(filled))


def spark(values: Sequence[int], width: int, glyphs: Glyphs) -> str:
    """The newest `width` values as one line of blocks; exactly `width` cells."""
    shown = list(values[-width:]) if width > 0 else []
    shown = [0] * (max(0, width) - len(shown)) + shown
    top = max(shown, default=0) or 1
    last = len(glyphs.levels) - 1
    return "".join(glyphs.levels[0 if value <= 0 else max(1, round(value / top * last))] for value in shown)


def short(model: str) -> str:
    """A `flash-lite` of any generation is `lite`; a way of answering before it (`fake/…`) is left out."""
    found = _GEMINI.match(model.rpartition("/")[2])
    word = _TAIL.sub("", found["rest"]) if found else model
    return plain("lite" if word == "flash-lite" else word)


def longer(model: str) -> str:
    """Without what all begin with."""
    return plain(model).removeprefix("models/").removeprefix("gemini-")


def names_of(models: Iterable[str]) -> dict[str, str]:
    """A name for each that no other of these has."""
    wanted = list(dict.fromkeys(models))
    words = [short(model) for model in wanted]
    return {model: word if words.count(word) == 1 else longer(model) for model, word in zip(wanted, words, strict=True)}


def program(client: str) -> str:
    """A client's program without its version: `OpenAI Python`."""
    return _VERSION.sub("", plain(client))


def pace(seen: Pace, room: int, look: Look) -> str:
    """`relay 0.4 ms p99 1.2 ms  loop lag p99 3.1 ms`: as much as there is room for, and nothing that was not seen."""
    half, most, lag = seen.chunk_transit_p50_ms, seen.chunk_transit_p99_ms, seen.loop_lag_p99_ms
    if half is None or most is None:
        return ""
    relay = look.words("board.relay", half=_ms(half), most=_ms(most))
    late = f"  {look.words('board.loop_lag', lag=_ms(lag))}" if lag is not None else ""
    return next((text for text in (relay + late, relay) if width_of(((text, "dim"),)) <= room), "")


def _ms(value: float) -> str:
    return f"{value:.1f}" if value < 9.95 else f"{value:.0f}"
