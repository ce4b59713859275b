"""From the table of the keys (tui/key_table.py) to Textual's bindings, and to lines of the help."""

from collections.abc import Mapping

from textual.binding import Binding, BindingType
from textual.keys import _character_to_key  # Textual has no public name for it

from gcli2api_tui.messages.message import Message
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.key_rows import KeyRow
from gcli2api_tui.tui.key_table import BAR, KEYS, MOVING

SIGNS = {
    "question_mark": "?", "exclamation_mark": "!", "slash": "/", "escape": "esc", "full_stop": ".", "colon": ":",
    "minus": "-", "asterisk": "*",
    "pageup": "pgup", "pagedown": "pgdn", "left": "←", "right": "→", "up": "↑", "down": "↓",
    "ctrl+c": "^c", "ctrl+q": "^q", "ctrl+l": "^l",
}  # fmt: skip


CHANGING = frozenset(row.id for rows in KEYS.values() for row in rows if row.changes)
"""Ids of what a panel that only looks leaves out."""


def bindings(place: str) -> list[BindingType]:
    """What acts there, for BINDINGS."""
    return [_binding(row) for row in KEYS[place]]


def _binding(row: KeyRow) -> Binding:
    shown = row.id in BAR
    return Binding(row.keys, row.action, description=f"key.{row.id}", id=row.id, show=shown, priority=row.priority)


@dataclass(frozen=True, slots=True)
class Remapped:
    """Other keys that a person wants for some ids, and a sentence for each wish that cannot be met."""

    keys: Mapping[str, tuple[str, ...]]
    faults: tuple[Message, ...] = ()

    @property
    def for_textual(self) -> dict[str, str]:
        return {name: ",".join(keys) for name, keys in self.keys.items()}


AS_THEY_ARE = Remapped({})


def named(key: str) -> str:
    """`X`, `?` or `ctrl+r`, as Textual names it."""
    return _character_to_key(key) if len(key) == 1 else key.strip().lower()


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
