"""What painting depends on besides the data: the words, the glyphs and the moment.

Glyph sets: `FANCY`, and `ASCII` for terminals that draw the ambiguous ones two cells wide.
"""

from collections.abc import Mapping
from dataclasses import replace

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.paint.cells import plain
from gcli2api_tui.tui.words import Words


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Each exactly one cell; `blocks` from empty to full."""

    ready: str = "●"
    cooling: str = "◐"
    nearly_out: str = "▲"
    broken: str = "✕"
    off: str = "○"
    cursor: str = "▌"
    folded: str = "▸"
    unfolded: str = "▾"
    dot: str = "·"
    bar: str = "│"
    blocks: str = " ▏▎▍▌▋▊▉█"
    rest: str = "░"
    levels: str = "▁▂▃▄▅▆▇█"
    shades: str = "░▒▓█"
    arrow: str = "→"
    line: str = "─"
    here: str = ">"
    before: str = "‹"
    after: str = "›"
    tick: str = "✓"


FANCY = Glyphs()
ASCII = Glyphs(
    ready="*", cooling="~", nearly_out="!", broken="x", off="o", cursor="_", folded=">", unfolded="v", dot=".",
    bar="|", blocks=" ########", rest=".", levels="._-=+*#@", shades=":+%#", arrow=">", line="-",
    before="<", after=">", tick="+",
)  # fmt: skip


def glyphs_for(chosen: str, environ: Mapping[str, str], encoding: str) -> Glyphs:
    """By the setting; `auto` asks the locale itself, because Python takes C for UTF-8 whatever the terminal draws."""
    locale = (environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or encoding).casefold()
    plain = not any(name in locale for name in ("utf-8", "utf8"))
    return ASCII if chosen == "ascii" or (chosen == "auto" and plain) else FANCY


def language_for(chosen: str, environ: Mapping[str, str]) -> str:
    """By the setting; `auto` follows the locale."""
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return ("zh" if locale.startswith("zh") else "en") if chosen == "auto" else chosen


@dataclass(frozen=True, slots=True)
class Look:
    """`now` is the snapshot's own moment (seconds since the epoch), so that spans fit the data."""

    words: Words
    glyphs: Glyphs = FANCY
    now: float = 0.0
    private: bool = False
    """What is read comes with names, keys and texts hidden (tui/privacy.py); a badge says so."""

    def at(self, moment: float) -> "Look":
        return replace(self, now=moment)

    def said(self, text: str) -> str:
        """What the server says, in the panel's language, fit to be painted."""
        return plain(self.words.said(text))

    @property
    def minute(self) -> float:
        """The beginning of the clock's minute."""
        return self.now // 60 * 60
