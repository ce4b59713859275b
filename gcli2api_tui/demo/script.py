"""A script for the demo: keys, waits and trouble, a line each; the demo plays its own panel by it, for recordings.

In: a text. Out: steps. Raises SettingsFault that names the line. The verbs: `wait TEXT` (until it is on the screen),
`gone TEXT`, `press KEY …`, `type TEXT`, `pause SECONDS`, `trouble NAME`, `tab NAME`; what follows a # at the beginning
of a line is a comment.
"""

from collections.abc import Callable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Literal, cast, get_args

from gcli2api_tui.control.trouble_port import TROUBLES
from gcli2api_tui.events.problems import SettingsFault
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.key_table import TABS

Verb = Literal["wait", "gone", "press", "type", "pause", "trouble", "tab"]
VERBS: tuple[str, ...] = get_args(Verb)
SHIPPED = "tour"
"""The name of the script that comes with the program."""


@dataclass(frozen=True, slots=True)
class Step:
    """`press` has one key; a line with several is several steps."""

    verb: Verb
    what: str
    line: int


def read(name: str) -> tuple[Step, ...]:
    """The file of that name, or the script that is shipped."""
    if name == SHIPPED:
        return steps(resources.files("gcli2api_tui.demo").joinpath("tour.script").read_text(encoding="utf-8"))
    try:
        return steps(Path(name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise SettingsFault(say("demo.script_unread", name=name, why=why), key="--script") from error


def steps(text: str) -> tuple[Step, ...]:
    return tuple(step for number, line in enumerate(text.splitlines(), 1) for step in _steps_of(number, line.strip()))


def _steps_of(number: int, line: str) -> Iterator[Step]:
    if not line or line.startswith("#"):
        return
    verb, _, what = line.partition(" ")
    what = what.strip()
    if verb not in VERBS or not what or not _FITS.get(verb, bool)(what):
        raise SettingsFault(say("demo.script_line", number=number, line=line, verbs=", ".join(VERBS)), key="--script")
    for one in what.split() if verb == "press" else [what]:
        yield Step(cast("Verb", verb), one, number)


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()


_FITS: Mapping[str, Callable[[str], bool]] = {
    "pause": _is_number,
    "trouble": lambda name: name in TROUBLES,
    "tab": lambda name: name in TABS,
}
