"""The message row: what was done, refused or went wrong, for some seconds.

In: `say`. Out: `Gone`.
"""

from typing import ClassVar

from textual.geometry import Size
from textual.message import Message
from textual.timer import Timer

from gcli2api_tui.tui.line_widget import LineWidget
from gcli2api_tui.tui.paint.cells import Line, Tone, plain, spread
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.paint.wrap import wrap


class MessageRow(LineWidget):
    """What was done, refused or went wrong; as many lines as it needs, up to three, gone after some seconds."""

    SHOWN_S: ClassVar[float] = 8.0
    MOST: ClassVar[int] = 3

    class Gone(Message):
        """Its time is over: nothing stands there now."""

        def __init__(self, row: "MessageRow") -> None:
            super().__init__()
            self.row = row

        @property
        def control(self) -> "MessageRow":
            return self.row

    def __init__(self, look: Look, *, id: str) -> None:  # noqa: A002
        super().__init__(look, id=id)
        self.text = ""
        self.mood: Tone = "plain"
        self._going: Timer | None = None

    def say(self, text: str, tone: Tone) -> None:
        self.text, self.mood = text, tone
        self.set_class(bool(text), "-shown")
        self.refresh(layout=True)
        self.repaint()
        if self._going is not None:
            self._going.stop()
        self._going = self.set_timer(self.SHOWN_S, self.expire) if text else None

    def expire(self) -> None:
        self.say("", "plain")
        self.post_message(self.Gone(self))

    def lines(self, width: int, height: int) -> list[Line]:
        pieces = wrap(plain(self.text), width)
        if len(pieces) > self.MOST:
            pieces = [*pieces[: self.MOST - 1], "".join(pieces[self.MOST - 1 :])]
        return [spread(((piece, self.mood),), (), width) for piece in pieces]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(self.lines(width, self.MOST)))
