"""A new credential, from the first key to the sentence that says it is there."""

from collections.abc import Awaitable
from functools import partial
from typing import TYPE_CHECKING

from textual import on

from gcli2api_tui.control.ports import Answer, Refused
from gcli2api_tui.tui import login_flow
from gcli2api_tui.tui.messages import AddBy
from gcli2api_tui.tui.verbs.telling import Telling

if TYPE_CHECKING:
    from gcli2api_tui.tui.screens.add import AddCredential, Chosen, PasteIn
    from gcli2api_tui.tui.screens.login import SignIn


class AddingVerbs(Telling):
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
        self.beside(login_flow.begin(event.screen, self.control))

    def on_sign_in_agreed(self, event: "SignIn.Agreed") -> None:
        self.beside(login_flow.agree(event.screen, self.control))

    def on_sign_in_pasted(self, event: "SignIn.Pasted") -> None:
        self.beside(login_flow.finish(event.screen, self.control, event.login, event.text))

    def on_sign_in_again(self, event: "SignIn.Again") -> None:
        self.beside(login_flow.restart(event.screen, self.control, event.login))

    def _left_sign_in(self, screen: "SignIn", outcome: str | None) -> None:
        if outcome:
            self.say(outcome, "ok")
        elif screen.login is not None:
            self.beside(self.control.cancel_login(screen.login.id))
