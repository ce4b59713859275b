"""Models by the one word that people use: `pro`, `flash`, `lite`; where two of a row share it, by more of their name.

In: ids of models. Out: short names. Pure; whatever is no Gemini keeps its name.
"""

import re
from collections.abc import Iterable

from gcli2api_tui.tui.paint.cells import plain

_GEMINI = re.compile(r"gemini-(?:\d+(?:\.\d+)?-)?(?P<rest>[a-z].*)$")
_TAIL = re.compile(r"-(?:preview|exp|latest|\d{2,})(?:-.*)?$")


def short(model: str) -> str:
    """A `flash-lite` of any generation is `lite`; a way of answering before it (`fake/…`) is left out."""
    found = _GEMINI.match(model.rpartition("/")[2])
    word = _TAIL.sub("", found["rest"]) if found else model
    return plain("lite" if word == "flash-lite" else word)


def longer(model: str) -> str:
    """Without what all begin with."""
    return plain(model).removeprefix("models/").removeprefix("gemini-")


_VERSION = re.compile(r"[ /]v?\d[\w.+-]*$")


def program(client: str) -> str:
    """A client's program without its version: `OpenAI Python`."""
    return _VERSION.sub("", plain(client))


def names_of(models: Iterable[str]) -> dict[str, str]:
    """A name for each that no other of these has."""
    wanted = list(dict.fromkeys(models))
    words = [short(model) for model in wanted]
    return {model: word if words.count(word) == 1 else longer(model) for model, word in zip(wanted, words, strict=True)}
