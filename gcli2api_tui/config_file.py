"""Writes config.toml; comments and order are kept (tomlkit). Reading is settings.py's.

The file holds the person's own key, so it is private (0600) and replaced as a whole, never torn.
"""

from pathlib import Path

import tomlkit

from gcli2api_tui import private_files, regular_file
from gcli2api_tui.events.problems import SettingsFault

LARGEST = 1_000_000
HEADER = "# gcli2api-tui settings. `gcli2api-tui config show` lists all of them with their meaning.\n"


def write_value(path: Path, key: str, value: str | int | float) -> None:
    """Set one key. Raises SettingsFault if the file that is there cannot be read, or the disk takes no new one."""
    try:
        text = regular_file.read(path, LARGEST).decode("utf-8-sig")
    except FileNotFoundError:
        text = HEADER
    except OSError as error:
        why = f"{path} cannot be read: {error.strerror or error}."
        raise SettingsFault(why, key=key, way_out="Repair or remove it.") from error
    except UnicodeDecodeError as error:
        raise SettingsFault(f"{path} is not text in UTF-8.", key=key, way_out="Repair or remove it.") from error
    try:
        document = tomlkit.parse(text)
    except tomlkit.exceptions.ParseError as error:
        raise SettingsFault(f"{path} is not valid TOML: {error}.", key=key, way_out="Repair or remove it.") from error
    document[key] = value
    try:
        private_files.replace(path, tomlkit.dumps(document).encode())
    except OSError as error:
        why = f"{path} cannot be written: {error.strerror or error}."
        way_out = f"Check free space and permissions, or set GCLI2API_{key.upper()} instead."
        raise SettingsFault(why, key=key, way_out=way_out) from error
