"""The widgets of the Options tab: the list of settings, what one may be, and what stands about the chosen one.

In: rows. Out: `Moved` of the lists. How a line looks stands in paint/options.py.
"""

from collections.abc import Hashable

from gcli2api_tui.ledger.admin_rows import SettingRow
from gcli2api_tui.tui.paint import options
from gcli2api_tui.tui.paint.cells import Line
from gcli2api_tui.tui.paint.options import Entry, Heading
from gcli2api_tui.tui.widgets.lines_view import LinesView
from gcli2api_tui.tui.widgets.live_table import LiveTable


class SettingTable(LiveTable[Entry]):
    """The cursor stands on settings only; it steps over the headings."""

    def key_of(self, row: Entry) -> Hashable:
        return row.group if isinstance(row, Heading) else row.name

    def paint(self, row: Entry, width: int) -> tuple[Line, ...]:
        return (options.one_line(row, width, self.look),)

    def select(self, index: int) -> None:
        index = max(0, min(len(self.rows) - 1, index))
        if self.rows and isinstance(self.rows[index], Heading):
            index += -1 if 0 < index < self.cursor else 1
        super().select(index)

    def _place(self, top: int) -> None:
        """The first setting is seen with its heading."""
        super()._place(0 if self.cursor <= 1 else top)

    def stands(self) -> str:
        """Headings do not count."""
        names = [row.name for row in self.rows if isinstance(row, SettingRow)]
        if self.setting is None or not self.overflows:
            return ""
        return self.look.words("title.row", n=names.index(self.setting.name) + 1, total=len(names))

    @property
    def setting(self) -> SettingRow | None:
        return self.selected if isinstance(self.selected, SettingRow) else None


class ChoiceTable(LiveTable[str]):
    """What a setting may be."""

    current = ""

    def key_of(self, row: str) -> Hashable:
        return row

    def paint(self, row: str, width: int) -> tuple[Line, ...]:
        return (options.choice_line(row, self.current, width, self.look),)


class AboutSetting(LinesView):
    """About the one under the cursor; while it is edited, what is wrong with what was typed."""

    row: Entry | None = None
    wrong = ""

    def wrap_again(self) -> None:
        width = self.inside.width
        self.set_lines([*options.wrong(self.wrong, width), *options.about(self.row, width, self.look)])
