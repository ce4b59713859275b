"""Between the panel and the terminal's driver: apart from the driver, which Windows cannot import."""

from typing import Protocol, cast, runtime_checkable

from textual.message import Message


@runtime_checkable
class Forgets(Protocol):
    """A driver that sends only what changed, and can be told that it does not know what the terminal shows."""

    def forget(self) -> None: ...


class Notifies(Protocol):
    """A driver that sends more than frames: a bell, a notification, a title."""

    def tell(self, sequence: str) -> None: ...

    def tell_title(self, sequence: str) -> None: ...


def notifier(driver: object) -> Notifies | None:
    """The driver, if it is one of those. Asked of this one: `isinstance` would remember the answer for its class."""
    return cast(Notifies, driver) if hasattr(driver, "tell") and hasattr(driver, "tell_title") else None


class Redraws(Protocol):
    """A driver that can put ASCII in place of the signs that the toolkit draws."""

    ascii_only: bool


def redrawing(driver: object) -> Redraws | None:
    return cast(Redraws, driver) if hasattr(driver, "ascii_only") else None


class TerminalLost(Message):
    """Nobody sees the screen any more."""


class TerminalBehind(Message):
    """The terminal reads again after it did not for `seconds`; frames were dropped, and all is painted anew."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds
