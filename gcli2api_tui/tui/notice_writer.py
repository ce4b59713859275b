"""The part of a driver that sends what is for the person and not for the screen: a bell, a notification, a title.

In: whole control sequences. Out: they go the way of the frames, between two of them. While the terminal does not read
they are dropped, because they would only pile up; the title that stood before comes back at the end.
"""

from typing import Protocol

from gcli2api_tui.tui.terminal_notices import POP_TITLE, PUSH_TITLE


class Sink(Protocol):
    @property
    def behind(self) -> bool: ...

    def put(self, text: str, *, keep: bool = False) -> None: ...


class NoticeWriter:
    """Mixed into a driver."""

    outlet: Sink | None
    _titled = False

    def tell(self, sequence: str) -> None:
        if self.outlet is not None and not self.outlet.behind:
            self.outlet.put(sequence)

    def tell_title(self, sequence: str) -> None:
        if not self._titled:
            self._titled = True
            self.tell(PUSH_TITLE)
        self.tell(sequence)

    def take_title_back(self) -> None:
        if self._titled and self.outlet is not None:
            self._titled = False
            self.outlet.put(POP_TITLE)
