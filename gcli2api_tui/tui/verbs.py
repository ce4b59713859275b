"""What panes and screens ask for, done: a verb of the control, a copy; and the sentence that says what came of it.

In: their messages. Out: calls of the control, and answers back to whoever asked. Nothing here holds the screen up:
verbs run in tasks, programs that take a copy in a thread.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial

from textual import on
from textual.driver import Driver

from gcli2api_tui.clipboard import by_program, takes_osc52
from gcli2api_tui.clock import Clock
from gcli2api_tui.control.ports import Answer, Control, Refused
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.tasks import spawn
from gcli2api_tui.tui import login_flow
from gcli2api_tui.tui.base_app import BaseApp
from gcli2api_tui.tui.line_widgets import MessageRow
from gcli2api_tui.tui.messages import Copy, Say
from gcli2api_tui.tui.paint.cells import Tone
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.panes.credentials import Credentials, Verb
from gcli2api_tui.tui.panes.requests import Requests
from gcli2api_tui.tui.screens.add import AddCredential, Chosen, PasteIn
from gcli2api_tui.tui.screens.login import SignIn
from gcli2api_tui.tui.screens.models import Models
from gcli2api_tui.tui.screens.plain_text import PlainText


class Verbs(BaseApp[str]):
    """The panel is one."""

    def __init__(self, control: Control, clock: Clock, *, driver_class: type[Driver] | None) -> None:
        super().__init__(driver_class=driver_class)
        self.control, self.clock = control, clock
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def look(self) -> Look:
        raise NotImplementedError

    # Credentials and requests

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

    @on(Requests.StopWanted)
    def _stop_answer(self, event: Requests.StopWanted) -> None:
        self.ask(self.control.cancel_exchange(event.exchange))

    @on(Models.Forget)
    def _forget_learnt(self, event: Models.Forget) -> None:
        self._beside(self._forget(event.screen, event.name))

    async def _forget(self, screen: Models, model: str) -> None:
        answer = await self.control.forget_learnt(model)
        if isinstance(answer, Refused):
            screen.told(answer.sentence, "bad")
        else:
            screen.told(answer.message, "ok")

    def ask(self, verb: Awaitable[Answer], then: Callable[[], None] | None = None) -> None:
        """Say what came of a verb; `then` only if it was done."""
        self._beside(self._ask(verb, then))

    async def _ask(self, verb: Awaitable[Answer], then: Callable[[], None] | None) -> None:
        answer = await verb
        self._tell(answer)
        if then is not None and not isinstance(answer, Refused):
            then()

    def _tell(self, answer: Answer) -> None:
        if isinstance(answer, Refused):
            self.say(answer.sentence, "bad")
        else:
            self.say(answer.message or self.look.words("done"), "warn" if answer.warned else "ok")

    # A new credential

    def action_add(self) -> None:
        self.push_screen(AddCredential(self.look), self._add_by)

    def _add_by(self, chosen: Chosen | None) -> None:
        if chosen is not None and chosen.way == "login":
            screen = SignIn(self.look, self.control.login_status, chosen.text)
            self.push_screen(screen, partial(self._left_sign_in, screen))
        elif chosen is not None:
            self.push_screen(PasteIn(self.look, chosen.way, chosen.text))

    @on(PasteIn.Entered)
    def _entered(self, event: PasteIn.Entered) -> None:
        name = self.look.words(f"{event.way}.title")
        path, data = self.control.add_path, self.control.add_credentials
        verb = path(event.text) if event.way == "path" else data(event.text.encode(), name)
        self._beside(self._add(event.form, verb))

    async def _add(self, form: PasteIn, verb: Awaitable[Answer]) -> None:
        answer = await verb
        if isinstance(answer, Refused):
            form.refused(answer.sentence)
            return
        form.close()
        self._tell(answer)

    @on(AddCredential.SignInPasted)
    def _sign_in_pasted(self, event: AddCredential.SignInPasted) -> None:
        self._beside(self._end_sign_in(event.screen, event.text))

    async def _end_sign_in(self, screen: AddCredential, text: str) -> None:
        """The end of a sign-in that waits somewhere; else a new one begins."""
        answer = await self.control.finish_login("", text)
        if isinstance(answer, Refused):
            screen.close(Chosen("login", answer.sentence))
            return
        screen.close()
        self.say(answer.message or self.look.words("login.done"), "ok")

    @on(SignIn.Opened)
    def _sign_in_opened(self, event: SignIn.Opened) -> None:
        self._beside(login_flow.begin(event.screen, self.control))

    @on(SignIn.Agreed)
    def _sign_in_agreed(self, event: SignIn.Agreed) -> None:
        self._beside(login_flow.agree(event.screen, self.control))

    @on(SignIn.Pasted)
    def _sign_in_answered(self, event: SignIn.Pasted) -> None:
        self._beside(login_flow.finish(event.screen, self.control, event.login, event.text))

    @on(SignIn.Again)
    def _sign_in_again(self, event: SignIn.Again) -> None:
        self._beside(login_flow.restart(event.screen, self.control, event.login))

    def _left_sign_in(self, screen: SignIn, outcome: str | None) -> None:
        if outcome:
            self.say(outcome, "ok")
        elif screen.login is not None:
            self._beside(self.control.cancel_login(screen.login.id))

    # Copies, sentences

    @on(Copy)
    def _copy_wanted(self, event: Copy) -> None:
        self.copy(event.what, event.text, event.told)

    def copy(self, what: str, text: str, told: Callable[[str], None] | None = None) -> None:
        """By the first way there is; say by `told` (else in the message row) which. `what` is a key of the words."""
        self._beside(self._copy(what, text, told or (lambda sentence: self.say(sentence, "ok"))))

    async def _copy(self, what: str, text: str, told: Callable[[str], None]) -> None:
        """The sentence never holds the text, which may be a secret. Without a clipboard the text is shown plain."""
        way = await asyncio.to_thread(by_program, text, os.environ)
        if way is None and takes_osc52(os.environ):
            self.copy_to_clipboard(text)
            way = "osc52"
        if way is None:
            self.push_screen(PlainText(self.look, text))
        told(self.look.words(f"copied.{way or 'plain'}", what=self.look.words(what)))

    def _beside(self, work: Coroutine[None, None, None]) -> None:
        task = spawn("panel-verb", work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @on(Say)
    def _say_wanted(self, event: Say) -> None:
        self.say(event.sentence, event.tone)

    def say(self, text: str, tone: Tone = "plain") -> None:
        for row in self.screen_stack[0].query(MessageRow) if self.screen_stack else ():
            row.say(self.look.words.said(text), tone, self.clock.monotonic())
