"""Writes config.toml; comments and order are kept (tomlkit). Reading is settings.py's.

In: a key and its value, or None to take it out. Out: what stood there before. The file holds the person's own key, so
it is private (0600) and replaced as a whole, never torn.
"""

from pathlib import Path
from typing import Any

from gcli2api_tui import ownership, private_files, regular_file
from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.messages.message import say

LARGEST = 1_000_000
HEADER = "# gcli2api-tui settings. `gcli2api-tui config show` lists all of them with their meaning.\n"


def write_value(path: Path, key: str, value: Any) -> Any:
    """Set one key, or with None take it out; what it was, None for nothing.

    Raises SettingsFault if the file that is there cannot be read, or the disk takes no new one.
    """
    import tomlkit

    try:
        text = regular_file.read(path, LARGEST).decode("utf-8-sig")
    except FileNotFoundError:
        text = HEADER
    except OSError as error:
        why = say("file.not_read", path=str(path), why=str(error.strerror or error))
        raise SettingsFault(why, key=key, way_out=say("file.repair")) from error
    except UnicodeDecodeError as error:
        raise SettingsFault(say("file.no_utf8", path=str(path)), key=key, way_out=say("file.repair")) from error
    try:
        document = tomlkit.parse(text)
    except tomlkit.exceptions.ParseError as error:
        raise SettingsFault(
            say("file.no_toml", path=str(path), error=str(error)), key=key, way_out=say("file.repair")
        ) from error
    before = document.unwrap().get(key)
    if value is not None:
        document[key] = value
    elif before is not None:
        del document[key]
    else:
        return None
    try:
        private_files.replace(path, tomlkit.dumps(document).encode())
    except OSError as error:
        why = say("file.not_written", path=str(path), why=str(error.strerror or error))
        way_out = ownership.way_out(path.parent, error, say("file.or_variable", variable=key.upper()))
        raise SettingsFault(why, key=key, way_out=way_out) from error
    return before
