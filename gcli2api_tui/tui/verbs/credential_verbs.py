"""What the Credentials tab asks for, done."""

from collections.abc import Awaitable, Callable
from functools import partial

from textual import on

from gcli2api_tui.control.ports import Answer
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.tui.panes.credentials import Credentials, Verb
from gcli2api_tui.tui.verbs.telling import Telling


class CredentialVerbs(Telling):
    @on(Credentials.Wanted)
    def _credential(self, event: Credentials.Wanted) -> None:
        verb = self._verbs()[event.verb]
        self.ask(verb(event.row.id), partial(event.pane.done, event.verb, event.row))

    def _verbs(self) -> dict[Verb, Callable[[CredentialId], Awaitable[Answer]]]:
        control = self.control
        return {
            "enable": control.enable,
            "disable": control.disable,
            "check": control.check,
            "clear_cooldown": control.clear_cooldown,
            "remove": control.remove,
            "restore": control.restore,
        }
