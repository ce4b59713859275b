"""What stands in front of the tabs for a moment. In: how it looks, snapshots, answers; out: messages and its result."""

from typing import TypeVar

from textual.screen import ModalScreen

from gcli2api_tui.ledger.records import Snapshot
from gcli2api_tui.tui.paint.look import Look

Result = TypeVar("Result")


class Modal(ModalScreen[Result]):
    """`dismiss(result)` tells whoever opened it what came of it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look

    def update_from(self, snapshot: Snapshot) -> None:
        """The newest snapshot, while it is in front; most need none."""
