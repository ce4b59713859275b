"""An Input that keeps all lines of what was pasted, which Textual's own cuts after the first."""

from textual import events
from textual.widgets import Input

from gcli2api_tui.tui.paint.cells import plain


class PasteField(Input):
    """`entered` is what a person pasted or typed; `take` puts a text in as if it had been pasted alone."""

    whole = ""

    def take(self, text: str) -> None:
        self.value = ""
        self._put(text)
        self.focus()

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self._put(event.text)

    def _put(self, text: str) -> None:
        self.whole = text
        self.insert_text_at_cursor(_flat(text))

    @property
    def entered(self) -> str:
        """The pasted text with its line breaks, if nothing else was typed."""
        return self.whole if self.whole and _flat(self.whole) == self.value else self.value


def _flat(text: str) -> str:
    return plain(" ".join(text.splitlines()).strip())
