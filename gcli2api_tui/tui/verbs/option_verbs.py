"""What the Options tab asks for, done."""

from typing import TYPE_CHECKING

from gcli2api_tui.control.ports import Refused
from gcli2api_tui.tui.verbs.telling import Telling

if TYPE_CHECKING:
    from gcli2api_tui.tui.panes.options import Options


class OptionVerbs(Telling):
    def on_options_wanted(self, event: "Options.Wanted") -> None:
        self.beside(self._set(event.pane, event.name, event.value))

    async def _set(self, pane: "Options", name: str, value: str | None) -> None:
        answer = await self.control.set_setting(name, value)
        if isinstance(answer, Refused):
            pane.refused(answer.sentence)
        else:
            pane.changed()
        self.tell(answer)

    def on_options_undo_wanted(self, event: "Options.UndoWanted") -> None:
        self.ask(self.control.undo_setting(), event.pane.undone)
