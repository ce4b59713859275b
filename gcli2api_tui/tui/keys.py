"""From the table of the keys (tui/key_table.py) to Textual's bindings, and to lines of the help."""

from dataclasses import dataclass

from textual.binding import Binding, BindingType

from gcli2api_tui.tui.key_table import BAR, KEYS, MOVING, KeyRow

SIGNS = {
    "question_mark": "?", "exclamation_mark": "!", "slash": "/", "escape": "esc", "full_stop": ".", "colon": ":",
    "pageup": "pgup", "pagedown": "pgdn", "left": "←", "right": "→", "up": "↑", "down": "↓",
    "ctrl+c": "^c", "ctrl+q": "^q", "ctrl+l": "^l",
}  # fmt: skip


def bindings(place: str) -> list[BindingType]:
    """What acts there, for BINDINGS."""
    return [_binding(row) for row in KEYS[place]]


def _binding(row: KeyRow) -> Binding:
    shown = row.id in BAR
    return Binding(row.keys, row.action, description=f"key.{row.id}", id=row.id, show=shown, priority=row.priority)


def sign(name: str) -> str:
    """What stands on the key."""
    return SIGNS.get(name, name)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the help: what does one thing, and how it is named."""

    keys: tuple[str, ...]
    name: str


def grouped(acting: list[tuple[str, str, str]]) -> list[Entry]:
    """(key, id, action) of all that acts, as lines: own verbs first, then the app's, movement last."""
    names: dict[str, str] = {}
    keys: dict[str, list[str]] = {}
    for pressed, name, action in acting:
        if name:
            names.setdefault(action, name)
            keys.setdefault(action, []).append(pressed)
    entries = [Entry(tuple(pressed), names[action]) for action, pressed in keys.items()]
    return sorted(entries, key=lambda entry: _rank(entry.name))


def _rank(name: str) -> tuple[int, int]:
    group = 2 if name in MOVING else 1 if name.startswith("app.") else 0
    return group, BAR.index(name) if name in BAR else len(BAR)
