"""What the Options tab asks for, done."""

from textual import on

from gcli2api_tui.control.ports import Refused
from gcli2api_tui.tui.panes.options import Options
from gcli2api_tui.tui.verbs.telling import Telling


class OptionVerbs(Telling):
    @on(Options.Wanted)
    def _setting(self, event: Options.Wanted) -> None:
        self.beside(self._set(event.pane, event.name, event.value))

    async def _set(self, pane: Options, name: str, value: str | None) -> None:
        answer = await self.control.set_setting(name, value)
        if isinstance(answer, Refused):
            pane.refused(answer.sentence)
        else:
            pane.changed()
        self.tell(answer)

    @on(Options.UndoWanted)
    def _undo_setting(self, event: Options.UndoWanted) -> None:
        self.ask(self.control.undo_setting(), event.pane.undone)
