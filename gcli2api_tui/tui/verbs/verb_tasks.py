"""What every verb of the screen needs: a task to run in, a sentence that says what came of it, a copy.

In: verbs of the control, texts to copy. Out: the message row. Nothing here holds the screen up: verbs run in tasks,
programs that take a copy in a thread.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine

from textual import on
from textual.driver import Driver

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.ports import Answer, Control, Refused
from gcli2api_tui.events.secret import MASK
from gcli2api_tui.tasks import spawn
from gcli2api_tui.tui.messages import Copy, Say
from gcli2api_tui.tui.paint.cells import Tone
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.pane_app import LaterStyles
from gcli2api_tui.tui.privacy import HIDDEN
from gcli2api_tui.tui.terminal_io.clipboard import by_program, takes_osc52
from gcli2api_tui.tui.widgets.line_widgets import MessageRow


class Verbs(LaterStyles):
    """Under the verbs of every area."""

    def __init__(self, control: Control, clock: Clock, *, driver_class: type[Driver] | None) -> None:
        super().__init__(driver_class=driver_class)
        self.control, self.clock = control, clock
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def look(self) -> Look:
        raise NotImplementedError

    def ask(self, verb: Awaitable[Answer], then: Callable[[], None] | None = None) -> None:
        """Say what came of a verb; `then` only if it was done."""
        self.beside(self._ask(verb, then))

    async def _ask(self, verb: Awaitable[Answer], then: Callable[[], None] | None) -> None:
        answer = await verb
        self.tell(answer)
        if then is not None and not isinstance(answer, Refused):
            then()

    def tell(self, answer: Answer) -> None:
        if isinstance(answer, Refused):
            self.say(answer.sentence, "bad")
        else:
            self.say(answer.message or self.look.words("done"), "warn" if answer.warned else "ok")

    @on(Copy)
    def _copy_wanted(self, event: Copy) -> None:
        self.copy(event.what, event.text, event.told)

    def copy(self, what: str, text: str, told: Callable[[str], None] | None = None) -> None:
        """By the first way there is; say by `told` (else in the message row) which. `what` is a key of the words."""
        told = told or (lambda sentence: self.say(sentence, "ok"))
        if self.look.private and (MASK in text or HIDDEN in text):
            told(self.look.words("private.no_copy", what=self.look.words(what)))
            return
        if not text and what in ("copy.key", "copy.panel_key"):
            told(self.look.words("use.key_there"))
            return
        self.beside(self._copy(what, text, told))

    async def _copy(self, what: str, text: str, told: Callable[[str], None]) -> None:
        """The sentence never holds the text, which may be a secret. Without a clipboard the text is shown plain."""
        way = await asyncio.to_thread(by_program, text, os.environ)
        if way is None and takes_osc52(os.environ):
            self.copy_to_clipboard(text)
            way = "osc52"
        if way is None:
            from gcli2api_tui.tui.screens.shown_text import PlainText

            self.push_screen(PlainText(self.look, text))
        told(self.look.words(f"copied.{way or 'plain'}", what=self.look.words(what)))

    def beside(self, work: Coroutine[None, None, None]) -> None:
        """In a task of its own, kept until it ends."""
        task = spawn("panel-verb", work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @on(Say)
    def _say_wanted(self, event: Say) -> None:
        self.say(event.sentence, event.tone)

    def say(self, text: str, tone: Tone = "plain") -> None:
        for row in self.screen_stack[0].query(MessageRow) if self.screen_stack else ():
            row.say(self.look.words.said(text), tone)
