"""How keys are declared: `key(keys, action, id)`. The id names the text (`key.<id>` in words) and the remapping.

`ORDER` is what the key bar shows first when there is little room. No key is bound without an id.
"""

from textual.binding import Binding

ORDER = (
    "pane.part", "text.fold", "requests.stop", "pane.back", "app.add", "credentials.undo", "credentials.toggle",
    "credentials.check", "credentials.remove", "credentials.clear", "list.open", "use.code", "use.settings", "use.next",
    "use.panel_key", "pane.filter", "list.follow", "logs.level", "requests.before",
    "requests.next", "app.copy", "app.plain", "app.quit",
)  # fmt: skip
"""Ids that may stand in the bar, in the order of use: first what is particular to where one is."""

SIGNS = {
    "question_mark": "?", "slash": "/", "escape": "esc", "full_stop": ".", "colon": ":", "pageup": "pgup",
    "pagedown": "pgdn", "left": "←", "right": "→", "up": "↑", "down": "↓", "ctrl+c": "^c", "ctrl+q": "^q",
}  # fmt: skip


def key(keys: str, action: str, name: str, *, priority: bool = False) -> Binding:
    return Binding(keys, action, description=f"key.{name}", id=name, show=name in ORDER, priority=priority)


def sign(name: str) -> str:
    """What stands on the key."""
    return SIGNS.get(name, name)


TABS = ("dashboard", "requests", "credentials", "use", "logs")

GLOBAL: tuple[Binding, ...] = (
    key("d", "tab('dashboard')", "app.dashboard"),
    key("r", "tab('requests')", "app.requests"),
    key("c", "tab('credentials')", "app.credentials"),
    key("u", "tab('use')", "app.use"),
    key("l", "tab('logs')", "app.logs"),
    *(key(str(n), f"tab('{name}')", f"app.tab{n}") for n, name in enumerate(TABS, 1)),
    key("left", "turn(-1)", "app.left"),
    key("right", "turn(1)", "app.right"),
    key("a", "add", "app.add"),
    key("y", "copy", "app.copy"),
    key("v", "plain", "app.plain"),
    key("question_mark", "help", "app.help"),
    key("q", "leave", "app.quit"),
    key("ctrl+q", "leave", "app.quit2", priority=True),
    key("ctrl+c", "interrupt", "app.interrupt", priority=True),
)
"""Everywhere but in modals; Ctrl+C and Ctrl+Q there as well."""
