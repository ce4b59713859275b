"""Lists of API keys and `.env` files: which words of which lines are keys for Google, and what is said of the rest.

In: text. Out: credentials and refusals. A word counts that begins as Google's keys do, wherever it stands, and every
one of a line; another form counts only where a name says that it is Google's key. What is neither is a setting, which
is passed over, or a line that is refused by its number; somebody else's key is refused by name. No line is repeated.
"""

import re
from collections.abc import Iterator
from enum import Enum, auto

from gcli2api_tui.credentials import foreign_secrets
from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.credentials.file_fields import visible
from gcli2api_tui.credentials.new_credentials import express_credential, key_credential, looks_like_key
from gcli2api_tui.events.problems import ImportRefused
from gcli2api_tui.events.secret import GOOGLES_KEYS
from gcli2api_tui.messages.message import say
from gcli2api_tui.quick_dataclass import dataclass

EXPRESS = "vertex:"
"""Before a key in a list of keys: a Vertex AI key in express mode, which looks like a Gemini API key."""

LISTED = 5
"""Lines without a key that are refused one by one; the others are counted."""

_COMMENT = re.compile(r"^\s*(?:#|//|;).*|\s+#.*")
_SHELL = re.compile(r"(?:export\s+|set\s+|\$env:)", re.IGNORECASE)
_ASSIGNMENT = re.compile(rf"{_SHELL.pattern}?\s*([A-Za-z_][\w.-]*)\s*[=:]\s*(.*)", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;|=&?<>(){}\[\]\"'`“”‘’„«»]+")
_QUOTES = "\"'`“”‘’"
_BEFORE_LABEL, _AFTER_LABEL = f" \t,;|=:<>(){{}}[]{_QUOTES}", f" \t,;|=:<{_QUOTES}"
_SETTING = re.compile(r"[A-Z][A-Z0-9_]*")
_NAMES_A_KEY = re.compile(
    r"(?:.*_)?(?:GEMINI|GOOGLE(?:_AI|_AI_STUDIO|_GENAI|_GENERATIVE_AI)?|VERTEX(?:_AI)?)_(?:API_)?KEYS?(?:_?\d+)?"
)
_JOINED = re.compile(r"(?:AIza[\w-]{35}){2,}")
_WAY_OUT = say("import.keys_begin")


@dataclass(frozen=True, slots=True)
class Read:
    """What the lines of a text hold, and why some hold nothing."""

    credentials: tuple[Credential, ...]
    refused: tuple[ImportRefused, ...]


class _Nothing(Enum):
    """A line without a key: it should have been one, or it is a setting of something else."""

    NO_KEY = auto()
    SETTING = auto()


def read_lines(text: str, name: str) -> Read:
    """All keys for Google; a text without any is refused, in one sentence or line by line."""
    credentials, refused, without = [], [], []
    for number, line in enumerate(visible(text).splitlines(), 1):
        for found in _line(_COMMENT.sub("", line).strip(), name, f"line {number}"):
            match found:
                case Credential():
                    credentials.append(found)
                case ImportRefused():
                    refused.append(found)
                case _Nothing.NO_KEY:
                    without.append(number)
    refused += _without_keys(without, name)
    if not credentials and not refused:
        refused.append(ImportRefused(say("import.no_google_key"), file=name, way_out=_WAY_OUT))
    return Read(tuple(credentials), tuple(refused))


def _without_keys(numbers: list[int], name: str) -> Iterator[ImportRefused]:
    for number in numbers[:LISTED]:
        yield ImportRefused(say("import.line_no_key"), file=name, field=f"line {number}", way_out=_WAY_OUT)
    if len(numbers) > LISTED:
        yield ImportRefused(say("import.more_lines", n=len(numbers) - LISTED), file=name)


def _line(body: str, name: str, where: str) -> Iterator[Credential | ImportRefused | _Nothing]:
    words = list(_words(body))
    keys = [word for word in words if word.startswith(GOOGLES_KEYS)]
    others = [one for word in words if looks_like_key(word) and (one := foreign_secrets.not_googles(word, name, where))]
    for key in keys:
        called = _label(body, key)
        express = f"{EXPRESS}{key}" in body or _names_express(called)
        yield _credential(key, called if len(keys) == 1 else "", express, name, where)
    yield from others[:1]
    if body and not keys and not others:
        yield _by_name(body, name, where)


def _words(body: str) -> Iterator[str]:
    for word in _BETWEEN.split(body):
        bare = word.rpartition(":")[2].rstrip(".")
        yield from re.findall(r"AIza[\w-]{35}", bare) if _JOINED.fullmatch(bare) else (bare,)


def _credential(key: str, label: str, express: bool, name: str, where: str) -> Credential | ImportRefused:
    if not looks_like_key(key):
        why = say("import.cut_key")
        return ImportRefused(why, file=name, field=where, way_out=say("way_out.copy_again"))
    return (express_credential if express else key_credential)(key, label, name)


def _label(body: str, key: str) -> str:
    """The rest of the line: the name before the sign, or what stands after the key."""
    rest = body.replace(f"{EXPRESS}{key}", key).replace(key, " ")
    trimmed = rest.lstrip(_BEFORE_LABEL).rstrip(_AFTER_LABEL)
    return trimmed.removeprefix(shell[0]) if (shell := _SHELL.match(trimmed)) else trimmed


def _by_name(body: str, name: str, where: str) -> Credential | ImportRefused | _Nothing:
    """A line in which nothing begins as a key does: its name may say that it is one nevertheless."""
    assigned = _ASSIGNMENT.fullmatch(body)
    called = assigned[1] if assigned else ""
    if assigned and assigned[2] and _names_a_key(called):
        key = assigned[2].strip(_QUOTES)
        if looks_like_key(key) and re.search("[0-9]", key):  # a sample's `your-key-goes-here` has no digit
            return _credential(key, called, _names_express(called), name, where)
        return ImportRefused(say("import.no_key_here"), file=name, field=where, way_out=_WAY_OUT)
    return _Nothing.SETTING if _SETTING.fullmatch(called) else _Nothing.NO_KEY


def _names_a_key(called: str) -> bool:
    return _NAMES_A_KEY.fullmatch(_words_apart(called)) is not None


def _names_express(called: str) -> bool:
    return _names_a_key(called) and "VERTEX" in called.upper()


def _words_apart(name: str) -> str:
    """geminiApiKey and gemini-api-key as GEMINI_API_KEY."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[.-]", "_", name).upper()
