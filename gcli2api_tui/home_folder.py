"""A person's home folder, and paths that begin with it, where there may be none.

In: an environment, or a path as a person types it. Out: a path; nothing here raises, which `Path.home()` and
`expanduser()` do: for a user without an entry in /etc/passwd, as containers have, and for the home of somebody unknown.
`~` then stays as it was written, and whoever opens the path says that it is not there.
"""

import os
from collections.abc import Mapping
from pathlib import Path


def home(environ: Mapping[str, str]) -> Path:
    """Of the user whose environment it is; relative where there is none."""
    told = environ.get("HOME") or (environ.get("USERPROFILE") if os.name == "nt" else "")
    return Path(told) if told else expanded("~")


def expanded(path: str) -> Path:
    return Path(os.path.expanduser(path))  # noqa: PTH111 - Path's own raises
