"""What scrolls: the base of every list and every long text. Lines are painted one by one, only visible ones, and only
those that read differently are sent out; a title is set only when it reads differently.

Subclasses say how tall the content is (`content_height`) and what stands in a visible line (`line_at`). They scroll
by `look_at` alone; whatever a person does to the scrollbar or the wheel arrives in `scrolled_to`.
"""

from rich.text import Text
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.paint.cells import Line, width_of
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.styles.themes import Styled

WHEEL_LINES = 3


@dataclass(frozen=True, slots=True)
class Visible:
    """One line in sight. `chip` stands over its end."""

    line: Line
    selected: bool = False
    chip: Line = ()


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

    # Painting

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
            for y in range(height):
                if self._sent.get(y) != self.line_at(y):
                    self.refresh(Region(0, y, width, 1))
        finally:
            self._inside = None
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
