"""Where a prompt is written: some lines that grow, which a phone can send.

Out: `Sent`, `Left`. Enter sends while the text is one line; in a text of several it begins a new line, and the word
`send` beside the field sends. What begins a new line in the first place: a paste, ctrl+j, or a \\ at the end.
"""

from textual import events
from textual.message import Message
from textual.widgets import TextArea


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
