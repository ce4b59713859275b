"""What the part Keys of Use asks for, done; a new key is shown before anything else happens."""

from typing import TYPE_CHECKING

from gcli2api_tui.control.ports import Refused
from gcli2api_tui.tui.verbs.telling import Telling

if TYPE_CHECKING:
    from gcli2api_tui.tui.panes.client_keys import ClientKeysView


class ClientKeyVerbs(Telling):
    def on_client_keys_view_add(self, event: "ClientKeysView.Add") -> None:
        self.beside(self._make_key(event.name, event.url))

    async def _make_key(self, name: str, url: str) -> None:
        made = await self.control.add_client_key(name, {})
        if isinstance(made, Refused):
            self.say(made.sentence, "bad")
            return
        from gcli2api_tui.tui.screens.new_key import NewKey

        self.push_screen(NewKey(self.look, made, url))
        self.say(made.message, "warn" if made.warned else "ok")

    def on_client_keys_view_set(self, event: "ClientKeysView.Set") -> None:
        self.ask(self.control.set_client_key(event.name, {event.field: event.words}))

    def on_client_keys_view_revoke(self, event: "ClientKeysView.Revoke") -> None:
        self.ask(self.control.revoke_client_key(event.name))
