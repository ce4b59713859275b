"""How keys are declared: `key(keys, action, id)`. The id names the text (`key.<id>` in words) and the remapping.

`ORDER` is what the key bar shows first when there is little room. No key is bound without an id.
"""

from dataclasses import dataclass

from textual.binding import Binding

ORDER = (
    "pane.part", "text.fold", "requests.stop", "pane.back", "requests.next", "requests.before",
    "app.add", "credentials.undo", "credentials.toggle", "credentials.check", "credentials.remove",
    "credentials.clear", "models.forget", "list.open", "use.code", "use.settings", "use.next",
    "use.panel_key", "pane.filter", "list.follow", "logs.level", "app.copy", "use.models", "app.plain", "app.quit",
)  # fmt: skip
"""Ids that may stand in the bar, in the order of use: first what is particular to where one is."""

MOVES = frozenset(
    {"list.up", "list.down", "list.page_up", "list.page_down", "list.first", "list.last", "app.left", "app.right"}
)

SIGNS = {
    "question_mark": "?", "slash": "/", "escape": "esc", "full_stop": ".", "colon": ":", "pageup": "pgup",
    "pagedown": "pgdn", "left": "←", "right": "→", "up": "↑", "down": "↓", "ctrl+c": "^c", "ctrl+q": "^q",
}  # fmt: skip


def key(keys: str, action: str, name: str, *, priority: bool = False) -> Binding:
    return Binding(keys, action, description=f"key.{name}", id=name, show=name in ORDER, priority=priority)


def sign(name: str) -> str:
    """What stands on the key."""
    return SIGNS.get(name, name)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the help: what does one thing, and how it is named."""

    keys: tuple[str, ...]
    name: str


def grouped(bindings: list[tuple[str, str, str]]) -> list[Entry]:
    """(key, id, action) of all that acts, as lines: own verbs first, then the app's, movement last."""
    names: dict[str, str] = {}
    keys: dict[str, list[str]] = {}
    for pressed, name, action in bindings:
        if name:
            names.setdefault(action, name)
            keys.setdefault(action, []).append(pressed)
    entries = [Entry(tuple(pressed), names[action]) for action, pressed in keys.items()]
    return sorted(entries, key=lambda entry: _rank(entry.name))


def _rank(name: str) -> tuple[int, int]:
    group = 2 if name in MOVES else 1 if name.startswith("app.") else 0
    return group, ORDER.index(name) if name in ORDER else len(ORDER)


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
