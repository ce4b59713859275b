"""A row of the table of the keys: what is pressed, what it does, and the id by which people remap it."""

from gcli2api_tui.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class KeyRow:
    """`keys` as Textual names them, with commas between; `priority` acts in modals and fields too.

    What `changes` something of the server, or uses a request, is left out of a panel that only looks.
    """

    keys: str
    action: str
    id: str
    priority: bool = False
    changes: bool = False


MOVES = (KeyRow("pageup", "page(-1)", "list.page_up"), KeyRow("pagedown", "page(1)", "list.page_down"))
