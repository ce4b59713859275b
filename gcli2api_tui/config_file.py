"""Writes config.toml; comments and order are kept (tomlkit). Reading is settings.py's.

The file holds the person's own key, so it is private (0600) and replaced as a whole, never torn.
"""

import os
import tempfile
from pathlib import Path

import tomlkit

from gcli2api_tui.events.problems import SettingsFault

HEADER = "# gcli2api-tui settings. `gcli2api-tui config show` lists all of them with their meaning.\n"


def write_value(path: Path, key: str, value: str | int | float) -> None:
    """Set one key. Raises SettingsFault if the file that is there cannot be read, or the disk takes no new one."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        text = HEADER
    except UnicodeDecodeError as error:
        raise SettingsFault(f"{path} is not text in UTF-8.", key=key, way_out="Repair or remove it.") from error
    try:
        document = tomlkit.parse(text)
    except tomlkit.exceptions.ParseError as error:
        raise SettingsFault(f"{path} is not valid TOML: {error}.", key=key, way_out="Repair or remove it.") from error
    document[key] = value
    try:
        replace_file(path, tomlkit.dumps(document))
    except OSError as error:
        why = f"{path} cannot be written: {error.strerror or error}."
        way_out = f"Check free space and permissions, or set GCLI2API_{key.upper()} instead."
        raise SettingsFault(why, key=key, way_out=way_out) from error


def replace_file(path: Path, text: str) -> None:
    """Write `text` as a private file in one step: temporary file in the same folder, fsync, rename."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
