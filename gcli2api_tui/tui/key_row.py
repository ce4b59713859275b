"""A row of the table of the keys (tui/key_table.py, tui/modal_keys.py)."""

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
