"""Writes config.toml; comments and order are kept (tomlkit). Reading is settings.py's.

The file holds the person's own key, so it is private (0600) and replaced as a whole, never torn.
"""

from collections.abc import Callable
from pathlib import Path

import tomlkit

from gcli2api_tui import private_files, regular_file
from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.messages.message import say

LARGEST = 1_000_000
HEADER = "# gcli2api-tui settings. `gcli2api-tui config show` lists all of them with their meaning.\n"


def write_value(path: Path, key: str, value: str | int | float) -> None:
    """Set one key. Raises SettingsFault if the file that is there cannot be read, or the disk takes no new one."""

    def put(document: tomlkit.TOMLDocument) -> None:
        document[key] = value

    _change(path, key, put)


def write_pair(path: Path, key: str, name: str, value: str) -> None:
    """Set one pair of a setting that is a table, or a text of `name=value` pairs. Raises as `write_value`."""

    def put(document: tomlkit.TOMLDocument) -> None:
        stands = document.get(key, "")
        if isinstance(stands, dict):
            stands[name] = value
        else:
            document[key] = ", ".join(filter(None, (str(stands).strip(" ,"), f"{name}={value}")))

    _change(path, key, put)


def _change(path: Path, key: str, put: Callable[[tomlkit.TOMLDocument], None]) -> None:
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
    put(document)
    try:
        private_files.replace(path, tomlkit.dumps(document).encode())
    except OSError as error:
        why = say("file.not_written", path=str(path), why=str(error.strerror or error))
        way_out = say("file.or_variable", variable=key.upper())
        raise SettingsFault(why, key=key, way_out=way_out) from error
