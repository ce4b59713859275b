"""What a recipe is: how one client is pointed at this server, as data, and where clients keep their settings.

In: a recipe's templates and a Target. Out: texts and values with address, key and models in them. In a template stand
`{url}`, `{key}`, `{best}`, `{fast}` and `{cheap}`, in what is typed with the language that they stand in (`quoting`);
braces of the client's own are doubled. A place is a path by a variable of the client's, else in the home, by the
platform's custom: an environment is asked and not changed, and nothing is looked for on the disk.
"""

from collections.abc import Callable, Mapping
from pathlib import Path, PurePath
from typing import Final, Literal, TypeAlias

from gcli2api_tui.paths import expanded
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.recipes.quoting import Quoted

Value: TypeAlias = "str | int | bool | list[Value] | dict[str, Value]"
Format = Literal["json", "toml", "yaml", "env"]
KeyPath = tuple[str, ...]
"""Where in a file: names of tables or objects. `[name=x]` is the item of a list whose `name` is x."""
Environ = Mapping[str, str]
Place = Callable[[Environ, str], PurePath]
"""(the environment, sys.platform) → the file that the client reads."""
Kind = Literal["agent", "chat", "library"]
NAME = "gcli2api"
"""What we call ourselves in the files of others."""
UNKNOWN_MODEL = "MODEL"
"""Stands where nothing is served that could be named."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a client is pointed at."""

    url: str
    """Without a path."""
    key: str
    best: str = UNKNOWN_MODEL
    fast: str = UNKNOWN_MODEL
    cheap: str = UNKNOWN_MODEL

    def filled(self, template: str) -> str:
        models = {"best": Quoted(self.best), "fast": Quoted(self.fast), "cheap": Quoted(self.cheap)}
        return template.format(url=Quoted(self.url), key=Quoted(self.key), **models)

    def value(self, template: Value) -> Value:
        """The same for all texts in a value."""
        if isinstance(template, str):
            return self.filled(template)
        if isinstance(template, list):
            return [self.value(one) for one in template]
        if isinstance(template, dict):
            return {self.filled(name): self.value(one) for name, one in template.items()}
        return template


@dataclass(frozen=True, slots=True)
class ClientFile:
    """A file of the client's own, and what of it is ours."""

    format: Format
    place: Place
    settings: tuple[tuple[KeyPath, Value], ...]

    @property
    def holds_key(self) -> bool:
        return any("{key}" in repr(value) for _, value in self.settings)


@dataclass(frozen=True, slots=True)
class Recipe:
    """One client."""

    id: str
    name: str
    kind: Kind
    speaks: str
    """The dialect, as its users call it."""
    typed: str
    """What to set: lines for a shell, code, or the fields of a dialog; not translated, it is typed as it stands."""
    files: tuple[ClientFile, ...] = ()
    """What `connect` writes; none where the client keeps its settings where no other program should write."""
    start: str = ""
    """The command that starts it, once its file is written."""
    programs: tuple[str, ...] = ()
    """How it is called where callers are listed (server/client_program.py): beginnings of a name."""
    note: str = ""
    """A key of the panel's words: what else to know."""

    def called_by(self, program: str) -> bool:
        """Whether a caller of that name is this client."""
        return any(program.casefold().startswith(one.casefold()) for one in self.programs)


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


class Missing:
    """No value stands there; null would be one."""

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()
Found: TypeAlias = "Value | Missing"


class NotUnderstood(Exception):
    """The file is left as it is. `line`: where it is read otherwise than was thought."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line
