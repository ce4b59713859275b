"""What stands in front of the tabs for a moment. In: how it looks, snapshots, answers; out: messages and its result."""

from typing import TYPE_CHECKING, TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

from gcli2api_tui.ledger.snapshot import Snapshot
from gcli2api_tui.tui.one_layout import OneLayout
from gcli2api_tui.tui.paint.look import Look
from gcli2api_tui.tui.read_only import acting
from gcli2api_tui.tui.sliced_paint import SlicedPaint

if TYPE_CHECKING:
    from textual.binding import ActiveBinding

Result = TypeVar("Result")


class Modal(SlicedPaint, OneLayout, ModalScreen[Result]):
    """`dismiss(result)` tells whoever opened it what came of it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._gone = False

    @property
    def active_bindings(self) -> "dict[str, ActiveBinding]":
        return acting(super().active_bindings, self.app)

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Once: of two keys that come together the second meets a window that is gone already."""
        if self._gone:
            return AwaitComplete()
        self._gone = True
        return super().dismiss(result)

    def update_from(self, snapshot: Snapshot) -> None:
        """The newest snapshot, while it is in front; most need none."""
