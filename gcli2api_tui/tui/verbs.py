"""What a key sets off beside the screen: a verb of the control, a copy; and the sentence that says what came of it.

Nothing here holds the screen up: verbs run in tasks, programs that take a copy in a thread.
"""

import asyncio
import os
from collections.abc import Callable, Coroutine
from typing import Any

from textual.app import App

from gcli2api_tui.clipboard import by_program, takes_osc52
from gcli2api_tui.clock import Clock
from gcli2api_tui.control.ports import Answer, Refused
from gcli2api_tui.tasks import spawn
from gcli2api_tui.tui.line_widgets import MessageRow
from gcli2api_tui.tui.paint.cells import Tone
from gcli2api_tui.tui.screens.plain_text import PlainText
from gcli2api_tui.tui.words import Words


class Verbs(App[str]):
    """The panel is one."""

    clock: Clock
    words: Words

    def __init__(self, **app: Any) -> None:
        super().__init__(**app)
        self._tasks: set[asyncio.Task[None]] = set()

    def ask(self, verb: Coroutine[Any, Any, Answer], then: Callable[[], None] | None = None) -> None:
        """Run a verb and say what came of it; `then` only if it was done."""
        self._beside(self._ask(verb, then))

    async def _ask(self, verb: Coroutine[Any, Any, Answer], then: Callable[[], None] | None) -> None:
        answer = await verb
        if isinstance(answer, Refused):
            self.say(answer.sentence, "bad")
            return
        self.say(answer.message or self.words("done"), "warn" if answer.warned else "ok")
        if then is not None:
            then()

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
            self.push_screen(PlainText(text))
        told(self.words(f"copied.{way or 'plain'}", what=self.words(what)))

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = spawn("panel-verb", work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def say(self, text: str, tone: Tone = "plain") -> None:
        for row in self.screen_stack[0].query(MessageRow) if self.screen_stack else ():
            row.say(text, tone, self.clock.monotonic())
