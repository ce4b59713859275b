"""What the Use tab asks for, done: a client's own file, after the difference and a y; a name for a model."""

from typing import TYPE_CHECKING

from gcli2api_tui.control.ports import Difference, Refused
from gcli2api_tui.tui.verbs.telling import Telling

if TYPE_CHECKING:
    from gcli2api_tui.tui.panes.connect import ConnectView


class UseVerbs(Telling):
    def on_connect_view_connect(self, event: "ConnectView.Connect") -> None:
        self.beside(self._show_difference(event.client, undo=event.undo))

    async def _show_difference(self, client: str, *, undo: bool) -> None:
        from gcli2api_tui.tui.screens.file_change import DifferenceScreen

        found = await self.control.connect(client, undo=undo)
        if isinstance(found, Refused):
            self.say(found.sentence, "bad")
        elif not found.lines:
            self.say(self.look.words("difference.none", client=found.name), "ok")
        else:
            self.push_screen(DifferenceScreen(self.look, found), lambda yes: self._write(found) if yes else None)

    def _write(self, shown: Difference) -> None:
        self.ask(self.control.write_connection(shown))

    def on_connect_view_map_model(self, event: "ConnectView.MapModel") -> None:
        from gcli2api_tui.tui.screens.confirm import Confirm

        question = self.look.words("alias.question", name=event.name, model=event.model)
        self.push_screen(
            Confirm(self.look, question),
            lambda yes: self.ask(self.control.map_model(event.name, event.model)) if yes else None,
        )
