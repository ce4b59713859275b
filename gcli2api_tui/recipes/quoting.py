"""How a value stands in what is typed, so that it is read as what it is: the one home of a recipe's quotes.

In: any text: a key, an address, the name of a model. Out: the same for a place in a template, which says what it is in:
`{key:shell}`, `{key:string}`. A place that says nothing is a field of a dialog, or a value of its own. Pure.
"""

import json
import shlex
from collections.abc import Callable, Mapping
from typing import Final

from gcli2api_tui.events.secret import MASK


class Quoted(str):
    """A value of a template. An unknown language is a KeyError: it is the template's fault."""

    __slots__ = ()

    def __format__(self, language: str) -> str:
        return LANGUAGES[language](str(self)) if language else str(self)


def _shell(text: str) -> str:
    """A word, or a part of one; a masked key is only looked at."""
    return text if MASK in text else shlex.quote(text)


def string(text: str) -> str:
    """Between the double quotes of JSON, TOML, YAML, Python or JavaScript: JSON's escapes mean the same in each."""
    return json.dumps(text, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007f")


def _string_in_shell(text: str) -> str:
    """The same where the whole stands between the single quotes of a shell."""
    return string(text).replace("'", "'\\''")


LANGUAGES: Final[Mapping[str, Callable[[str], str]]] = {
    "shell": _shell,
    "string": string,
    "string_in_shell": _string_in_shell,
}
