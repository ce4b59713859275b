"""Sign in with Google: the notice, the address, how the way back goes, and the paste-back field, all on one screen.

The notice on Google's terms stays in sight; before a person's first sign-in nothing begins until it is answered.
Polled by the panel's timer (`update_from`); the sign-in itself belongs to the control and outlives nothing here.
"""

from typing import TYPE_CHECKING, ClassVar, cast

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from gcli2api_tui.control.ports import Login, LoginStatus, Notice, Refused
from gcli2api_tui.ledger.records import Snapshot
from gcli2api_tui.tasks import spawn
from gcli2api_tui.tui.keys import key
from gcli2api_tui.tui.paint.cells import plain
from gcli2api_tui.tui.paint.numbers import countdown
from gcli2api_tui.tui.screens.paste_field import PasteField
from gcli2api_tui.tui.screens.plain_text import PlainText

if TYPE_CHECKING:
    from gcli2api_tui.tui.app import Panel


class SignIn(ModalScreen[None]):
    """The letters act while the field is not focused; it is reached with Tab or a tap, Esc leaves it.

    A paste lands in the field wherever the focus is. A text that Google or we refuse leaves the sign-in as it is.
    """

    BINDINGS: ClassVar[list[Binding]] = [  # type: ignore[assignment]
        key("y", "yes", "app.copy"),
        key("v", "plain", "app.plain"),
        key("r", "again", "login.again"),
        key("enter,tab", "field", "login.field"),
        key("up,k", "scroll_text(-1)", "list.up"),
        key("down,j", "scroll_text(1)", "list.down"),
        key("escape", "back", "pane.back"),
    ]
    AUTO_FOCUS = ""

    login: Login | None = None
    notice: Notice | None = None
    _over = False
    _ended_as = ""

    def __init__(self, why: str = "") -> None:
        """`why` this one begins, where it is not because a person asked for it."""
        super().__init__()
        self._why = why

    @property
    def panel(self) -> "Panel":
        return cast("Panel", self.app)

    def compose(self) -> ComposeResult:
        words = self.panel.words
        with VerticalScroll(classes="wizard", can_focus=False):
            yield Static(Text(words("login.title"), style="bold"))
            yield Static("", id="terms", classes="warning", markup=False)
            yield Static("", id="keys", classes="note", markup=False)
            yield Static("", id="address", markup=False)
            yield Static("", id="how", markup=False)
        yield Static("", id="steps", markup=False)
        yield Static("", id="answer", markup=False)
        yield PasteField(placeholder=words("login.placeholder"), id="paste-back", compact=True)

    def on_mount(self) -> None:
        self._say(self._why)
        self._working = spawn("panel-login", self._tell())

    async def _tell(self) -> None:
        """The notice that is true, then the sign-in, unless the notice waits for an answer."""
        self.notice = await self.panel.control.sign_in_notice()
        if not self.is_attached:
            return
        words, due = self.panel.words, self.notice.due
        self.query_one("#terms", Static).update(Text(words(f"login.terms.{self.notice.text.replace(' ', '_')}")))
        self.query_one("#keys", Static).update(Text(words("login.read" if due else "login.keys")))
        if not due:
            await self._begin()

    async def _agree(self) -> None:
        answer = await self.panel.control.acknowledge_terms()
        await self._tell()
        if isinstance(answer, Refused):
            self._say(answer.sentence)

    async def _begin(self) -> None:
        self.query_one("#steps", Static).update(Text(self.panel.words("login.starting")))
        answer = await self.panel.control.begin_login()
        if isinstance(answer, Refused):
            self._say(answer.sentence)
            return
        self.login, self._ended_as = answer, ""
        if not self.is_attached:
            await self.panel.control.cancel_login(answer.id)
            return
        self.query_one("#address", Static).update(Text(plain(answer.url), overflow="fold"))
        self.query_one("#how", Static).update(Text("\n".join(self._how(answer))))
        self.update_from(self.panel.snapshot)

    def _how(self, login: Login) -> list[str]:
        words = self.panel.words
        lines = [words("login.open"), words("login.allow"), f"{words('login.far')} {words('login.paste')}"]
        return [*lines, words("login.ssh", line=plain(login.ssh_hint))] if login.ssh_hint else lines

    def update_from(self, snapshot: Snapshot) -> None:
        if self.login is None or self._over:
            return
        status = self.panel.control.login_status(self.login.id)
        left = countdown(self.login.expires_at - snapshot.at)
        self.query_one("#steps", Static).update(Text("\n".join(self._steps(status, left))))
        if status.phase in ("failed", "expired") and self._ended_as != self.login.id:
            self._ended_as = self.login.id
            self._say(f"{status.message} {self.panel.words('login.restart')}")
        if status.phase == "done":
            self._done(status.message)

    def _done(self, message: str) -> None:
        if not self._over:
            self._over = True
            self.dismiss(None)
            self.panel.say(message or self.panel.words("login.done"), "ok")

    def _steps(self, status: LoginStatus, left: str) -> list[str]:
        marks = {True: "✓", False: "✕", None: "·"}
        lines = [f"{marks[ok]} {plain(text)}" for text, ok in status.steps]
        return [*lines, self.panel.words("login.left", span=left)] if status.phase == "waiting" else lines

    def _say(self, text: str) -> None:
        if self.is_attached:
            self.query_one("#answer", Static).update(Text(plain(text), style="bold"))

    def action_yes(self) -> None:
        """The answer to the notice, and afterwards the address."""
        if self.login is None and self.notice is not None and self.notice.due:
            self.notice = None  # a second press while this one works is not another answer
            self._working = spawn("panel-login", self._agree())
        if self.login is not None:
            self.panel.copy("copy.url", self.login.url, self._say)

    def action_plain(self) -> None:
        if self.login is not None:
            self.app.push_screen(PlainText(self.login.url))

    def action_scroll_text(self, by: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def action_field(self) -> None:
        self.query_one(PasteField).focus()

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self.query_one(PasteField).take(event.text)

    def on_input_submitted(self) -> None:
        text = self.query_one(PasteField).entered.strip()
        if self.login is not None and text:
            self._say(self.panel.words("working"))
            self._working = spawn("panel-login", self._finish(self.login.id, text))

    async def _finish(self, login: str, text: str) -> None:
        """Refused: out of the field, so that `r` starts again, and another paste takes the place of this one."""
        answer = await self.panel.control.finish_login(login, text)
        if not self.is_attached:
            return
        if not isinstance(answer, Refused):
            self._done(answer.message)
            return
        self._ended_as = login
        self._say(f"{answer.sentence} {self.panel.words('login.restart')}")
        self.set_focus(None)

    def action_again(self) -> None:
        """A new sign-in in the place of this one, which is over or of no use."""
        if self.login is not None:
            self._working = spawn("panel-login", self._restart(self.login.id))
            self.login = None

    async def _restart(self, login: str) -> None:
        await self.panel.control.cancel_login(login)
        if self.is_attached:
            self.query_one(PasteField).value = ""
            self._say("")
            await self._begin()

    def action_back(self) -> None:
        """Out of the field first, then out of the sign-in."""
        if isinstance(self.focused, Input):
            self.set_focus(None)
            return
        if self.login is not None:
            self._working = spawn("panel-login", self.panel.control.cancel_login(self.login.id))
        self.dismiss(None)
