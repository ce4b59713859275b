"""What was used, by day, model, client key, program or credential, and the hours of the month; the second part of Use.

In: a snapshot by `show`, from which it sees whether something was asked since it last read; the table itself is read
on demand, off the loop. Out: `Say`. It knows no app: any can mount it alone.
"""

from collections.abc import Awaitable, Callable
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widget import Widget
from textual.worker import Worker

from gcli2api_tui.ledger.admin_rows import UsageColumn, UsageTable
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.app_messages import Say
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint import usage
from gcli2api_tui.tui.paint.cells import Line
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.widgets.line_widgets import Choices
from gcli2api_tui.tui.widgets.lines_view import LinesView

ReadUsage = Callable[[UsageColumn, int], Awaitable[UsageTable]]
Part = Literal["day", "model", "client", "program", "credential", "hours"]
PARTS: tuple[Part, ...] = ("day", "model", "client", "program", "credential", "hours")
SPANS = (30, 7, 1)
"""Days."""
PLAIN_WIDTH = 100
AGAIN_S = 10.0
"""What is asked meanwhile is seen so much later: the table is no live figure."""


class UsageLines(LinesView):
    """The painted table; it scrolls."""

    table: UsageTable | None = None
    part: Part = "day"
    order: usage.Order = "usual"

    def wrap_again(self) -> None:
        self.set_lines(self.painted(self.inside.width))

    def painted(self, width: int) -> list[Line]:
        if self.table is None:
            return []
        if self.part == "hours":
            return usage.hours(self.table, width, self.look)
        return usage.report(self.table, self.order, width, self.look)


class UsageView(Container):
    BINDINGS: ClassVar[list[BindingType]] = bindings("usage")

    def __init__(self, look: Look, read: ReadUsage, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.look = look
        self._read = read
        self._days = SPANS[0]
        self._seen: tuple[object, float] = (None, float("-inf"))
        """How much was settled, and how fast it is at other instances, and when, as the table was last read."""
        self._waits = False

    def compose(self) -> ComposeResult:
        yield Choices(PARTS, "usagepart", self.look, short="usageshort", id="usage-parts")
        yield UsageLines(self.look, id="usage-lines", classes="framed")

    @property
    def _lines(self) -> UsageLines:
        return self.query_one(UsageLines)

    def first(self) -> Widget:
        """What has the focus when it opens."""
        return self._lines

    def show(self, snapshot: Snapshot) -> None:
        """Reads again if something was asked since, and then at most every ten seconds."""
        self.look = self._lines.look = self.look.at(snapshot.at)
        others = sum(one.per_minute for one in snapshot.server.instances if not one.own)
        settled = snapshot.totals.ok + snapshot.totals.failed + snapshot.totals.cancelled, others
        seen, at = self._seen
        if settled == seen or self._waits:
            return
        if (left := at + AGAIN_S - snapshot.at) > 0:
            self._waits = True
            self.set_timer(left, self._after_a_while)
            return
        self._seen = (settled, snapshot.at)
        self.read_again()

    def _after_a_while(self) -> None:
        self._waits = False
        self._seen = (None, float("-inf"))
        self.read_again()

    def read_again(self) -> None:
        self._reading: Worker[None] = self.run_worker(self._look_up, group="usage", exclusive=True)

    async def _look_up(self) -> None:
        lines = self._lines
        by: UsageColumn = "day" if lines.part == "hours" else lines.part
        lines.table = await self._read(by, self._days)
        words = self.look.words
        lines.caption = f"{words('title.usage')}  {words('usage.days', n=self._days)}"
        lines.wrap_again()

    def choose(self, part: Part) -> None:
        self.query_one(Choices).current = part
        self._lines.part = part
        self._lines.scrolled_to(0)
        self.read_again()

    def action_column(self, by: int) -> None:
        self.choose(PARTS[(PARTS.index(self._lines.part) + by) % len(PARTS)])

    @on(Choices.Tapped)
    def tapped(self, event: Choices.Tapped) -> None:
        event.stop()
        self.choose(next(part for part in PARTS if part == event.name))

    def action_days(self) -> None:
        self._days = SPANS[(SPANS.index(self._days) + 1) % len(SPANS)]
        self.read_again()

    def action_sort(self) -> None:
        lines = self._lines
        lines.order = usage.ORDERS[(usage.ORDERS.index(lines.order) + 1) % len(usage.ORDERS)]
        lines.wrap_again()
        self.post_message(Say(self.look.words(f"usage.order.{lines.order}")))

    def plain_text(self) -> str:
        """All of it, for `v`."""
        return "\n".join("".join(text for text, _ in line).rstrip() for line in self._lines.painted(PLAIN_WIDTH))
