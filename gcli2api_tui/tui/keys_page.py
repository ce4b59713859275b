"""The page of all keys (docs/keys.md, `gcli2api-tui keymap`): the one table, with what keys.toml changes in it. Pure.

In: the remapped keys and the words. Out: Markdown. The page of the documents is this one in English without keys.toml.
"""

from collections.abc import Callable, Mapping

from gcli2api_tui.tui.key_bindings import sign
from gcli2api_tui.tui.key_rows import KeyRow
from gcli2api_tui.tui.key_table import KEYS, MODALS

HEAD = """# Keys

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


def page(remapped: Mapping[str, tuple[str, ...]], words: Callable[[str], str]) -> str:
    blocks = [HEAD, "## On every tab", _table("app", remapped, words)]
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
