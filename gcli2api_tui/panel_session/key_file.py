"""keys.toml: other keys for what the table of keys names. `"requests.stop" = "X"`, or several in a list.

In: the file's text. Out: what holds, and a sentence for each line that does not. Nothing in it stops a start: a line
that names no action, no key, or a key that means something else where it would act, is left out and said.
"""

import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from gcli2api_tui.messages.message import Message, say
from gcli2api_tui.tui.key_bindings import Remapped, named
from gcli2api_tui.tui.key_table import KEYS, MODALS
from gcli2api_tui.tui.modal_keys import KeyRow

Keymap = Mapping[str, tuple[str, ...]]
"""Id → the keys, as Textual names them."""


def remapped(text: str) -> Remapped:
    try:
        given = dict(_flat(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        return Remapped({}, (say("keys.unreadable", why=str(error)),))
    wanted: dict[str, tuple[str, ...]] = {}
    faults: list[Message] = []
    for name, value in given.items():
        keys = _keys(value)
        if name not in _IDS:
            near = get_close_matches(name, _IDS, 1, 0.0)
            faults.append(say("keys.unknown", id=name, near=near[0] if near else ""))
        elif keys is None:
            faults.append(say("keys.no_key", id=name))
        else:
            wanted[name] = keys
    while clash := _clash(wanted):
        mine, key, other = clash
        del wanted[mine]
        faults.append(say("keys.clash", id=mine, key=key, other=other))
    return Remapped(wanted, tuple(faults))


_IDS = sorted({row.id for rows in KEYS.values() for row in rows})


def _flat(table: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    """`requests.stop` without quotes is a table to TOML, and means the same."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _keys(value: object) -> tuple[str, ...] | None:
    """None for what is no key: `"X"`, `"?"`, `"ctrl+r"`, `["x", "X"]`."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not value or not all(isinstance(one, str) and one.strip() for one in value):
        return None
    return tuple(map(named, value))


def _clash(wanted: Keymap) -> tuple[str, str, str] | None:
    """(the remapped id, the key, what else it means where both act), of the first one."""
    for name, keys in wanted.items():
        places = [place for place, rows in KEYS.items() if any(row.id == name for row in rows)]
        for place in places:
            for row in _meeting(place):
                both = set(keys) & set(wanted.get(row.id, _defaults(row.id))) - _shared(name, row.id)
                if row.id != name and both:
                    return name, min(both), row.id
    return None


def _shared(one: str, other: str) -> frozenset[str]:
    """Keys that both have by default: there the nearer one acts, and that is meant."""
    return _defaults(one) & _defaults(other)


def _defaults(name: str) -> frozenset[str]:
    return frozenset(key for rows in KEYS.values() for row in rows if row.id == name for key in row.keys.split(","))


def _meeting(place: str) -> Iterator[KeyRow]:
    """All whose keys may act while those of `place` do: in a modal its own, and those that act everywhere."""
    for other, rows in KEYS.items():
        for row in rows:
            if other == place or row.priority or (place not in MODALS and other not in MODALS):
                yield row
