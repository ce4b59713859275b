"""From the table of the keys (tui/key_table.py) to Textual's bindings, lines of the help, and the page of all keys."""

from collections.abc import Callable, Mapping

from textual.binding import Binding, BindingType
from textual.keys import _character_to_key  # Textual has no public name for it

from gcli2api_tui.messages.message import Message
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.key_table import BAR, KEYS, MODALS, MOVING
from gcli2api_tui.tui.modal_keys import KeyRow

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


PAGE_HEAD = """# Keys

Every key of the panel, made by `gcli2api-tui keymap` from the one table that the panel itself is made from
(`gcli2api_tui/tui/key_table.py`). `?` shows those that act where you are, `:` everything by name; typing filters both.

Any of them can be another one: `keys.toml` beside `config.toml` takes lines of an id and its keys, one or a list.

```toml
"requests.stop" = "X"
"list.down" = ["down", "n"]
"app.palette" = ["colon", "ctrl+k"]
```

A line that names no id, or a key that means something else where both would act, is told at the start and left out; the
rest holds. A key is written as its sign (`X`, `?`, `:`) or by its name (`space`, `escape`, `ctrl+r`, `pageup`, `f5`).
Key bar, help, palette and `gcli2api-tui keymap` show the keys as they are then.
"""


def keys_page(remapped: Mapping[str, tuple[str, ...]], words: Callable[[str], str]) -> str:
    """Markdown, as docs/keys.md has it in English without keys.toml (`gcli2api-tui keymap`)."""
    blocks = [PAGE_HEAD, "## On every tab", _table("app", remapped, words)]
    blocks.append("## In lists, texts and tabs")
    for place in KEYS:
        if place != "app" and place not in MODALS and KEYS[place]:
            blocks += [f"### {place.replace('_', ' ').capitalize()}", _table(place, remapped, words)]
    blocks.append("## In front of the tabs")
    for place in sorted(MODALS & KEYS.keys(), key=list(KEYS).index):
        blocks += [f"### {place.replace('_', ' ').capitalize()}", _table(place, remapped, words)]
    return "\n\n".join(block.rstrip("\n") for block in blocks) + "\n"


def _table(place: str, remapped: Mapping[str, tuple[str, ...]], words: Callable[[str], str]) -> str:
    rows = ["| keys | what it does | id |", "|---|---|---|"]
    for row in KEYS[place]:
        keys = " ".join(f"`{sign(key)}`" for key in remapped.get(row.id, _keys(row)))
        rows.append(f"| {keys} | {words(f'key.{row.id}')} | `{row.id}` |")
    return "\n".join(rows)


def _keys(row: KeyRow) -> tuple[str, ...]:
    return tuple(row.keys.split(","))
