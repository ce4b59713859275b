"""What scrolls: the base of every list and every long text. Lines are painted one by one, only visible ones, and only
those that read differently are sent out; a title is set only when it reads differently.

Subclasses say how tall the content is (`content_height`) and what stands in a visible line (`line_at`). They scroll
by `look_at` alone; whatever a person does to the scrollbar or the wheel arrives in `scrolled_to`.
"""

from collections.abc import Iterable, Sequence

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.filter import LineFilter
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.strip import Strip

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.paint.cells import Line, width_of
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.styles.line_styles import Styled
from gcli2api_tui.tui.styles.own_lines import kept_lines, untranslated

WHEEL_LINES = 3


@dataclass(frozen=True, slots=True)
class Visible:
    """One line in sight. `chip` stands over its end."""

    line: Line
    selected: bool = False
    chip: Line = ()


def bands(lines: Iterable[int], width: int) -> list[Region]:
    """Lines in ascending order as regions, neighbours in one: Textual moves and keeps each by itself."""
    found: list[Region] = []
    for y in lines:
        if found and found[-1].bottom == y:
            found[-1] = found[-1].grow((0, 0, 1, 0))
        else:
            found.append(Region(0, y, width, 1))
    return found


class StillScrollBar(ScrollBar):
    """Of which only the cells are painted that look different: a text that grows moves few of them, if any."""

    _stood: Sequence[Segment] = ()
    _standing: Sequence[Segment] = ()
    """While they are painted; Textual makes a text of all of them and takes it apart again."""

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> "StillScrollBar":
        before, self._stood = self._stood, self._cells() if self.is_mounted and self.size else ()
        if repaint and not (regions or layout or recompose) and len(before) == len(self._stood) > 0:
            changed = [y for y, (old, new) in enumerate(zip(before, self._stood, strict=True)) if old != new]
            return super().refresh(*bands(changed, self.size.width)) if changed else self
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def get_line_filters(self) -> list[LineFilter]:
        return untranslated(super().get_line_filters())

    def render_lines(self, crop: Region) -> list[Strip]:
        if (kept := kept_lines(self, crop)) is not None:
            return kept
        if self.parent:  # else it was taken away in the middle of a frame: it is painted as it stood
            self._standing = self._cells()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        if y >= len(self._standing):
            return super().render_line(y)
        text, style, _ = self._standing[y]
        return Strip([Segment(text, self.visual_style.rich_style + style)])

    def _cells(self) -> Sequence[Segment]:
        bar = self.render()
        style = bar.style if isinstance(bar, ScrollBarRender) else None
        if not isinstance(bar, ScrollBarRender) or not isinstance(style, Style) or not (style.color and style.bgcolor):
            return ()
        return bar.render_bar(
            self.size.height, bar.virtual_size, bar.window_size, bar.position, self.size.width, bar.vertical,
            style.bgcolor, style.color,
        ).segments  # fmt: skip


class Scrolled(Styled, ScrollView, can_focus=True, inherit_bindings=False):
    class Entitled(Message):
        """How the view stands reads differently; for whoever says it elsewhere than in a frame's title."""

    def __init__(self, look: Look, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.look = look
        self.caption = ""
        """What the title begins with; how the view stands follows it."""
        self._titled = ""
        self._inside: Size | None = None
        """While all lines are looked at: each asks, and Textual asks the whole layout for it."""
        self._sent: dict[int, Visible] = {}

    # What subclasses say

    def content_height(self) -> int:
        raise NotImplementedError

    def line_at(self, y: int) -> Visible:
        """Line `y` of what is visible, as wide as `inside`."""
        raise NotImplementedError

    def scrolled_to(self, y: int) -> None:
        """A person wants to see `y` as the first line."""
        self.look_at(y)

    def stands(self) -> str:
        """How the view stands, for the title: following, or where it is."""
        return ""

    # Scrolling

    @property
    def inside(self) -> Size:
        """What can be painted on; the column of the scrollbar is kept free always (styles/panel.tcss)."""
        if self._inside is not None:
            return self._inside
        width, height = self.size
        return Size(max(0, width - self.styles.scrollbar_size_vertical), height)

    def measure(self) -> None:
        """Take over how tall the content is now. It moves nothing beside it, so that nothing is laid out for it."""
        size = Size(self.inside.width, max(1, self.content_height()))
        if size != self.virtual_size:
            self.set_reactive(ScrollView.virtual_size, size)
            self._scroll_update(size)

    def look_at(self, y: float) -> None:
        """Scroll there at once. By force: of content that has just grown Textual does not know yet that it scrolls."""
        super().scroll_to(y=max(0, min(self.max_scroll_y, y)), animate=False, force=True)

    def scroll_to(self, x: float | None = None, y: float | None = None, **options: object) -> None:
        """Textual's own ways (scrollbar, page up and down on its track)."""
        if y is not None:
            self.scrolled_to(round(y))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop().prevent_default()
        self.scrolled_to(self.scroll_offset.y + WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop().prevent_default()
        self.scrolled_to(self.scroll_offset.y - WHEEL_LINES)

    @property
    def overflows(self) -> bool:
        """There is more than fits."""
        return self.inside.height > 0 and self.max_scroll_y > 0  # before it is laid out it has no height

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        if self._vertical_scrollbar is None:
            self._vertical_scrollbar = StillScrollBar(name="vertical", thickness=self.scrollbar_size_vertical)
            self._vertical_scrollbar.display = False
            self.app._start_widget(self, self._vertical_scrollbar)
        return self._vertical_scrollbar

    # Painting

    def render_lines(self, crop: Region) -> list[Strip]:
        self._inside = self.inside
        try:
            return super().render_lines(crop)
        finally:
            self._inside = None

    def render_line(self, y: int) -> Strip:
        visible = self._sent[y] = self.line_at(y)
        width = self.inside.width
        strip = self.strip_of(visible.line, width, selected=visible.selected)
        if not visible.chip:
            return strip
        room = max(0, width - width_of(visible.chip))
        return Strip.join([strip.crop(0, room), self.strip_of(visible.chip, width - room)])

    def send_changed(self) -> None:
        """Repaint the visible lines that read differently from what was painted last, and the title if it does."""
        width, height = self._inside = self.inside
        try:
            changed = [y for y in range(height) if self._sent.get(y) != self.line_at(y)]
        finally:
            self._inside = None
        if changed:
            self.refresh(*bands(changed, width))
        self.entitle()

    def entitle(self) -> None:
        stands = self.stands()
        title = "  ".join(part for part in (self.caption, stands) if part)
        boxed = bool(self.styles.border_left[0])
        if title and not boxed:
            title = f" {title} "  # in a rule; a box leaves the gaps by itself
        if title != self._titled:
            self._titled = title
            self.post_message(self.Entitled())
            self.border_title = Text(title)  # what it names may come from outside: never markup
