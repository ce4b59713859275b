"""Changes single values in a file of `NAME=value` lines, as clients read `.env` files.

In: a text and a name. Out: the text with that line changed; of a repeated name the last counts, as it does for those
who read it, and quotes are what Node's dotenv takes for them. Everything else is left alone, understood or not. Pure.
"""

import re

from gcli2api_tui.recipes.recipe import MISSING, Found, KeyPath, NotUnderstood, Value


def found(text: str, path: KeyPath) -> Found:
    matches = list(_lines(path[0]).finditer(text))
    return _unquoted(matches[-1]["value"]) if matches else MISSING


def put(text: str, path: KeyPath, value: Value) -> str:
    line = f"{path[0]}={_quoted(str(value))}"
    matches = list(_lines(path[0]).finditer(text))
    if matches:
        last = matches[-1]
        return text[: last.start()] + (last["export"] or "") + line + text[last.end() :]
    return text + ("\n" if text and not text.endswith("\n") else "") + line + "\n"


def dropped(text: str, path: KeyPath) -> str:
    return re.sub(_lines(path[0]).pattern + r"\n?", "", text, flags=re.MULTILINE)


def _lines(name: str) -> re.Pattern[str]:
    return re.compile(rf"^(?P<export>export\s+)?{re.escape(name)}[ \t]*=(?P<value>.*)$", re.MULTILINE)


_NEVER_IN = {"'": r"'|\\$", '"': r'"|\\[nr]|\\$', "`": r"`|\\$"}
"""What would end a quote before its time, or be read as something else in it: nothing can be escaped."""


def _quoted(value: str) -> str:
    """Raises NotUnderstood where no quote takes it."""
    if re.fullmatch(r"[\w.:/@%+,-]+", value):
        return value
    for quote, never in _NEVER_IN.items():
        if not re.search(never, value):
            return f"{quote}{value}{quote}"
    raise NotUnderstood(1)


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"`":
        return value[1:-1]
    return value.partition(" #")[0].rstrip()
