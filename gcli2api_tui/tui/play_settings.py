"""The settings of one side of Play, as lists to pick from: all of them, or one at once.

In: a side, what there is to choose from. Out: the side changed, and `changed` called; `refused` with a setting's name
and a value that is none. After one of the list the list comes back, so that several are set in a row.
"""

from collections.abc import Callable
from functools import partial

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.paint import play
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.play_side import Side
from gcli2api_tui.tui.screens.pick import Pick

Push = Callable[[Pick, Callable[[str | None], None]], object]


@dataclass(frozen=True, slots=True)
class SettingsMenu:
    """For as long as it is open."""

    side: Side
    known: play.Known
    look: Look
    push: Push
    changed: Callable[[], None]
    refused: Callable[[str, str], None]
    letter: str = ""
    """Of the side, where there are two."""

    def all(self) -> None:
        words = self.look.words
        title = words("play.settings_of", side=self.letter) if self.letter else words("play.settings_all")
        rows = play.setting_rows(self.side.question, self.known, self.look)
        self.push(Pick(self.look, title, rows), lambda name: self.one(name, back=True) if name else None)

    def one(self, name: str, *, back: bool = False) -> None:
        value = getattr(self.side.question, name)
        now = "on" if value is True else str(value if value not in (None, False) else "")
        free = ("" if name == "model" else now) if name in play.FREE else None
        offered = play.choices(name, self.known, self.look)
        screen = Pick(self.look, self.look.words(f"play.set.{name}"), offered, now=now, free=free)
        self.push(screen, partial(self._chosen, name, back))

    def _chosen(self, name: str, back: bool, text: str | None) -> None:
        if text is not None:
            try:
                self.side.change(**{name: play.read_value(name, text)})
            except ValueError:
                self.refused(name, text[:40])
            self.changed()
        if back:
            self.all()
