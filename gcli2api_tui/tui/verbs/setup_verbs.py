"""What the Use tab, the list of models and the Options tab ask for, done: what a person sets up once.

A client's own file, after the difference and a y; a name for a model; keys of others; settings.
"""

from typing import TYPE_CHECKING

from gcli2api_tui.control.verb_results import Difference, Refused
from gcli2api_tui.tui.base_app import Verbs

if TYPE_CHECKING:
    from gcli2api_tui.tui.panes.client_keys import ClientKeysView
    from gcli2api_tui.tui.panes.connect import ConnectView
    from gcli2api_tui.tui.panes.options import Options
    from gcli2api_tui.tui.screens.models import Models


class SetupVerbs(Verbs):
    # Clients of this server

    def on_connect_view_connect(self, event: "ConnectView.Connect") -> None:
        self.beside(self._show_difference(event.client, undo=event.undo))

    async def _show_difference(self, client: str, *, undo: bool) -> None:
        from gcli2api_tui.tui.screens.differences import DifferenceScreen

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
        from gcli2api_tui.tui.screens.menus import Confirm

        question = self.look.words("alias.question", name=event.name, model=event.model)
        self.push_screen(
            Confirm(self.look, question),
            lambda yes: self.ask(self.control.map_model(event.name, event.model)) if yes else None,
        )

    # Keys of others; a new one is shown before anything else happens

    def on_client_keys_view_add(self, event: "ClientKeysView.Add") -> None:
        self.beside(self._make_key(event.name, event.url))

    async def _make_key(self, name: str, url: str) -> None:
        made = await self.control.add_client_key(name, {})
        if isinstance(made, Refused):
            self.say(made.sentence, "bad")
            return
        from gcli2api_tui.tui.screens.shown_text import NewKey

        self.push_screen(NewKey(self.look, made, url))
        self.say(made.message, "warn" if made.warned else "ok")

    def on_client_keys_view_set(self, event: "ClientKeysView.Set") -> None:
        self.ask(self.control.set_client_key(event.name, {event.field: event.words}))

    def on_client_keys_view_revoke(self, event: "ClientKeysView.Revoke") -> None:
        self.ask(self.control.revoke_client_key(event.name))

    # What was learnt of models

    def on_models_forget(self, event: "Models.Forget") -> None:
        self.beside(self._forget(event.screen, event.name))

    async def _forget(self, screen: "Models", model: str) -> None:
        answer = await self.control.forget_learnt(model)
        if isinstance(answer, Refused):
            screen.told(answer.sentence, "bad")
        else:
            screen.told(answer.message, "ok")

    # Settings

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
