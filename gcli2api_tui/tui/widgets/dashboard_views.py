"""What stands on the dashboard: entries that lead somewhere, and running answers as tiles, each writing its own end.

In: a painter of entries; the rows that run, or the last one that ended. Out: `Chosen`, with the target under the cursor
and what is wanted of it; `Opened`. The cursor holds on to a target, not to a line: what comes above it moves nothing
from under a person's finger. One widget paints all tiles, so that those that come and go move no widget.
"""

from collections.abc import Callable, Collection, Sequence
from typing import ClassVar, Literal

from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from gcli2api_tui.events.ids import ExchangeId
from gcli2api_tui.ledger.exchange_rows import ExchangeRow, ExchangeState
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.app_messages import Reads
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint.answer_tiles import tiles, wall
from gcli2api_tui.tui.paint.cells import Line, Steps, Wrapped, fit_start, plain
from gcli2api_tui.tui.paint.dashboard_entry import Entry, Target
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.widgets.line_widgets import LineWidget

Painter = Callable[[int, int, Look], Steps[list[Entry]]]
Wish = Literal["open", "try_anyway"]
KEPT = 12_000
"""Characters: more than the tallest tile shows."""


class BoardView(LineWidget, can_focus=True, inherit_bindings=False):
    BINDINGS: ClassVar[list[BindingType]] = bindings("board")

    class Chosen(Message):
        def __init__(self, target: Target, wish: Wish) -> None:
            super().__init__()
            self.target, self.wish = target, wish

    def __init__(self, painter: Painter, look: Look, *, id: str) -> None:  # noqa: A002
        super().__init__(look, id=id)
        self._painter = painter
        self._entries: list[Entry] = []
        self._target: Target | None = None
        self._marked = -1

    def showing(self, at: float) -> Steps[None]:
        self.look = self.look.at(at)
        return self.repainting()

    def in_steps(self, width: int, height: int) -> Steps[list[Line]]:
        self._entries = yield from self._painter(width, height, self.look)
        return [entry.line for entry in self._entries]

    def _stand(self, fresh: list[Line]) -> None:
        super()._stand(fresh)
        marked = self._cursor if self.has_focus else -1
        if marked != self._marked:
            for y in (self._marked, marked):
                if y >= 0:
                    self.refresh(Region(0, y, self.size.width, 1))
            self._marked = marked
            self.refresh_bindings()

    def render_line(self, y: int) -> Strip:
        line = self._lines[y] if y < len(self._lines) else ()
        return self.strip_of(line, self.size.width, selected=y == self._marked)

    @property
    def _places(self) -> list[int]:
        return [y for y, entry in enumerate(self._entries) if entry.target is not None]

    @property
    def _cursor(self) -> int:
        """The line of the target, or the first that leads somewhere."""
        places = self._places
        found = [y for y in places if self._entries[y].target == self._target]
        return found[0] if found else places[0] if places else -1

    def on_focus(self) -> None:
        self.repaint()

    def on_blur(self) -> None:
        self.repaint()

    def action_move(self, by: int) -> None:
        places = self._places
        if places:
            at = places.index(self._cursor) + by
            self._target = self._entries[places[max(0, min(len(places) - 1, at))]].target
            self.repaint()

    def action_page(self, by: int) -> None:
        self.action_move(by * 5)

    def action_first(self) -> None:
        self.action_move(-len(self._entries))

    def action_last(self) -> None:
        self.action_move(len(self._entries))

    def action_open(self) -> None:
        self._choose("open")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "try_anyway":
            return self._cursor >= 0 and self._entries[self._cursor].rests
        return True

    def action_try_anyway(self) -> None:
        self._choose("try_anyway")

    def _choose(self, wish: Wish) -> None:
        target = self._entries[self._cursor].target if self._cursor >= 0 else None
        if target is not None:
            self.post_message(self.Chosen(target, wish))

    def on_click(self, event: events.Click) -> None:
        """A tap chooses, on the chosen one it opens."""
        if event.y < len(self._entries) and (target := self._entries[event.y].target) is not None:
            again = target == self._target
            self._target = target
            self.repaint()
            if again:
                self.action_open()


class Wall(LineWidget, can_focus=True, inherit_bindings=False):
    BINDINGS: ClassVar[list[BindingType]] = bindings("wall")

    class Opened(Message):
        """A person wants to look into this one."""

        def __init__(self, exchange: ExchangeId) -> None:
            super().__init__()
            self.exchange = exchange

    def __init__(self, look: Look, read: Reads, *, id: str) -> None:  # noqa: A002
        super().__init__(look, id=id)
        self._tails = Tails(read)
        self._rows: tuple[ExchangeRow, ...] = ()
        self._chosen: ExchangeId | None = None
        self._zoomed: ExchangeId | None = None

    def showing(self, rows: Sequence[ExchangeRow], at: float) -> Steps[None]:
        """All exchanges; those that run are shown, else the one that ended last, of those whose texts are here."""
        rows = [row for row in rows if not row.elsewhere]
        running = tuple(row for row in rows if row.live)
        self._rows, self.look = running or _last(rows), self.look.at(at)
        ids = [row.id for row in self._rows]
        self._tails.keep(ids)
        self._zoomed = self._zoomed if self._zoomed in ids else None
        return self.repainting()

    def in_steps(self, width: int, height: int) -> Steps[list[Line]]:
        chosen = self._place() if self.has_focus else None
        return wall(self._rows, self._tails.lines, width, height, self.look, chosen=chosen, zoomed=self._zoomed)

    def _place(self) -> ExchangeId | None:
        """The tile that is chosen; the newest until a person chooses one."""
        ids = [row.id for row in self._rows]
        return self._chosen if self._chosen in ids else ids[-1] if ids else None

    def on_focus(self) -> None:
        self.repaint()

    def on_blur(self) -> None:
        self.repaint()

    def action_move(self, by: int) -> None:
        shown = [tile.row.id for tile in tiles(self._rows, self.size.height)] if self._rows else []
        now = self._place()
        if now in shown:
            self._chosen = shown[max(0, min(len(shown) - 1, shown.index(now) + by))]
            self._zoomed = self._chosen if self._zoomed is not None else None
        self.repaint()

    def action_zoom(self) -> None:
        self._zoomed = self._place() if self._zoomed is None else None
        self.repaint()

    def action_open(self) -> None:
        if (chosen := self._place()) is not None:
            self.post_message(self.Opened(chosen))

    def on_click(self, event: events.Click) -> None:
        """A tap chooses a tile, on the chosen one it opens."""
        for tile in tiles(self._rows, self.size.height, self._zoomed) if self._rows else []:
            if tile.top <= event.y < tile.top + tile.height:
                again, self._chosen = tile.row.id == self._chosen, tile.row.id
                self.repaint()
                if again:
                    self.action_open()


def _last(rows: Sequence[ExchangeRow]) -> tuple[ExchangeRow, ...]:
    """The answer that ended last: it stays until another begins."""
    answered = [row for row in rows if row.state is ExchangeState.DONE]
    return (max(answered, key=lambda row: row.ended_at or 0.0),) if answered else ()


@dataclass(slots=True)
class _Tail:
    offset: int = 0
    text: str = ""
    blank: str = ""
    """Lines at its end with nothing in them, kept back until something follows: they would be most of a small tile."""
    kind: str = ""
    fresh: int = 0
    """So many characters at its end are not wrapped yet."""
    wrapped: Wrapped | None = None
    """As soon as more than one line is asked for."""
    most: int = 0
    """Lines, of what is wrapped."""

    def feed(self, kind: str, text: str) -> None:
        """An answer takes the place of the thoughts before it."""
        if kind != self.kind and self.kind == "thought":
            self.text, self.blank, self.wrapped = "", "", None
        text = self.blank + text
        end = text.find("\n", len(text.rstrip()))
        text, self.blank = (text[:end], text[end:][-KEPT:]) if end >= 0 else (text, "")
        self.kind, self.text, self.fresh = kind, (self.text + text)[-KEPT:], self.fresh + len(text)

    def lines(self, width: int, most: int) -> list[str]:
        """Of a text that came faster than it is looked at nothing is wrapped that has gone by."""
        enough = min(len(self.text), 2 * (width + 1) * (most + 1))
        if self.wrapped is None or self.wrapped.width != width or self.most < most or self.fresh > enough:
            self.wrapped, self.most, self.fresh = Wrapped(width), most, enough
        if self.fresh:
            self.wrapped.feed(self.text[-self.fresh :])
            self.wrapped.forget(self.most)
            self.fresh = 0
        return self.wrapped.lines[-most:]


class Tails:
    """The ends of what running exchanges answer, one for each widget that shows some; what ended is forgotten.

    Texts are read from an offset on and wrapped as they come; only the end is kept, so that an answer of megabytes, or
    one that comes fast, costs no more than a short one. `lines` is a `paint.dashboard_entry.Tail`.
    """

    def __init__(self, read: Reads) -> None:
        self._read = read
        self._tails: dict[ExchangeId, _Tail] = {}

    def keep(self, running: Collection[ExchangeId]) -> None:
        """Forget all others."""
        for gone in self._tails.keys() - set(running):
            del self._tails[gone]

    def lines(self, exchange: ExchangeId, width: int, most: int) -> list[str]:
        """The last lines; one alone ends in the last words, however short the last line is."""
        tail = self._tails.setdefault(exchange, _Tail())
        page = self._read(exchange, tail.offset)
        tail.offset = page.next_offset
        for passage in page.passages:
            if passage.kind != "prompt":
                tail.feed(passage.kind, passage.text)
        if not tail.text.strip():
            return []
        if most == 1:
            return [fit_start(plain(tail.text[-4 * width :].strip()), width).rstrip()]
        return tail.lines(max(2, width), most)
