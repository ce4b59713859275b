"""Models that draw, and what a picture's size means to them.

In: names of models, and sizes as OpenAI's clients write them. Out: which of them draw, and an aspect ratio of Google's.
Pure. Google's lists do not say who draws, but all that do are named so.
"""

import math
import re
from collections.abc import Collection, Sequence

from gcli2api_tui.gemini.catalogue import Catalogue
from gcli2api_tui.gemini.versions import version_of

RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
_MEANT = {"7:4": "16:9", "4:7": "9:16", "7:3": "21:9"}
"""DALL-E's 1792x1024 and its like are what everybody else calls wide and tall; Google does not reduce 21:9."""
_NAME = re.compile(r"-image(?=-|$)")
_PREVIEW = re.compile(r"-preview(?=-|$)")
_SIZE = re.compile(r"([1-9]\d{0,4})\s*[x×:]\s*([1-9]\d{0,4})", re.I)


def draws(model: str) -> bool:
    """By its id."""
    return bool(_NAME.search(model))


def who_draws(catalogue: Catalogue, names: Sequence[str]) -> list[str]:
    """Those of `names` that draw, the one to take first: the newest, no preview, of two as new the quicker."""
    found = [name for name in names if name in catalogue.models and draws(name)]
    return sorted(found, key=lambda name: (bool(_PREVIEW.search(name)), _older(name), "flash" not in name))


def _older(name: str) -> tuple[int, ...]:
    return tuple(-number for number in version_of(name))


def ratio_of(size: str) -> str:
    """Google's ratio for `1024x1536`, `3:2` or `auto`: empty for auto, "?" where it has none of Google's."""
    if not size or size.lower() == "auto":
        return ""
    sides = _SIZE.fullmatch(size.strip())
    if not sides:
        return "?"
    width, height = int(sides[1]), int(sides[2])
    common = math.gcd(width, height)
    ratio = f"{width // common}:{height // common}"
    ratio = _MEANT.get(ratio, ratio)
    return ratio if ratio in RATIOS else "?"


def named_ratios(ratios: Collection[str] = RATIOS) -> str:
    return ", ".join(ratios)
