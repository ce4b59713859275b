"""The one table of the keys: what is pressed, where, what it does, and the id by which people remap it.

Bindings, key bar, help, palette and docs/keys.md are made from it (tui/key_bindings.py). The id names the text too:
`key.<id>` in words. A tab letter means its tab on every tab; modals have maps of their own.
"""

from collections.abc import Mapping

from gcli2api_tui.tui.modal_keys import MODAL_KEYS, MOVES, KeyRow

TABS = ("dashboard", "requests", "credentials", "play", "use", "logs", "options")

TABLE = (
    KeyRow("up,k", "move(-1)", "list.up"),
    KeyRow("down,j", "move(1)", "list.down"),
    *MOVES,
    KeyRow("home,g", "first", "list.first"),
    KeyRow("end,G", "last", "list.last"),
    KeyRow("enter", "open", "list.open"),
)

SORT = KeyRow("s", "sort", "list.sort")
UNMARK = KeyRow("escape", "unmark", "list.unmark")

KEYS: Mapping[str, tuple[KeyRow, ...]] = {
    "app": (
        KeyRow("d,1", "tab('dashboard')", "app.dashboard"),
        KeyRow("r,2", "tab('requests')", "app.requests"),
        KeyRow("c,3", "tab('credentials')", "app.credentials"),
        KeyRow("p,4", "tab('play')", "app.play"),
        KeyRow("u,5", "tab('use')", "app.use"),
        KeyRow("l,6", "tab('logs')", "app.logs"),
        KeyRow("o,7", "tab('options')", "app.options"),
        KeyRow("left", "turn(-1)", "app.left"),
        KeyRow("right", "turn(1)", "app.right"),
        KeyRow("a", "add", "app.add", changes=True),
        KeyRow("y", "copy", "app.copy"),
        KeyRow("v", "plain", "app.plain"),
        KeyRow("z", "zoom", "app.zoom"),
        KeyRow("w", "save_screen", "app.save"),
        KeyRow("colon,minus,ctrl+p", "palette", "app.palette"),
        KeyRow("asterisk", "private", "app.private"),
        KeyRow("question_mark", "help", "app.help"),
        KeyRow("q", "leave", "app.quit"),
        KeyRow("ctrl+q", "leave", "app.quit2", priority=True),
        KeyRow("ctrl+c", "interrupt", "app.interrupt", priority=True),
        KeyRow("ctrl+l", "repaint", "app.repaint", priority=True),
    ),
    "demo": (KeyRow("exclamation_mark", "trouble", "demo.trouble", changes=True),),
    "visit": (KeyRow("escape", "come_back", "pane.back"),),
    "table": TABLE,
    "board": (*TABLE, KeyRow("h", "try_anyway", "credentials.clear", changes=True)),
    "first_run": (
        KeyRow("enter", "go", "first_run.go", changes=True),
        KeyRow("i", "import", "first_run.import", changes=True),
        KeyRow("s", "sign_in", "first_run.sign_in", changes=True),
        KeyRow("escape", "skip", "first_run.skip"),
        KeyRow("exclamation_mark", "demo", "first_run.demo"),
    ),
    "wall": (
        KeyRow("up,k", "move(-1)", "list.up"),
        KeyRow("down,j", "move(1)", "list.down"),
        KeyRow("enter", "open", "list.open"),
        KeyRow("z", "zoom", "wall.zoom"),
    ),
    "following": (KeyRow("f", "follow", "list.follow"),),
    "exchanges": (SORT, KeyRow("m", "mark", "list.mark"), UNMARK),
    "pool": (SORT, KeyRow("m,space", "mark", "list.mark"), UNMARK),
    "text": (
        KeyRow("up,k", "scroll_by(-1)", "list.up"),
        KeyRow("down,j", "scroll_by(1)", "list.down"),
        KeyRow("pageup", "scroll_page(-1)", "list.page_up"),
        KeyRow("pagedown", "scroll_page(1)", "list.page_down"),
        KeyRow("home,g", "to_start", "list.first"),
        KeyRow("end,G", "to_end", "list.last"),
    ),
    "transcript": (KeyRow("space", "fold", "text.fold"), KeyRow("f", "follow", "list.follow")),
    "filtered": (KeyRow("slash", "filter", "pane.filter"), KeyRow("escape", "back", "pane.back")),
    "requests": (
        KeyRow("tab", "part(1)", "pane.part"),
        KeyRow("space", "fold", "text.fold"),
        KeyRow("x", "stop_answer", "requests.stop", changes=True),
        KeyRow("t", "chip(1)", "requests.chip"),
        KeyRow("w", "write", "requests.write"),
        KeyRow("e", "edit_again", "requests.edit", changes=True),
        KeyRow("b", "send_again", "requests.again", changes=True),
        KeyRow("i", "difference", "requests.difference"),
        KeyRow("h", "instances", "requests.instances"),
    ),
    "wire": (
        KeyRow("up,k", "scroll_by(-1)", "list.up"),
        KeyRow("down,j", "scroll_by(1)", "list.down"),
        KeyRow("pageup", "scroll_page(-1)", "list.page_up"),
        KeyRow("pagedown", "scroll_page(1)", "list.page_down"),
        KeyRow("left", "step(-1)", "wire.back"),
        KeyRow("right", "step(1)", "wire.step"),
        KeyRow("home,g", "edge(-1)", "list.first"),
        KeyRow("end,G", "edge(1)", "list.last"),
        KeyRow("space", "section", "wire.section"),
        KeyRow("i", "show_all", "wire.all"),
    ),
    "exchange": (
        KeyRow("tab", "part(1)", "pane.part"),
        KeyRow("shift+tab", "part(-1)", "pane.part_back"),
        KeyRow("n", "neighbour(1)", "requests.next"),
        KeyRow("b", "neighbour(-1)", "requests.before"),
    ),
    "credentials": (
        KeyRow("t", "on_off", "credentials.toggle", changes=True),
        KeyRow("x", "remove", "credentials.remove", changes=True),
        KeyRow("z", "undo", "credentials.undo", changes=True),
        KeyRow("h", "clear_cooldown", "credentials.clear", changes=True),
        KeyRow("i", "ask_google", "credentials.check", changes=True),
        KeyRow("escape", "back", "pane.back"),
        KeyRow("b", "trash", "credentials.trash"),
        KeyRow("enter", "help_row", "list.open"),
    ),
    "use": (KeyRow("tab", "part(1)", "pane.part"), KeyRow("shift+tab", "part(-1)", "pane.part_back")),
    "connect": (
        KeyRow("w", "write", "use.write", changes=True),
        KeyRow("m", "map_model", "use.map", changes=True),
        KeyRow("e", "show_code", "use.code"),
        KeyRow("s", "copy_settings", "use.settings"),
        KeyRow("z", "undo", "use.undo", changes=True),
        KeyRow("f", "copy_panel_key", "use.panel_key"),
        KeyRow("i", "show_models", "use.models"),
        KeyRow("n", "client(1)", "use.next"),
        KeyRow("b", "client(-1)", "use.back"),
        KeyRow("slash", "find", "pane.filter"),
        KeyRow("escape", "back", "pane.back"),
    ),
    "client_keys": (
        KeyRow("n", "new", "client_keys.new", changes=True),
        KeyRow("e", "edit", "client_keys.edit", changes=True),
        KeyRow("t", "on_off", "client_keys.toggle", changes=True),
        KeyRow("x", "revoke", "client_keys.revoke", changes=True),
    ),
    "logs": (KeyRow("m", "level", "logs.level"),),
    "log_line": (KeyRow("enter", "exchange", "logs.exchange"),),
    "answer": (KeyRow("space", "fold", "text.fold"),),
    "play": (
        KeyRow("e", "write", "play.write", changes=True),
        KeyRow("enter", "enter", "play.enter", changes=True),
        KeyRow("x", "stop", "play.stop", changes=True),
        KeyRow("m", "setting('model')", "play.model"),
        KeyRow("s", "setting('')", "play.settings"),
        KeyRow("t", "two", "play.two"),
        KeyRow("tab", "side(1)", "play.side"),
        KeyRow("i", "difference", "play.difference"),
        KeyRow("b", "ask_again", "play.again", changes=True),
        KeyRow("n", "anew", "play.anew"),
        KeyRow("slash", "earlier", "play.earlier"),
    ),
    "options": (
        KeyRow("e", "edit", "options.edit", changes=True),
        KeyRow("x", "default", "options.default", changes=True),
        KeyRow("z", "undo", "options.undo", changes=True),
    ),
    "usage": (
        KeyRow("n", "column(1)", "usage.next"),
        KeyRow("b", "column(-1)", "usage.back"),
        KeyRow("s", "sort", "usage.sort"),
        KeyRow("t", "days", "usage.days"),
    ),
    **MODAL_KEYS,
}
"""Where → its keys. A place is a widget, a tab or a modal; those of what has the focus and of all around it act."""

MODALS = frozenset(MODAL_KEYS)
"""Places with a map of their own: of all else only the keys with `priority` act there."""

PLAY = tuple(row.id for row in KEYS["play"] if row.id != "play.write")
BAR = (
    "pane.part",
    "text.fold",
    "wire.section",
    "requests.stop",
    "list.unmark",
    "pane.back",
    "requests.next",
    "requests.before",
    "use.map",
    "use.write",
    *PLAY,
    "app.add",
    "first_run.import",
    "first_run.sign_in",
    "first_run.skip",
    "first_run.demo",
    "credentials.undo",
    "credentials.toggle",
    "credentials.check",
    "credentials.remove",
    "credentials.clear",
    "credentials.trash",
    "models.forget",
    "options.undo",
    "options.edit",
    "options.default",
    "client_keys.new",
    "client_keys.edit",
    "client_keys.toggle",
    "client_keys.revoke",
    "usage.next",
    "usage.sort",
    "usage.days",
    "list.open",
    "logs.exchange",
    "demo.trouble",
    "use.code",
    "use.settings",
    "use.next",
    "use.panel_key",
    "pane.filter",
    "requests.instances",
    "list.mark",
    "list.sort",
    "list.follow",
    "requests.chip",
    "requests.write",
    "requests.edit",
    "requests.again",
    "requests.difference",
    "logs.level",
    "app.copy",
    "use.models",
    "app.plain",
    "app.palette",
    "wall.zoom",
    "app.zoom",
    "app.quit",
)
"""Ids that may stand in the key bar, in the order of use: first what is particular to where one is."""

MOVING = frozenset(
    {"list.up", "list.down", "list.page_up", "list.page_down", "list.first", "list.last", "app.left", "app.right"}
)
"""Ids of mere movement: last in the help, never in the bar."""
