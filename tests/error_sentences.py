"""Every sentence that the program ends a refusal with, and the way out beside it, read from the code that says them.

In: the package's sources and the English table. Out: `Told` rows, by the part of the program that speaks. A sentence
is found where it is given to an error or a refusal, itself or by a name that is assigned close by.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import gcli2api_tui
from gcli2api_tui.events.problems import WAY_OUT, FaultKind
from gcli2api_tui.messages.english import ENGLISH

PACKAGE = Path(gcli2api_tui.__file__).parent
ELSEWHERE = ("messages", "simulator", "tui", "doctor")
"""Words, Google's stand-in, the panel's own labels, and findings, which carry their way out on the screen."""
ENDS_IN_ONE = re.compile(
    r"\w*Fault|Problem|Refused|ImportRefused|NoCredential|NotOurs|HomeTaken|KeyRefused|_?wrong|_?refus\w*|_?fault|_not_\w+"
)
SPEAKERS = {
    "Starting, settings and the command line": (
        "bootstrap cli config demo lifecycle log_reader panel_session paths process runtime setting_effects state"
    ),
    "Adding credentials": "credentials/",
    "What a client is told: the request": "dialects gemini file_parts safe_files",
    "What a client is told: the door": "server/ clients",
    "What a client is told: nobody can serve it": "pool relay",
    "Google, and the way there": "upstream",
    "The panel, the web page and the admin API": "control recipes",
}
"""Heading → how the names of files and folders begin that speak there."""


@dataclass(frozen=True, order=True)
class Told:
    """A sentence, with `…` for what changes in it, and what it says to do."""

    words: str
    way_out: str
    key: str


@cache
def by_speaker() -> Mapping[str, list[Told]]:
    """Each heading with its rows, in the order of the alphabet."""
    found: dict[str, set[Told]] = {heading: set() for heading in SPEAKERS}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith(ELSEWHERE):
            source = path.read_text("utf-8")
            found[heading_of(name)] |= set(_rows(ast.parse(source))) if "say" in source else set()
    return {heading: _without_doubles(rows) for heading, rows in found.items()}


def heading_of(name: str) -> str:
    """The longest beginning counts: `clients/` is not in `cli`."""
    starts = [(one, heading) for heading, names in SPEAKERS.items() for one in names.split() if name.startswith(one)]
    return max(starts, key=lambda found: len(found[0]), default=("", "The panel, the web page and the admin API"))[1]


def shown(key: str) -> str:
    """A template as people see it: what changes is `…`."""
    text = re.sub(r"(?<!\{)\{[^{}]*\}(?!\})", "…", ENGLISH[key]).replace("{{", "{").replace("}}", "}")
    return re.sub(r"…(?:[ ,]*…)+", "…", text)


def _without_doubles(rows: set[Told]) -> list[Told]:
    """One row for the words and their way out; one without a way out only if no other has the words."""
    advised = {row.words for row in rows if row.way_out}
    kept = {(r.words, r.way_out): r for r in sorted(rows) if r.way_out or r.words not in advised}
    return sorted(kept.values(), key=lambda row: (row.words.casefold().lstrip("'…"), row.way_out))


def _rows(tree: ast.Module) -> Iterator[Told]:
    yield from _inside(tree, _assigned(tree))


def _inside(node: ast.AST, names: Mapping[str, tuple[str, ...]]) -> Iterator[Told]:
    """Of a function its own names count before those of the module."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        names = {**names, **_assigned(node)}
    if isinstance(node, ast.Call) and ENDS_IN_ONE.fullmatch(_name(node.func)):
        yield from _told(node, names)
    for child in ast.iter_child_nodes(node):
        yield from _inside(child, names)


def _told(call: ast.Call, names: Mapping[str, tuple[str, ...]]) -> Iterator[Told]:
    said = [keys for argument in call.args if (keys := _keys(argument, names))]
    ways = [_keys(word.value, names) for word in call.keywords if word.arg == "way_out"] + said[1:]
    may_be = list(dict.fromkeys(shown(key) for key in (ways[0] if ways else ())))
    way_out = " Or: ".join(may_be if len(may_be) < 3 else []) or _by_kind(call)
    for key in said[0] if said else ():
        if len(shown(key).replace("…", "").strip(" .:,'")) > 3:
            yield Told(shown(key), way_out, key)


def _by_kind(call: ast.Call) -> str:
    """An UpstreamFault without a way out of its own has that of its kind."""
    for argument in call.args:
        if isinstance(argument, ast.Attribute) and _name(argument.value) == "FaultKind":
            return str(WAY_OUT.get(FaultKind[argument.attr], ""))
    return ""


def _keys(node: ast.AST, names: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The messages that an expression may be: `say(…)` itself, one of two, or a name for one."""
    if isinstance(node, ast.Name):
        return names.get(node.id, ())
    if isinstance(node, ast.IfExp):
        return _keys(node.body, names) + _keys(node.orelse, names)
    if isinstance(node, ast.Call) and _name(node.func) == "say" and node.args:
        first = node.args[0]
        return (first.value,) if isinstance(first, ast.Constant) and first.value in ENGLISH else ()
    if isinstance(node, ast.Call) and _name(node.func) == "sentences" and node.args:
        return _keys(node.args[0], names)
    return names.get(_name(node.func), ()) if isinstance(node, ast.Call) else ()


def _assigned(scope: ast.AST) -> dict[str, tuple[str, ...]]:
    """Names in this scope that hold messages, or answer one; a name that is given twice may be either."""
    found: dict[str, tuple[str, ...]] = {}
    body = scope.body if isinstance(scope, ast.Module) else list(ast.walk(scope))
    for node in body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = found.get(node.targets[0].id, ()) + _keys(node.value, {})
        if isinstance(node, ast.FunctionDef):
            answers = (one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value)
            found[node.name] = tuple(key for answer in answers for key in _keys(answer, {}))
    return found


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
