"""keys.toml, when a line of it does not hold."""

from collections.abc import Mapping

KEY_FILE: Mapping[str, str] = {
    "keys.unreadable": "keys.toml cannot be read, and all keys are as they were: {why}",
    "keys.unknown": "keys.toml: nothing is named {id}; the nearest is {near}.",
    "keys.no_key": 'keys.toml: {id} wants a key such as "X", or a list of keys.',
    "keys.clash": "keys.toml: {id} stays as it was, because {key} means {other} there.",
}
