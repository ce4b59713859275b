"""A row of the table of the keys, and the rows of the modals, which have a map of their own (tui/key_table.py)."""

from collections.abc import Mapping

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
MODAL_KEYS: Mapping[str, tuple[KeyRow, ...]] = {
    "trouble": (
        *(KeyRow(str(n), f"make({n - 1})", f"trouble.make{n}") for n in range(1, 10)),
        KeyRow("t", "make(9)", "trouble.fast"),
        KeyRow("0", "make(10)", "trouble.well"),
        KeyRow("escape", "close", "trouble.close"),
    ),
    "menu": (
        *(KeyRow(str(number), f"pick({number})", f"menu.{number}") for number in range(1, 10)),
        KeyRow("up,k", "move(-1)", "list.up"),
        KeyRow("down,j", "move(1)", "list.down"),
        KeyRow("enter", "enter", "menu.enter"),
        KeyRow("escape,q", "close", "pane.back"),
    ),
    "difference": (
        KeyRow("y", "answer(True)", "confirm.yes"),
        KeyRow("n,enter,escape,q", "answer(False)", "confirm.no"),
    ),
    "trash": (KeyRow("escape,q", "close", "pane.back"),),
    "models": (
        KeyRow("x", "forget", "models.forget", changes=True),
        KeyRow("tab", "turn", "pane.part"),
        KeyRow("escape,q", "close", "pane.back"),
    ),
    "confirm": (
        KeyRow("y", "answer(True)", "confirm.yes"),
        KeyRow("n,enter,escape", "answer(False)", "confirm.no"),
    ),
    "quit": (
        KeyRow("1,enter", "answer('keep-serving')", "quit.keep"),
        KeyRow("2", "answer('stop')", "quit.stop", changes=True),
        KeyRow("3,escape,q", "answer('')", "quit.back"),
    ),
    "add": (
        KeyRow("1", "way('key')", "add.key"),
        KeyRow("2", "way('login')", "add.login"),
        KeyRow("3", "way('path')", "add.path"),
        KeyRow("4", "way('json')", "add.json"),
        KeyRow("5", "way('demo')", "add.demo"),
        KeyRow("escape", "close", "add.close"),
    ),
    "paste": (KeyRow("escape", "close", "paste.close"),),
    "new_key": (
        KeyRow("y", "copy", "app.copy"),
        KeyRow("e", "code", "use.code"),
        KeyRow("escape", "close", "pane.back"),
    ),
    "changes": (KeyRow("escape,q", "close", "pane.back"),),
    "help": (
        KeyRow("escape", "close", "help.close"),
        KeyRow("up", "move(-1)", "list.up"),
        KeyRow("down", "move(1)", "list.down"),
        *MOVES,
    ),
    "login": (
        KeyRow("y", "yes", "app.copy"),
        KeyRow("e", "code", "use.code"),
        KeyRow("v", "plain", "app.plain"),
        KeyRow("r", "again", "login.again"),
        KeyRow("enter,tab", "field", "login.field"),
        KeyRow("up,k", "scroll_text(-1)", "list.up"),
        KeyRow("down,j", "scroll_text(1)", "list.down"),
        KeyRow("escape", "back", "pane.back"),
    ),
}
