"""Textual imported, with only those variables left that it and Rich can read: others end its start in a traceback.

In: the environment. Out: the same without a variable whose value they do not know, as if it were unset: nobody sets
these for us, and a panel that will not open for the width of another program's window helps no one.
"""

import os
import re
from collections.abc import Mapping, MutableMapping

from gcli2api_tui.process.lean_imports import TEXTUAL, import_lean

_NUMBER = "[0-9]{1,5}"
_NEVER = "(?!)"
_READABLE: Mapping[str, str] = {
    "COLUMNS": _NUMBER,
    "LINES": _NUMBER,
    "ESCDELAY": _NUMBER,
    "TEXTUAL_FPS": _NUMBER,
    "TEXTUAL_COLOR_SYSTEM": "auto|standard|256|truecolor|windows",
    # Every key and paste goes into that file, and with them keys of Google's and passwords.
    "TEXTUAL_LOG": _NEVER,
    # These press keys and close the panel, for those who try out Textual.
    "TEXTUAL_PRESS": _NEVER,
    "TEXTUAL_SCREENSHOT": _NEVER,
}


def import_textual(environ: MutableMapping[str, str] = os.environ) -> None:
    """Before anything that needs it is imported: it reads them then."""
    for name, readable in _READABLE.items():
        if not re.fullmatch(readable, environ.get(name, "")):
            environ.pop(name, None)
    import_lean(TEXTUAL)
