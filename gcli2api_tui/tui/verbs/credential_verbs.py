"""What is done to credentials: a new one is added, by a sign-in too; one, or all that were marked, changed or removed.

Each step of a sign-in waits for Google or the disk, and its screen may be gone by then: a sign-in that nobody looks at
any more is cancelled.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual import on

from gcli2api_tui.control.ports import Control
from gcli2api_tui.control.verb_results import Answer, Done, Login, Refused
from gcli2api_tui.events.ids import CredentialId
from gcli2api_tui.messages.message import joined
from gcli2api_tui.tui.app_messages import AddBy
from gcli2api_tui.tui.base_app import Verbs

if TYPE_CHECKING:
    from gcli2api_tui.tui.panes.credentials import Credentials, Verb
    from gcli2api_tui.tui.screens.add import AddCredential, Chosen, PasteIn
    from gcli2api_tui.tui.screens.login import SignIn
    from gcli2api_tui.tui.screens.trash import Trash


class CredentialVerbs(Verbs):
    # A new one

    def action_add(self) -> None:
        from gcli2api_tui.tui.screens.add import AddCredential

        self.push_screen(AddCredential(self.look), self._add_by)

    @on(AddBy)
    def _add_wanted(self, event: AddBy) -> None:
        """Also of what opens a credential that needs one."""
        if self.only_looks:
            self.say(self.look.words("looks.only"), "bad")
            return
        from gcli2api_tui.tui.screens.add import Chosen

        self._add_by(Chosen(event.way))

    def _add_by(self, chosen: "Chosen | None") -> None:
        if chosen is not None and chosen.way == "login":
            from gcli2api_tui.tui.screens.login import SignIn

            screen = SignIn(self.look, self.control.login_status, chosen.text)
            self.push_screen(screen, partial(self._left_sign_in, screen))
        elif chosen is not None:
            from gcli2api_tui.tui.screens.add import PasteIn

            self.push_screen(PasteIn(self.look, chosen.way, chosen.text))

    def on_paste_in_entered(self, event: "PasteIn.Entered") -> None:
        name = self.look.words(f"{event.way}.title")
        path, data = self.control.add_path, self.control.add_credentials
        verb = path(event.text) if event.way == "path" else data(event.text.encode(), name)
        self.beside(self._add(event.form, verb))

    async def _add(self, form: "PasteIn", verb: Awaitable[Answer]) -> None:
        answer = await verb
        if isinstance(answer, Refused):
            form.refused(answer.sentence)
            return
        form.close()
        self.tell(answer)

    def on_add_credential_sign_in_pasted(self, event: "AddCredential.SignInPasted") -> None:
        self.beside(self._end_sign_in(event.screen, event.text))

    async def _end_sign_in(self, screen: "AddCredential", text: str) -> None:
        """The end of a sign-in that waits somewhere; else a new one begins."""
        answer = await self.control.finish_login("", text)
        if isinstance(answer, Refused):
            from gcli2api_tui.tui.screens.add import Chosen

            screen.close(Chosen("login", answer.sentence))
            return
        screen.close()
        self.say(answer.message or self.look.words("login.done"), "ok")

    def on_sign_in_opened(self, event: "SignIn.Opened") -> None:
        self.beside(_begin_sign_in(event.screen, self.control))

    def on_sign_in_agreed(self, event: "SignIn.Agreed") -> None:
        self.beside(_agree(event.screen, self.control))

    def on_sign_in_pasted(self, event: "SignIn.Pasted") -> None:
        self.beside(_finish_sign_in(event.screen, self.control, event.login, event.text))

    def on_sign_in_again(self, event: "SignIn.Again") -> None:
        self.beside(_restart_sign_in(event.screen, self.control, event.login))

    def _left_sign_in(self, screen: "SignIn", outcome: str | None) -> None:
        if outcome:
            self.say(outcome, "ok")
        elif screen.login is not None:
            self.beside(self.control.cancel_login(screen.login.id))

    # To one, or to all that were marked, one after the other

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


async def _begin_sign_in(screen: "SignIn", control: Control) -> None:
    """The notice that is true, then the sign-in, unless the notice waits for an answer."""
    notice = await control.sign_in_notice()
    if not screen.is_attached:
        return
    screen.show_notice(notice)
    if not notice.due:
        await _ask_for_link(screen, control)


async def _agree(screen: "SignIn", control: Control) -> None:
    answer = await control.acknowledge_terms()
    await _begin_sign_in(screen, control)
    if isinstance(answer, Refused):
        screen.say(answer.sentence)


async def _ask_for_link(screen: "SignIn", control: Control) -> None:
    answer = await control.begin_login()
    if isinstance(answer, Refused):
        screen.say(answer.sentence)
    elif screen.is_attached:
        screen.show_login(answer)
    else:
        await control.cancel_login(answer.id)


async def _finish_sign_in(screen: "SignIn", control: Control, login: Login, text: str) -> None:
    answer = await control.finish_login(login.id, text)
    if not screen.is_attached:
        return
    if isinstance(answer, Refused):
        screen.refused(login, answer.sentence)
    else:
        screen.signed_in(answer.message)


async def _restart_sign_in(screen: "SignIn", control: Control, login: Login) -> None:
    await control.cancel_login(login.id)
    if screen.is_attached:
        screen.restarted()
        await _ask_for_link(screen, control)
