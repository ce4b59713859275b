"""A panel that only looks: keys that would change something are in no key bar, help or palette, and only say so.

In: the table of the keys, which says of each whether it changes something. Here is the one place that leaves them out:
what is shown of keys anywhere is made from a screen's `active_bindings`. Menus and tables ask `only_looks`.
"""

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from gcli2api_tui.tui.keys import CHANGING
from gcli2api_tui.tui.one_layout import OneLayout
from gcli2api_tui.tui.sliced_paint import SlicedPaint

if TYPE_CHECKING:
    from textual.binding import ActiveBinding


@runtime_checkable
class Looks(Protocol):
    """An app that says whether it only looks."""

    only_looks: bool


class FrontScreen(SlicedPaint, OneLayout, Screen[None]):
    """The panel's own screen: its keys as they act here. Modals do the same (tui/screens/modal.py)."""

    @property
    def active_bindings(self) -> "dict[str, ActiveBinding]":
        return acting(super().active_bindings, self.app)


def only_looks(app: App[object]) -> bool:
    """For what no key stands for: the entries of a menu, the rows of a table."""
    return isinstance(app, Looks) and app.only_looks


def acting(active: "dict[str, ActiveBinding]", app: App[object]) -> "dict[str, ActiveBinding]":
    if not only_looks(app):
        return active
    return {key: entry for key, entry in active.items() if entry.binding.id not in CHANGING}


def changes(node: DOMNode | None, action: Any) -> bool:
    """Whether the action that a key of this widget stands for is one that changes something."""
    rows = (row for kind in type(node).__mro__ for row in kind.__dict__.get("BINDINGS", ()))
    return any(isinstance(row, Binding) and row.action == action and row.id in CHANGING for row in rows)
