"""What all tabs share: a snapshot in while they are visible, the widget that takes the focus, one step back.

In: `update_from`, and what a tab reads on demand, as functions. Out: messages (tui/app_messages.py, or the tab's own).
No tab knows an app: any can be mounted alone.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypedDict

from textual.containers import Container
from textual.widget import Widget

from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.app_messages import Command, Copy, Say
from gcli2api_tui.tui.paint.cells import Tone
from gcli2api_tui.tui.paint.look import Look

if TYPE_CHECKING:
    from gcli2api_tui.tui.play_state import Sides

NOTHING = Snapshot(revision=0, at=0.0)


class Kept(TypedDict, total=False):
    """What a person had set in a tab, whichever of it that tab has."""

    filter: str
    opened: str
    part: str
    client: str
    setting: str
    sides: "Sides"
    earlier: list[str]
    typed: str


class Pane(Container):
    """One tab."""

    idle_keys: frozenset[str] = frozenset()
    """Ids of keys that would only say why they do nothing: they are not in the key bar."""

    def __init__(self, look: Look, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.look = look
        self.snapshot = NOTHING

    def update_from(self, snapshot: Snapshot) -> None:
        for _ in self.showing(snapshot):
            pass

    def showing(self, snapshot: Snapshot) -> Iterator[None]:
        """The same in steps, none of which takes long; each leaves a part of the tab as it is to be."""
        self.take(snapshot)
        yield from self.again_in_steps()

    def again_in_steps(self) -> Iterator[None]:
        self.again()
        yield

    def take(self, snapshot: Snapshot) -> None:
        """Know it, and paint nothing: a tab that is not open is asked for its commands only."""
        self.snapshot, self.look = snapshot, self.look.at(snapshot.at)

    def commands(self) -> Iterable[Command]:
        """What can be done here by name, beside what keys do."""
        return ()

    def again(self) -> None:
        """Show the last snapshot, now perhaps by another filter or selection."""
        raise NotImplementedError

    def first(self) -> Widget:
        """What has the focus when the tab opens; never an Input."""
        raise NotImplementedError

    def say(self, key: str, tone: Tone = "dim", **values: object) -> None:
        self.post_message(Say(self.look.words(key, **values), tone))

    def empty(self, key: str, **values: object) -> str:
        """Why there are no rows; while the server is not there yet, that."""
        return self.look.words(f"status.{self.snapshot.starting}" if self.snapshot.starting else key, **values)

    def kept(self) -> Kept:
        """What a person set here, for the tab that takes this one's place in another language."""
        return {}

    def take_up(self, kept: Kept) -> None:
        """As `kept` of the tab that stood here before."""

    def message_gone(self) -> None:
        """The message row says nothing any more: what it offered can no longer be had."""

    def copy(self) -> None:
        """What `y` does here."""
        self.post_message(Copy(*self.copy_text()))

    def copy_text(self) -> tuple[str, str]:
        """(what it is, the text) for `y`."""
        return "copy.url", f"{self.snapshot.server.url}/v1"

    def plain_text(self) -> str:
        """The text for `v`."""
        return self.copy_text()[1]
