"""config.toml: read, and changed by one value.

In: the file's path; a key with its value. Out: what it says, or what stood there before. It holds the person's own key:
it is private (0600) and replaced as a whole, never torn; comments and order are kept (tomlkit).
"""

import re
import tomllib
from pathlib import Path

from gcli2api_tui import safe_files, unwritable_folder
from gcli2api_tui.config.settings import FIELDS
from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.messages.message import say

LARGEST = 1_000_000
"""Bytes of config.toml."""


def read_values(path: Path) -> dict[str, object]:
    """As they stand there. Raises SettingsFault; unknown keys are refused."""
    try:
        table = tomllib.loads(safe_files.read(path, LARGEST).decode("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        why = say("file.not_read", path=str(path), why=str(error.strerror or error))
        way_out = unwritable_folder.way_out(path, error, say("file.must_be"))
        raise SettingsFault(why, key="config.toml", way_out=way_out) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsFault(say("file.no_toml", path=str(path), error=str(error)), key="config.toml") from error
    for name in table:
        if name not in FIELDS:
            raise SettingsFault(
                say("setting.none_in", path=str(path), name=name), key=name, way_out=say("setting.list")
            )
    return table


HEADER = "# gcli2api-tui settings. `gcli2api-tui config show` lists all of them with their meaning.\n"


def write_value(path: Path, key: str, value: object) -> object:
    """Set one key, or with None take it out; what it was, None for nothing.

    Raises SettingsFault if the file that is there cannot be read, or the disk takes no new one.
    """
    try:
        text = safe_files.read(path, LARGEST).decode("utf-8-sig")
    except FileNotFoundError:
        text = HEADER
    except OSError as error:
        why = say("file.not_read", path=str(path), why=str(error.strerror or error))
        raise SettingsFault(why, key=key, way_out=say("file.repair")) from error
    except UnicodeDecodeError as error:
        raise SettingsFault(say("file.no_utf8", path=str(path)), key=key, way_out=say("file.repair")) from error
    if (whole := _appended(text, key, value)) is not None:
        _replace(path, key, whole)
        return None
    import tomlkit

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
    _replace(path, key, tomlkit.dumps(document))
    return before


_PLAIN = re.compile(r'(?:#[^\r\n]*\n|[a-z_]+ = "[\w-]*"\n)*', re.ASCII)
_WORD = re.compile(r"[\w-]+", re.ASCII)


def _appended(text: str, key: str, value: object) -> str | None:
    """The file as tomlkit would leave it, without its import: a first start writes its two keys. None where it holds
    more than lines like these, or the key."""
    if not (isinstance(value, str) and _WORD.fullmatch(value) and _PLAIN.fullmatch(text)):
        return None
    try:
        known = tomllib.loads(text)
    except tomllib.TOMLDecodeError:  # tomlkit says what is wrong with it
        return None
    return None if key in known else f'{text}{key} = "{value}"\n'


def _replace(path: Path, key: str, text: str) -> None:
    try:
        safe_files.replace(path, text.encode())
    except OSError as error:
        why = say("file.not_written", path=str(path), why=str(error.strerror or error))
        way_out = unwritable_folder.way_out(path.parent, error, say("file.or_variable", variable=key.upper()))
        raise SettingsFault(why, key=key, way_out=way_out) from error
