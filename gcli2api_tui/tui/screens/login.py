"""Sign in with Google: the notice, the address, how the way back goes, and the paste-back field, all on one screen.

In: `show_notice`, `show_login`, `refused`, `signed_in`, and snapshots, at which it asks how the sign-in stands. Out:
`Opened`, `Agreed`, `Pasted`, `Again`; tui/verbs/credential_verbs.py answers them. The notice on Google's terms stays in
sight; before a person's first sign-in nothing begins until it is answered.
"""

from collections.abc import Callable
from typing import ClassVar, Literal

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Input, Static

from gcli2api_tui.control.verb_results import Login, LoginStatus, Notice
from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.app_messages import Copy
from gcli2api_tui.tui.base_screens import Modal
from gcli2api_tui.tui.key_bindings import bindings
from gcli2api_tui.tui.paint.cells import plain
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.short_text import countdown
from gcli2api_tui.tui.screens.add import PasteField
from gcli2api_tui.tui.screens.shown_text import PlainText, QrCode


class SignIn(Modal[str]):
    """The result is what came of it, or empty when a person left.

    The letters act while the field is not focused; it is reached with Tab or a tap, Esc leaves it. A paste lands in the
    field wherever the focus is. A text that Google or we refuse leaves the sign-in as it is.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings("login")
    AUTO_FOCUS = ""

    login: Login | None = None
    """The sign-in that waits for the person."""

    class _OfScreen(Message):
        def __init__(self, screen: "SignIn") -> None:
            super().__init__()
            self.screen = screen

    class Opened(_OfScreen):
        """It waits for `show_notice`."""

    class Agreed(_OfScreen):
        """The notice was read."""

    class Again(_OfScreen):
        """A new sign-in in the place of `login`, which is over or of no use."""

        def __init__(self, screen: "SignIn", login: Login) -> None:
            super().__init__(screen)
            self.login = login

    class Pasted(_OfScreen):
        """The address or the code that Google gave."""

        def __init__(self, screen: "SignIn", login: Login, text: str) -> None:
            super().__init__(screen)
            self.login, self.text = login, text

    def __init__(self, look: Look, status: Callable[[str], LoginStatus], why: str = "") -> None:
        """`status` tells how a sign-in stands; `why` this one begins, where it is not because a person asked for it."""
        super().__init__(look)
        self._status, self._why = status, why
        self._due = False
        self._over = False
        self._ended_as = ""

    def compose(self) -> ComposeResult:
        words = self.look.words
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
        self.say(self._why)
        self.post_message(self.Opened(self))

    # Data in

    def show_notice(self, notice: Notice) -> None:
        """What is true about Google's terms. While it is due, `y` answers it."""
        words, self._due = self.look.words, notice.due
        self.set_class(notice.due, "-reading")
        self._put("terms", words(f"login.terms.{notice.text.replace(' ', '_')}"))
        self._put("keys", words("login.read" if notice.due else "login.keys"))
        if not notice.due:
            self._put("steps", words("login.starting"))

    def show_login(self, login: Login) -> None:
        self.login, self._ended_as = login, ""
        self._put("address", plain(login.url), overflow="fold")
        self._put("how", "\n".join(self._how(login)))
        self._put("keys", self.look.words("login.keys_code" if login.short_url else "login.keys"))
        self.refresh_bindings()
        self._show_status(login)

    def _how(self, login: Login) -> list[str]:
        words = self.look.words
        lines = [words("login.open"), words("login.allow"), f"{words('login.far')} {words('login.paste')}"]
        if login.short_url:
            lines.append(words("login.phone", url=plain(login.short_url)))
        return [*lines, words("login.ssh", line=plain(login.ssh_hint))] if login.ssh_hint else lines

    def update_from(self, snapshot: Snapshot) -> None:
        self.look = self.look.at(snapshot.at)
        if self.login is not None and not self._over:
            self._show_status(self.login)

    def _show_status(self, login: Login) -> None:
        status = self._status(login.id)
        self._put("steps", "\n".join(self._steps(status, countdown(login.expires_at - self.look.now))))
        if status.phase in ("failed", "expired") and self._ended_as != login.id:
            self._ended_as = login.id
            self.say(f"{self.look.words.said(status.message)} {self.look.words('login.restart')}")
        if status.phase == "done":
            self.signed_in(status.message)

    def _steps(self, status: LoginStatus, left: str) -> list[str]:
        marks = {True: "✓", False: "✕", None: "·"}
        lines = [f"{marks[ok]} {self.look.said(text)}" for text, ok in status.steps]
        return [*lines, self.look.words("login.left", span=left)] if status.phase == "waiting" else lines

    def signed_in(self, message: str) -> None:
        if not self._over and self.is_attached:
            self._over = True
            self.dismiss(message or self.look.words("login.done"))

    def refused(self, login: Login, sentence: str) -> None:
        """Out of the field, so that `r` starts again, and another paste takes the place of this one."""
        self._ended_as = login.id
        self.say(f"{self.look.words.said(sentence)} {self.look.words('login.restart')}")
        self.set_focus(None)

    def restarted(self) -> None:
        self.query_one(PasteField).value = ""
        self.say("")
        self._put("steps", self.look.words("login.starting"))

    def say(self, text: str) -> None:
        self._put("answer", self.look.said(text), style="bold")

    def _put(self, place: str, text: str, *, style: str = "", overflow: Literal["fold"] | None = None) -> None:
        for one in self.query(f"#{place}").results(Static):  # none any more while the app is taken down
            one.update(Text(text, style=style, overflow=overflow))

    # What a person does

    def action_yes(self) -> None:
        """The answer to the notice, and afterwards the address."""
        if self._due:
            self._due = False  # a second press while this one works is not another answer
            self.post_message(self.Agreed(self))
        elif self.login is not None:
            self.post_message(Copy("copy.url", self.login.url, self.say))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A code is for another device: there is none where only this machine reaches the server."""
        return action != "code" or (self.login is not None and bool(self.login.short_url))

    def action_code(self) -> None:
        if self.login is not None:
            self.app.push_screen(QrCode(self.look, self.login.short_url, self.look.words("login.code")))

    def action_plain(self) -> None:
        if self.login is not None:
            self.app.push_screen(PlainText(self.look, self.login.url))

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
            self.say(self.look.words("working"))
            self.post_message(self.Pasted(self, self.login, text))

    def action_again(self) -> None:
        if self.login is not None:
            login, self.login = self.login, None
            self.post_message(self.Again(self, login))

    def action_back(self) -> None:
        """Out of the field first, then out of the sign-in."""
        if isinstance(self.focused, Input):
            self.set_focus(None)
        else:
            self.dismiss("")
