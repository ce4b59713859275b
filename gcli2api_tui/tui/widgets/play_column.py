"""One side of Play on the screen: what it is asked with, the conversation, how its answer stands; and the prompt.

In: `show`, with what there is to choose from. Out: `Tapped`, a setting by its name; of the prompt `Sent` and `Left`.
The side itself is the pane's.
"""

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message
from textual.widgets import TextArea

from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.paint import play
from gcli2api_tui.tui.paint.cells import Line, width_of
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.play_state import AskReads, Side
from gcli2api_tui.tui.widgets.conversation_view import AnswerView
from gcli2api_tui.tui.widgets.line_widgets import LineWidget, TappableLine


class Form(TappableLine):
    """The settings that are not as usual, and the model."""

    side: Side | None = None
    known = play.Known()
    letter = ""

    def pieces(self, width: int) -> list[tuple[str, Line]]:
        if self.side is None:
            return []
        raw = self.side.raw is not None
        return play.form(self.side.question, self.known, width, self.look, letter=self.letter, raw=raw)


class Stands(LineWidget):
    """How the newest answer stands."""

    snapshot: Snapshot | None = None
    side: Side | None = None

    def lines(self, width: int, height: int) -> list[Line]:
        last = self.side.last if self.side else None
        row = last.row if last else None
        rows = self.snapshot.exchanges if self.snapshot else ()
        number = row.exchange if row else None
        exchange = next((one for one in reversed(rows) if one.id == number), None) if number else None
        return [play.figures(row, exchange, width, self.look)]


class Buttons(TappableLine):
    """What a phone taps: send, and what goes with the prompt."""

    NAMES = ("send", "settings", "two", "anew")
    _typing = False

    def show(self, look: Look, *, typing: bool) -> None:
        self.look, self._typing = look, typing
        self.repaint()

    def pieces(self, width: int) -> list[tuple[str, Line]]:
        word = self.look.words
        shown = [(name, _button(word(f"play.{name}"), strong=name == "send")) for name in self.NAMES]
        hint: Line = ((word("play.typing" if self._typing else "play.keys"), "dim"),)
        fits = sum(width_of(piece) for _, piece in shown) + width_of(hint) <= width
        return [*shown, ("", hint if fits else ())]


def _button(text: str, *, strong: bool) -> Line:
    return ((f" {text} ", "chip" if strong else "key"), (" ", "plain"))


class Column(Container):
    class Tapped(Message):
        """A setting is to be changed; "" for all, None where the side was tapped elsewhere."""

        def __init__(self, column: "Column", setting: str | None) -> None:
            super().__init__()
            self.column, self.setting = column, setting

    def __init__(self, look: Look, side: Side, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.look, self.side = look, side

    def compose(self) -> ComposeResult:
        yield Form(self.look, classes="play-form")
        yield AnswerView(self.look, classes="play-answer")
        yield Stands(self.look, classes="play-stands")

    @property
    def view(self) -> AnswerView:
        return self.query_one(AnswerView)

    def show(self, snapshot: Snapshot, known: play.Known, look: Look, letter: str, reads: AskReads) -> None:
        self.look = look
        form, stands = self.query_one(Form), self.query_one(Stands)
        form.side, form.known, form.letter, form.look = self.side, known, letter, look
        form.repaint()
        word = look.words
        self.view.empty = (word("play.empty"), "", word("play.empty_how"), word("play.empty_two"))
        self.view.show(self.side, reads.row, reads.text, look.now)
        stands.side, stands.snapshot, stands.look = self.side, snapshot, look
        stands.repaint()

    def on_click(self) -> None:
        self.post_message(self.Tapped(self, None))

    @on(TappableLine.Tapped)
    def tapped(self, event: TappableLine.Tapped) -> None:
        event.stop()
        self.post_message(self.Tapped(self, event.name if event.name in play.SETTINGS else ""))


class PromptField(TextArea):
    several = False
    """Enter begins a new line, whatever stands there: JSON is edited."""

    class Sent(Message):
        """Send it."""

    class Left(Message):
        """Letters are keys again."""

    def __init__(self, *, id: str, placeholder: str) -> None:  # noqa: A002
        super().__init__(id=id, compact=True, placeholder=placeholder, soft_wrap=True, tab_behavior="focus")
        self.cursor_blink = False
        self.can_focus = False

    def enter(self) -> None:
        """Only now: a field that could be reached by chance would swallow the letters."""
        self.can_focus = True
        self.focus()

    def leave(self) -> None:
        self.can_focus = False
        self.post_message(self.Left())

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop().prevent_default()
            self.leave()
            return
        if event.key == "ctrl+j":
            event.stop().prevent_default()
            self.insert("\n")
            return
        if event.key == "enter" and not self.several and self._enter_sends():
            event.stop().prevent_default()
            self.post_message(self.Sent())
            return
        await super()._on_key(event)

    def _enter_sends(self) -> bool:
        if self.document.line_count > 1:
            return False
        if self.text.endswith("\\"):
            self.load_text(self.text[:-1])
            self.move_cursor(self.document.end)
            return False
        return True
