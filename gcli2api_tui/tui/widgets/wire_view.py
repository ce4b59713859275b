"""What went over the wire, in four sections: the timeline with its scrubber, headers, the request, a curl line.

In: `show(row, at)`; the rest is read when it is seen. Out: `Stood`. The text of the request is laid out in a thread and
up to a bound, all of it when a person asks; the text at the scrubber is the end of what had come by then.
"""

import asyncio
from collections.abc import Callable
from typing import ClassVar, Literal, cast, get_args

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message

from gcli2api_tui.ledger.exchange_rows import ExchangeRow
from gcli2api_tui.ledger.wire_rows import Wire
from gcli2api_tui.tui.app_messages import ExchangeReads, where_its_texts_are
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint.cells import Line, clean, wrap
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.request_as_code import as_curl, as_json
from gcli2api_tui.tui.paint.short_text import count
from gcli2api_tui.tui.paint.wire import (
    coloured,
    header_lines,
    laid_out,
    scrub_caption,
    scrubber,
    timeline_lines,
    wrapped,
)
from gcli2api_tui.tui.widgets.line_widgets import Choices, LineWidget
from gcli2api_tui.tui.widgets.lines_view import LinesView

Section = Literal["time", "headers", "request", "curl"]
SECTIONS: tuple[Section, ...] = get_args(Section)

SHOWN = 64 * 1024
"""Characters of a request that are laid out unasked."""
TAIL = 4_000
"""Characters of the text at the scrubber."""


class Scrubber(LineWidget):
    """Two lines: how far, and what came there."""

    def __init__(self, look: Look, paint: Callable[[int, Look], list[Line]]) -> None:
        super().__init__(look)
        self._paint = paint

    def show(self, look: Look) -> None:
        self.look = look
        self.repaint()

    def lines(self, width: int, height: int) -> list[Line]:
        return self._paint(width, self.look)[:height]


class WireLines(LinesView, inherit_bindings=False):
    """The text of a section; arrows at its sides step through the chunks where there are any."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("wire")

    class Stepped(Message):
        """`by` chunks further; the whole way where it is `to_edge`."""

        def __init__(self, by: int, *, to_edge: bool = False) -> None:
            super().__init__()
            self.by, self.to_edge = by, to_edge

    class Turned(Message):
        """The next section."""

    class AllWanted(Message):
        """All of the request."""

    steps = False
    wraps: Callable[[], None] = staticmethod(lambda: None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.steps if action == "step" else True

    def wrap_again(self) -> None:
        self.wraps()

    def action_step(self, by: int) -> None:
        self.post_message(self.Stepped(by))

    def action_edge(self, by: int) -> None:
        if self.steps:
            self.post_message(self.Stepped(by, to_edge=True))
        else:
            self.scrolled_to(0 if by < 0 else self.max_scroll_y)

    def action_section(self) -> None:
        self.post_message(self.Turned())

    def action_show_all(self) -> None:
        self.post_message(self.AllWanted())


class WireView(Container):
    class Stood(Message):
        """How the text stands reads differently."""

    def __init__(self, look: Look, reads: ExchangeReads, url: Callable[[], str]) -> None:
        super().__init__(id="wire")
        self._look, self._reads, self._url = look, reads, url
        self.section: Section = "time"
        self.row: ExchangeRow | None = None
        self.wire: Wire | None = None
        self.chosen: int | None = None
        """The chunk at the scrubber; None at its end, which moves on while text comes."""
        self._all = False
        self._laid_out: list[str] = []

    def compose(self) -> ComposeResult:
        yield Choices(SECTIONS, "wire", self._look, id="sections")
        yield Scrubber(self._look, self._scrubber_lines)
        lines = WireLines(self._look)
        lines.wraps = self._compose_lines
        yield lines

    @property
    def lines(self) -> WireLines:
        return self.query_one(WireLines)

    # Data in

    def show(self, row: ExchangeRow | None, at: float) -> None:
        self._look = self._look.at(at)
        other = row is None or self.row is None or row.id != self.row.id
        if not other and row == self.row and not cast(ExchangeRow, row).live and self.wire is not None:
            return
        self.row = row
        self.wire = self._reads.wire(row.id) if row is not None else None
        if other:
            self.chosen, self._all, self._laid_out = None, False, []
            self.lines.following = False
            self.lines.look_at(0)
            self._lay_out()
        self._compose_lines()

    # The request, laid out in a thread

    def _lay_out(self) -> None:
        if self.section == "request" and self.wire is not None and self.wire.sent.body:
            self.run_worker(self._lay_out_request(self.wire), group="request", exclusive=True)

    async def _lay_out_request(self, wire: Wire) -> None:
        width = max(10, self.lines.inside.width)
        lines = await asyncio.to_thread(laid_out, wire.sent.body, width, None if self._all else SHOWN)
        if self.wire is not None and self.wire.exchange == wire.exchange:
            self._laid_out = lines
            self._compose_lines()

    # Lines

    def _scrubber_lines(self, width: int, look: Look) -> list[Line]:
        if self.row is None or self.wire is None:
            return []
        at = self._at
        return [scrubber(self.wire, at, width, look), scrub_caption(self.row, self.wire, at, width, look)]

    @property
    def _at(self) -> int:
        last = len(self.wire.arrivals) - 1 if self.wire else -1
        return last if self.chosen is None else max(0, min(last, self.chosen))

    def _compose_lines(self) -> None:
        view = self.lines
        view.look = self._look
        view.steps = self.section == "time" and self.wire is not None and bool(self.wire.arrivals)
        scrub = self.query_one(Scrubber)
        scrub.display = self.section == "time"
        scrub.show(self._look)
        view.set_lines(self._section_lines(max(10, view.inside.width)))
        self.post_message(self.Stood())

    def _section_lines(self, width: int) -> list[Line]:
        row, wire, word = self.row, self.wire, self._look.words
        if row is None or wire is None:
            return []
        if self.section == "time":
            return [*wrapped(timeline_lines(row, wire, self._look), width), *self._text_lines(width)]
        if not wire.kept:
            where = where_its_texts_are(row, self._reads, self._look) if row.elsewhere else word("wire.not_kept")
            return wrapped([((where, "dim"),)], width)
        if self.section == "headers":
            return wrapped(header_lines(wire, self._look), width)
        if self.section == "curl":
            shown = clean(as_curl(wire.sent, self._url())[:SHOWN])
            return [((piece, "plain"),) for line in shown.split("\n") for piece in wrap(line, width)]
        return self._request_lines(width)

    def _request_lines(self, width: int) -> list[Line]:
        sent, word = cast(Wire, self.wire).sent, self._look.words
        if not sent.body:
            return [((word("wire.no_body"), "dim"),)]
        lines: list[Line] = [((word("wire.cut"), "warn"),)] if sent.cut else []
        lines += [coloured(line) for line in self._laid_out] or [((word("wire.working"), "dim"),)]
        if not self._all and len(sent.body) > SHOWN:
            more = word("wire.more", shown=count(SHOWN), total=count(len(sent.body)))
            lines += [((piece, "accent"),) for piece in wrap(more, width)]
        return lines

    def _text_lines(self, width: int) -> list[Line]:
        """What had come by the chosen chunk: its end."""
        if self.row is None or self.wire is None or not self.wire.arrivals:
            return []
        text = self._text_until(self.wire.arrivals[self._at].end)[-TAIL:]
        head = f" {self._look.words('time.until')} "
        lines: list[Line] = [(), ((head, "dim"),)]
        lines += [((piece, "plain"),) for line in clean(text).split("\n") for piece in wrap(line, width)]
        return lines

    def _text_until(self, end: int) -> str:
        page = self._reads.transcript(cast(ExchangeRow, self.row).id, 0)
        at = page.next_offset - sum(len(passage.text) for passage in page.passages)
        texts = []
        for passage in page.passages:
            if passage.kind != "prompt" and end > at:
                texts.append(passage.text[: end - at])
            at += len(passage.text)
        return "".join(texts)

    # Moving

    def choose(self, section: Section) -> None:
        self.section = section
        self.query_one(Choices).current = section
        self.lines.following = False
        self.lines.look_at(0)
        self._lay_out()
        self._compose_lines()
        self.refresh_bindings()

    @on(Choices.Tapped)
    def tapped(self, event: Choices.Tapped) -> None:
        event.stop()
        self.choose(cast(Section, event.name))

    @on(WireLines.Turned)
    def turned(self, event: WireLines.Turned) -> None:
        event.stop()
        self.choose(SECTIONS[(SECTIONS.index(self.section) + 1) % len(SECTIONS)])

    @on(WireLines.Stepped)
    def stepped(self, event: WireLines.Stepped) -> None:
        """The text's end stays in sight from then on."""
        event.stop()
        if self.wire is None:
            return
        last = len(self.wire.arrivals) - 1
        wanted = (0 if event.by < 0 else last) if event.to_edge else max(0, min(last, self._at + event.by))
        self.chosen = None if wanted == last else wanted
        self.lines.following = True
        self._compose_lines()

    @on(WireLines.AllWanted)
    def all_wanted(self, event: WireLines.AllWanted) -> None:
        event.stop()
        self._all = True
        self._lay_out()

    def on_resize(self) -> None:
        self._lay_out()

    def stands(self) -> str:
        return self.lines.stands()

    @property
    def text(self) -> tuple[str, str]:
        """(what it is, the text) of the section, for copying."""
        sent = self.wire.sent if self.wire else None
        if sent is not None and self.section == "request":
            return "copy.json", as_json(sent.body)
        if sent is not None and self.section == "curl":
            return "copy.curl", as_curl(sent, self._url())
        lines = self._section_lines(10_000)
        what = "copy.headers" if self.section == "headers" else "copy.timeline"
        return what, "\n".join("".join(text for text, _ in line) for line in lines)
