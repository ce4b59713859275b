"""Where clients keep their settings: by a variable of theirs, else in the home, by the platform's custom.

In: an environment, which is asked and not changed, and sys.platform. Out: a path. Nothing is looked for on the disk.
"""

from pathlib import Path, PurePath

from gcli2api_tui.paths import expanded
from gcli2api_tui.recipes.recipe import Environ, Place


def home(environ: Environ) -> Path:
    """Of the user whose environment it is."""
    told = environ.get("HOME") or environ.get("USERPROFILE")
    return Path(told) if told else expanded("~")


def in_home(path: str, *, variable: str = "", below: str = "") -> Place:
    """`path` in the home; with `variable` set, `below` in the folder that it names."""

    def place(environ: Environ, platform: str) -> PurePath:
        told = environ.get(variable, "") if variable else ""
        return expanded(told) / below if told else home(environ) / path

    return place


def in_config(path: str) -> Place:
    """In XDG's folder for settings, on every platform."""
    return in_home(f".config/{path}", variable="XDG_CONFIG_HOME", below=path)


def in_app_dir(name: str, path: str, *, variable: str) -> Place:
    """Where click puts a program's folder, unless its own variable names another."""

    def place(environ: Environ, platform: str) -> PurePath:
        if told := environ.get(variable):
            return expanded(told) / path
        if platform == "win32":
            return Path(environ.get("APPDATA") or home(environ)) / name / path
        if platform == "darwin":
            return home(environ) / "Library" / "Application Support" / name / path
        return Path(environ.get("XDG_CONFIG_HOME") or home(environ) / ".config") / name / path

    return place
