"""What the part Keys of Use asks for, done; a new key is shown before anything else happens."""

from textual import on

from gcli2api_tui.control.ports import Refused
from gcli2api_tui.tui.panes.client_keys import ClientKeysView
from gcli2api_tui.tui.screens.new_key import NewKey
from gcli2api_tui.tui.verbs.telling import Telling


class ClientKeyVerbs(Telling):
    @on(ClientKeysView.Add)
    def _key_wanted(self, event: ClientKeysView.Add) -> None:
        self.beside(self._make_key(event.name, event.url))

    async def _make_key(self, name: str, url: str) -> None:
        made = await self.control.add_client_key(name, {})
        if isinstance(made, Refused):
            self.say(made.sentence, "bad")
            return
        self.push_screen(NewKey(self.look, made, url))
        self.say(made.message, "warn" if made.warned else "ok")

    @on(ClientKeysView.Set)
    def _key_change_wanted(self, event: ClientKeysView.Set) -> None:
        self.ask(self.control.set_client_key(event.name, {event.field: event.words}))

    @on(ClientKeysView.Revoke)
    def _key_revoke_wanted(self, event: ClientKeysView.Revoke) -> None:
        self.ask(self.control.revoke_client_key(event.name))
