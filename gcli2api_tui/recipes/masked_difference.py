"""A difference between two texts, for a screen: our key and whatever else looks like a secret are masked.

In: a file's name, what it says and what it is to say. Out: lines of a unified diff. Pure.
"""

import difflib
import re

from gcli2api_tui.events.secret import MASK, Secret, masked
from gcli2api_tui.recipes.quoting import string

SHOWN_WHOLE = 12
"""Keys shorter than this have no end that could be shown without the rest."""
_SECRET_VALUE = re.compile(
    r"(?i)(?P<name>(?<![\w-])[\w-]*(?:api[_-]?key|token|secret|password)[\w-]*[\"']?\s*[:=]\s*)(?P<quote>[\"']?)(?P<value>[^\s\"',}]+)"
)


def masked_key(key: Secret) -> str:
    """Enough to know a key by; the public `pwd` of the demo is no secret."""
    text = key.reveal()
    if text == "pwd":
        return text
    return f"{text[:3]}{MASK}{text[-4:]}" if len(text) >= SHOWN_WHOLE else MASK


def difference(name: str, before: str, after: str, key: Secret) -> tuple[str, ...]:
    """Without the two lines of names where nothing stood before."""
    old, new = before.splitlines(), after.splitlines()
    lines = difflib.unified_diff(old, new, name, name, n=2, lineterm="")
    return tuple(_hidden(line, key) for line in lines)


def _hidden(line: str, key: Secret) -> str:
    """Ours keeps its end, escaped or not; of the others nothing is shown."""
    told = line.replace(string(key.reveal()), key.reveal())
    parts = told.split(key.reveal()) if key else [line]
    return masked_key(key).join(_without_secrets(part) for part in parts)


def _without_secrets(text: str) -> str:
    return masked(_SECRET_VALUE.sub(lambda match: match["name"] + match["quote"] + MASK, text))
