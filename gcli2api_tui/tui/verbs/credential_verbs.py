"""What the Credentials tab asks for, done: to one, or to all that were marked, one after the other."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from gcli2api_tui.control.ports import Answer, Done, Refused
from gcli2api_tui.events.ids import CredentialId
from gcli2api_tui.messages.message import joined
from gcli2api_tui.tui.verbs.telling import Telling

if TYPE_CHECKING:
    from gcli2api_tui.tui.panes.credentials import Credentials, Verb
    from gcli2api_tui.tui.screens.trash import Trash


class CredentialVerbs(Telling):
    def on_credentials_wanted(self, event: "Credentials.Wanted") -> None:
        self.beside(self._act(event))

    async def _act(self, event: "Credentials.Wanted") -> None:
        verb = self._verbs()[event.verb]
        answers = [(row, await verb(row.id)) for row in event.rows]
        refused = [answer for _, answer in answers if isinstance(answer, Refused)]
        if len(answers) == 1:
            self.tell(answers[0][1])
        else:
            self._tell_many(len(answers) - len(refused), refused)
        if done := tuple(row for row, answer in answers if not isinstance(answer, Refused)):
            event.pane.done(event.verb, done)

    def _tell_many(self, done: int, refused: Sequence[Refused]) -> None:
        """How many, and of the refusals the first."""
        words = self.look.words
        if refused:
            said = words.said(refused[0].sentence)
            self.say(words("did.some", done=done, failed=len(refused), said=said), "bad")
        else:
            self.say(words("did.all", n=done), "ok")

    def _verbs(self) -> "dict[Verb, Callable[[CredentialId], Awaitable[Answer]]]":
        control = self.control
        return {
            "enable": control.enable,
            "disable": control.disable,
            "ask_google": self._ask_google,
            "clear_cooldown": control.clear_cooldown,
            "remove": control.remove,
            "restore": control.restore,
        }

    async def _ask_google(self, credential: CredentialId) -> Answer:
        """Whether it works, and then what is left of its day, where Google tells."""
        checked = await self.control.check(credential)
        if isinstance(checked, Refused):
            return checked
        quota = await self.control.ask_google_quota(credential)
        return checked if isinstance(quota, Refused) else Done(joined(checked.message, quota.message), checked.warned)

    # The trash

    def on_credentials_trash_wanted(self) -> None:
        self.beside(self._open_trash())

    async def _open_trash(self) -> None:
        from gcli2api_tui.tui.screens.trash import Trash

        rows = await self.control.trash()
        self.push_screen(Trash(self.look, rows))

    def on_trash_restore(self, event: "Trash.Restore") -> None:
        self.beside(self._restore(event))

    async def _restore(self, event: "Trash.Restore") -> None:
        answer = await self.control.restore(event.row.id)
        if isinstance(answer, Refused):
            event.screen.told(answer.sentence, "bad")
        else:
            event.screen.told(answer.message, "ok")
            from gcli2api_tui.tui.panes.credentials import Credentials

            for pane in self.screen_stack[0].query(Credentials):
                pane.restored(event.row.id)
        event.screen.show(await self.control.trash())
