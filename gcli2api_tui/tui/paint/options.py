"""Settings as lines: the list with its groups, and what stands below it about the one under the cursor.

In: rows, a Look and a width. Out: lines of an exact width. Pure. A setting's name is the one that config.toml, the
environment and `config set` know; secrets come masked and stay so.
"""

from collections.abc import Iterable, Sequence

from gcli2api_tui.ledger.admin_rows import SettingRow
from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.tui.paint.cells import Line, Tone, fit, fit_line, plain, spread, width_of, wrap
from gcli2api_tui.tui.paint.look import Look

NAME = 24
NAME_NARROW = 20


@dataclass(frozen=True, slots=True)
class Heading:
    """The line above the settings of a group."""

    group: str


Entry = SettingRow | Heading


def entries(rows: Sequence[SettingRow]) -> list[Entry]:
    """Each group below its heading, in the order in which they come."""
    found: list[Entry] = []
    for row in rows:
        if not found or _group(found[-1]) != row.group:
            found.append(Heading(row.group))
        found.append(row)
    return found


def _group(entry: Entry) -> str:
    return entry.group


def one_line(entry: Entry, width: int, look: Look) -> Line:
    """`  hold_s   30        live`; a setting that is not at its default is bold."""
    if isinstance(entry, Heading):
        return fit_line(((look.words(f"group.{entry.group}"), "accent"),), width)
    name_width = NAME_NARROW if width < 60 else NAME
    tone: Tone = "bold" if entry.source != "default" or entry.after_restart is not None else "plain"
    start: Line = ((f"  {fit(entry.name, name_width)} ", "plain"), (value(entry, look), tone))
    marks = _marks(entry, width, look)
    room = width - width_of(marks)
    return (*fit_line(start, room), *marks) if room > name_width else fit_line(start, width)


def _marks(entry: SettingRow, width: int, look: Look) -> Line:
    """Where it comes from, and when a change acts."""
    word = look.words
    if entry.after_restart is not None:
        return ((f" {word('setting.waits')}", "warn"),)
    acts = word("setting.live" if entry.live else "setting.restart")
    if width < 60:
        return ((f" {fit(word('setting.held') if entry.held else acts, _longest(look))}", "dim"),)
    source = "" if entry.source == "default" else source_of(entry, look)
    return ((f" {fit(plain(source), 26)} {fit(acts, _longest(look))}", "dim"),)


def _longest(look: Look) -> int:
    return max(width_of(((look.words(f"setting.{name}"), "dim"),)) for name in ("live", "restart", "held"))


def value(entry: SettingRow, look: Look) -> str:
    return plain(entry.value) or look.words("setting.none")


def source_of(entry: SettingRow, look: Look) -> str:
    """`flag`, `env PORT`, `config.toml`, `default`."""
    if entry.source in ("default", "config.toml", "all instances", "flag"):
        return look.words(f"setting.from.{entry.source}")
    return look.words("setting.from.run") if entry.source == "this run" else f"env {entry.source}"


def about(entry: Entry | None, width: int, look: Look) -> list[Line]:
    """What it does, where its value is from, how it is changed."""
    if not isinstance(entry, SettingRow):
        return []
    word = look.words
    said: list[tuple[str, Tone]] = [(help_of(entry, look), "plain")]
    said.append((word("setting.source", source=plain(source_of(entry, look)), default=default(entry, look)), "dim"))
    if entry.held:
        said.append((_held(entry, look), "warn"))
    elif entry.after_restart is not None:
        later = plain(entry.after_restart) or word("setting.none")
        said.append((word("setting.then", value=later), "warn"))
    else:
        said.append((word("setting.acts_live" if entry.live else "setting.acts_restart"), "dim"))
    if entry.choices:
        said.append((word("setting.one_of", names=", ".join(entry.choices)), "dim"))
    return [fit_line(((piece, tone),), width) for text, tone in said for piece in wrap(text, width)]


def wrong(text: str, width: int) -> list[Line]:
    """What is wrong with what was typed."""
    return [fit_line(((piece, "bad"),), width) for piece in wrap(plain(text), width)] if text else []


def help_of(entry: SettingRow, look: Look) -> str:
    """In the panel's language; a setting that this panel does not know speaks the server's."""
    key = f"help.{entry.name}"
    found = look.words(key)
    return plain(entry.help if found == key else found)


def default(entry: SettingRow, look: Look) -> str:
    return plain(entry.default) or look.words("setting.none")


def _held(entry: SettingRow, look: Look) -> str:
    if entry.source == "flag":
        return look.words("setting.held_by_flag")
    return look.words("setting.held_by_env", variable=plain(entry.source))


def as_variables(rows: Iterable[SettingRow]) -> str:
    """The same as lines of a shell or a `.env` file; what is at its default is a comment, and so is a secret."""
    return "\n".join(map(variable_line, rows))


def variable_line(row: SettingRow) -> str:
    comment = row.kind == "secret" or row.source == "default"
    return f"{'# ' if comment else ''}{row.variable}={_quoted(plain(row.value))}"


def _quoted(text: str) -> str:
    safe = text.replace(".", "").replace("-", "").replace("_", "").replace("/", "").replace(":", "")
    return text if safe.isalnum() or not text else "'" + text.replace("'", "'\\''") + "'"


def choice_line(name: str, current: str, width: int, look: Look) -> Line:
    """`● quota-aware` for the one that acts now."""
    mark = look.glyphs.ready if name == current else look.glyphs.off
    return spread(((f"  {mark} {name}", "bold" if name == current else "plain"),), (), width)


def found(rows: Sequence[SettingRow], text: str, look: Look) -> list[SettingRow]:
    """Those whose name, value, group or help has it."""
    wanted = text.casefold()
    return [row for row in rows if wanted in _searched(row, look).casefold()]


def _searched(row: SettingRow, look: Look) -> str:
    group = look.words(f"group.{row.group}")
    return " ".join((row.name, row.value, row.source, group, help_of(row, look), row.variable))
