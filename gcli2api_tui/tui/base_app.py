"""What an app with our panes is made on: style sheets and breakpoints; a task for a verb, the sentence of what came of
it, a copy.

The panel is one such app; a test of a single pane is another. The panel parses the sheets of what is not in its first
frame behind it (a tenth of what the frame took), or as soon as a tab opens or a window is pushed: no widget of theirs
is mounted before its rules are there. Nothing holds the screen up: verbs run in tasks, programs that take a copy in a
thread.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from textual import on
from textual.app import App, ReturnType, ScreenStackError
from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.driver import Driver
from textual.message import Message
from textual.screen import Screen
from textual.widget import MountError

from gcli2api_tui.clock import Clock
from gcli2api_tui.control.ports import Control
from gcli2api_tui.control.verb_results import Answer, Refused
from gcli2api_tui.events.secret import MASK
from gcli2api_tui.tasks import crashed_in, spawn
from gcli2api_tui.tui.app_messages import Copy, Say
from gcli2api_tui.tui.base_screens import FrontScreen, classes_of
from gcli2api_tui.tui.paint.cells import Tone
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.privacy import HIDDEN
from gcli2api_tui.tui.styles import LATER
from gcli2api_tui.tui.terminal_io.clipboard import by_program, takes_osc52
from gcli2api_tui.tui.widgets.panel_rows import MessageRow

STYLES = Path(__file__).parent / "styles"
Node = TypeVar("Node", bound=DOMNode)


class PaneApp(App[ReturnType], inherit_bindings=False):
    CSS_PATH = STYLES / "panel.tcss"
    CSS = "".join(LATER.values())
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-narrow"), (60, "-mid"), (110, "-wide"), (150, "-ultra"),
    ]  # fmt: skip
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-low"), (22, "-normal"), (40, "-tall")]  # noqa: RUF012

    only_looks = False
    """Nothing may be changed from here."""

    def get_default_screen(self) -> Screen[None]:
        return self._fitted(FrontScreen(id="_default"))

    def _fitted(self, screen: Node) -> Node:
        """With the classes that it would get after its first layout, for another one."""
        screen.add_class(*classes_of(self.size, self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS))
        return screen

    if not TYPE_CHECKING:

        def push_screen(self, screen: Screen[object] | str, *asked: object, **more: object) -> object:
            return super().push_screen(screen if isinstance(screen, str) else self._fitted(screen), *asked, **more)

    def on_mount(self) -> None:
        self.animation_level = "none"

    def _handle_exception(self, error: Exception) -> None:
        """Of what opens while the app closes Textual mounts nothing: that it misses its parts then is no crash. Nor is
        anything else then one to show: the person has left, and what they see is their shell."""
        if not self._closes:
            super()._handle_exception(error)
        elif not isinstance(error, NoMatches | ScreenStackError | MountError):
            crashed_in("closing-panel", error)

    @property
    def _closes(self) -> bool:
        """It was left, or whoever ran it was cancelled: its loop has ended then, though it had begun."""
        return self._exit or (self._driver is not None and not self.is_running)

    def _fatal_error(self) -> None:
        """Without the locals: people's words are among them, and to print them held every stream for ten seconds."""
        from rich.traceback import Traceback  # of those things that hardly ever happen

        self.bell()
        self.panic(Traceback())


class LaterStyles(PaneApp[str]):
    """The panel's: its first frame waits for no style sheet but its own."""

    CSS = ""

    def read_styles(self) -> None:
        """Once; what stands on the screen already has no rule in them."""
        missing = [name for name in LATER if not self.stylesheet.has_source(name)]
        for name in missing:
            self.stylesheet.add_source(LATER[name], read_from=(name, ""))
        if missing:
            self.stylesheet.parse()

    if not TYPE_CHECKING:

        def push_screen(self, *asked: object, **more: object) -> object:
            self.read_styles()
            return super().push_screen(*asked, **more)


class Verbs(LaterStyles):
    """Under the verbs of every area."""

    def __init__(self, control: Control, clock: Clock, *, driver_class: type[Driver] | None) -> None:
        super().__init__(driver_class=driver_class)
        self.control, self.clock = control, clock
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def look(self) -> Look:
        raise NotImplementedError

    async def _dispatch_message(self, message: Message) -> None:
        """A package that an upgrade replaced under a running panel: what was not opened before cannot be any more, and
        the rest goes on. An error in here would end the panel."""
        try:
            await super()._dispatch_message(message)
        except ImportError as error:
            crashed_in("panel", error)
            self.say(self.look.words("replaced"), "bad")

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
