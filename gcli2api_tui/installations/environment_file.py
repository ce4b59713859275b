"""A `.env` file: NAME=value, one a line, as programs that load one read it.

In: text. Out: names and values; other lines mean nothing to those programs either. Quotes around a value and `export`
before the name are taken off; nothing is expanded, since what `$HOME` was there nobody knows here. Pure.
"""

import re

_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*")
_QUOTED = re.compile(r"""(["'])(.*)\1\s*(?:\#.*)?""")
_COMMENT = re.compile(r"(?:^|\s)#.*$")


def read_environment(text: str) -> dict[str, str]:
    lines = map(_LINE.fullmatch, text.removeprefix("\ufeff").splitlines())
    return {found[1]: _value(found[2]) for found in lines if found}


def _value(text: str) -> str:
    if quoted := _QUOTED.fullmatch(text):
        return quoted[2]
    return _COMMENT.sub("", text)
